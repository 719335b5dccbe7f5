package wire_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/fleet-update-action/internal/simulator"
)

func TestLocksAndPermissions(t *testing.T) {
	c := example(t)
	lock := at(c.get(subscription+"/providers/Microsoft.Authorization/locks?api-version=2020-05-01").json(t), "value", 0)
	if at(lock, "id") != group+"/providers/Microsoft.Authorization/locks/keep" || at(lock, "properties", "level") != "CanNotDelete" {
		t.Errorf("got %v", lock)
	}
	permissions := "/providers/Microsoft.Authorization/permissions?api-version=2022-04-01"
	for access, want := range map[string][]any{"write": {"*"}, "read": {"*/read"}} {
		c := small(t, func(d *simulator.Description) {
			d.Clusters[0].Access = access
			d.Denied = []simulator.Denial{{Action: "Microsoft.ContainerService/managedClusters/delete"}}
		})
		body := c.get(one + permissions).json(t)
		if diff := cmp.Diff(want, at(body, "value", 0, "actions")); diff != "" {
			t.Errorf("%s: %s", access, diff)
		}
		if diff := cmp.Diff([]any{"Microsoft.ContainerService/managedClusters/delete"}, at(body, "value", 0, "notActions")); diff != "" {
			t.Errorf("%s: %s", access, diff)
		}
	}
}

func TestRefusalsForPermissionNameActionAndScope(t *testing.T) {
	c := small(t, func(d *simulator.Description) { d.Clusters[0].Access = "read" })
	got := c.put(one, func(map[string]any) {})
	refused(t, got, 403, "AuthorizationFailed", true)
	if !strings.Contains(got.body, "Microsoft.ContainerService/managedClusters/write") || !strings.Contains(got.body, "managedclusters/aks-one") {
		t.Errorf("got %s", got.body)
	}
	got = c.send("POST", one+"/agentPools/user/upgradeNodeImageVersion"+version, "")
	refused(t, got, 403, "AuthorizationFailed", true)
	if !strings.Contains(got.body, "agentPools/upgradeNodeImageVersion/action' over scope") || strings.Contains(got.body, "/upgradenodeimageversion'") {
		t.Errorf("got %s", got.body)
	}
}
