package wire_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestPoolsAreNestedInTheirOwnAPI(t *testing.T) {
	c := small(t)
	body := c.get(one + "/agentPools" + version).json(t)
	pool := at(body, "value", 1)
	if at(pool, "name") != "user" || at(pool, "properties", "count") != 4.0 || at(pool, "properties", "name") != nil || at(pool, "properties", "eTag") == nil {
		t.Errorf("got %v", pool)
	}
	if id, _ := at(pool, "id").(string); !strings.Contains(id, "/resourcegroups/rg-fleet/") || !strings.HasSuffix(id, "/aks-one/agentPools/user") {
		t.Errorf("its id is %s", id)
	}
}

func TestPutOfAPool(t *testing.T) {
	c := small(t)
	c.put(one, func(p map[string]any) { p["kubernetesVersion"] = "1.34.2" })
	c.step(time.Hour)
	etag := c.get(one + "/agentPools/user" + version).header.Get("Etag")
	got := c.put(one+"/agentPools/user", func(p map[string]any) { p["orchestratorVersion"] = "1.34.2" }, "If-Match", etag)
	if got.status != http.StatusOK || got.header.Get("Azure-AsyncOperation") == "" || got.header.Get("Location") != "" {
		t.Errorf("got %d %v", got.status, got.header)
	}
	body := got.json(t)
	if at(body, "properties", "provisioningState") != "Upgrading" || at(body, "properties", "currentOrchestratorVersion") != "1.34.2" {
		t.Errorf("got %s", got.body)
	}
	got = c.put(one+"/agentPools/user", func(map[string]any) {}, "If-Match", etag)
	refused(t, got, 412, "PreconditionFailed", false)
	c.step(time.Hour)
	if body := c.get(one + "/agentPools/user" + version).json(t); at(body, "properties", "nodeImageVersion") != "AKSUbuntu-2204gen2containerd-202602.10.0" {
		t.Errorf("got %v", body)
	}
}

func TestPutOfAPoolThatIsNotThereAnswers201(t *testing.T) {
	c := small(t)
	got := c.send("PUT", one+"/agentPools/fresh"+version, `{"properties":{"count":2,"vmSize":"Standard_D4s_v5","mode":"User"}}`)
	if got.status != http.StatusCreated || at(got.json(t), "properties", "provisioningState") != "Creating" || strings.Contains(got.body, "eTag") {
		t.Errorf("got %d %s", got.status, got.body)
	}
	if at(c.get(one+"/agentPools/fresh"+version).json(t), "properties", "eTag") == nil {
		t.Error("a GET has no etag")
	}
}

func TestAPoolSaysWhatItsNodesAre(t *testing.T) {
	c := example(t)
	body := c.get(subscription + "/resourceGroups/rg-odd/providers/Microsoft.ContainerService/managedClusters/aks-odd/agentPools/apps?api-version=2025-08-01").json(t)
	if got := at(body, "properties", "scaleSetPriority"); got != "Spot" {
		t.Errorf("its priority is %v", got)
	}
	if got, _ := at(body, "properties", "podSubnetID").(string); !strings.HasSuffix(got, "/subnets/pods") {
		t.Errorf("its pods are in %q", got)
	}
}
