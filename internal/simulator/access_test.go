package simulator_test

import (
	"strings"
	"testing"

	"github.com/org/fleet-update-action/internal/simulator"
)

const (
	readCluster  = "Microsoft.ContainerService/managedClusters/read"
	writeCluster = "Microsoft.ContainerService/managedClusters/write"
	readLocks    = "Microsoft.Authorization/locks/read"
)

func TestAccess(t *testing.T) {
	one, two := string(id("aks-one")), string(id("aks-two"))
	for _, test := range []struct {
		name    string
		change  func(*simulator.Description)
		action  string
		scope   string
		allowed bool
	}{
		{name: "anything by default", action: writeCluster, scope: one, allowed: true},
		{name: "a cluster that may be read is read", change: first(access("read")), action: readCluster, scope: one, allowed: true},
		{name: "and not written", change: first(access("read")), action: writeCluster, scope: one},
		{name: "nor its pools", change: first(access("read")), action: "Microsoft.ContainerService/managedClusters/agentPools/write", scope: one + "/agentPools/user"},
		{name: "but others are", change: first(access("read")), action: writeCluster, scope: two, allowed: true},
		{name: "a cluster of others", change: first(access("none")), action: readCluster, scope: one},
		{name: "an action denied everywhere", change: deny(readLocks, ""), action: readLocks, scope: "/subscriptions/" + subscription},
		{name: "a pattern of actions", change: deny("microsoft.authorization/*", ""), action: readLocks, scope: "/subscriptions/" + subscription},
		{name: "denied in another subscription", change: deny(readLocks, "/subscriptions/other"), action: readLocks, scope: "/subscriptions/" + subscription, allowed: true},
		{name: "denied above", change: deny(writeCluster, "/subscriptions/"+strings.ToUpper(subscription)), action: writeCluster, scope: one},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := small(t, func(d *simulator.Description) {
				if test.change != nil {
					test.change(d)
				}
			})
			err := w.Allowed(test.action, test.scope)
			if test.allowed {
				if err != nil {
					t.Error(err)
				}
				return
			}
			refused := refusal(t, err, 403, "AuthorizationFailed")
			if !strings.Contains(refused.Message, "'"+test.action+"' over scope '"+test.scope+"'") {
				t.Errorf("%q names neither action nor scope", refused.Message)
			}
		})
	}
}

func access(level string) func(*simulator.ClusterFile) {
	return func(c *simulator.ClusterFile) { c.Access = level }
}

func deny(action, scope string) func(*simulator.Description) {
	return func(d *simulator.Description) { d.Denied = []simulator.Denial{{Action: action, Scope: scope}} }
}

func TestListShowsWhatMayBeRead(t *testing.T) {
	for name, change := range map[string]func(*simulator.Description){
		"no access": first(access("none")),
		"unlisted":  first(func(c *simulator.ClusterFile) { c.Unlisted = true }),
		"denied":    deny(readCluster, string(id("aks-one"))),
	} {
		w := small(t, change)
		for _, c := range w.Clusters(subscription, "") {
			if c.Name == "aks-one" {
				t.Errorf("%s: LIST shows it", name)
			}
		}
		if all := w.Clusters("", ""); len(all) != 3 {
			t.Errorf("%s: without a scope there are %d clusters", name, len(all))
		}
	}
	if listed := small(t).Clusters(strings.ToUpper(subscription), "RG-fleet"); len(listed) != 3 {
		t.Errorf("by resource group there are %d clusters", len(listed))
	}
	if listed := small(t).Clusters(subscription, "other"); len(listed) != 0 {
		t.Errorf("another resource group has %d clusters", len(listed))
	}
}
