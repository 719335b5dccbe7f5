package wire_test

import (
	"os"
	"testing"

	"github.com/org/fleet-update-action/internal/simulator"
	"github.com/org/fleet-update-action/internal/simulator/wire"
)

// example serves testdata/example.yml, which has something of everything.
func example(t *testing.T) *client {
	t.Helper()
	content, err := os.ReadFile("../testdata/example.yml")
	if err != nil {
		t.Fatal(err)
	}
	w, findings := simulator.Load("example.yml", content)
	if len(findings) > 0 {
		t.Fatal(findings)
	}
	c := &client{t: t, world: w, handler: wire.Handler(w)}
	c.login()
	return c
}

func TestUsages(t *testing.T) {
	c := example(t)
	usages := "/providers/Microsoft.Compute/locations/westeurope/usages?api-version=2024-07-01"
	body := c.get(subscription + usages).json(t)
	usage := at(body, "value", 0)
	if at(usage, "name", "value") != "standardDSv5Family" || at(usage, "currentValue") != 80.0 || at(usage, "limit") != 100.0 {
		t.Errorf("got %v", usage)
	}
	refused(t, c.send("GET", "/subscriptions/00000000-0000-0000-0000-000000000002"+usages, ""), 403, "AuthorizationFailed", true)
}

func TestSubnet(t *testing.T) {
	c := example(t)
	path := subscription + "/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/hub/subnets/"
	body := c.get(path + "nodes?api-version=2024-05-01").json(t)
	used, _ := at(body, "properties", "ipConfigurations").([]any)
	if at(body, "properties", "addressPrefix") != "10.1.0.0/24" || len(used) != 180 {
		t.Errorf("got %v with %d addresses", at(body, "properties", "addressPrefix"), len(used))
	}
	refused(t, c.send("GET", path+"gone?api-version=2024-05-01", ""), 404, "NotFound", true)
}
