package plan

import (
	"strings"
	"testing"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/strategy"
)

func longTerm(c *fleet.Cluster) {
	c.Settings.SupportPlan, c.Settings.Tier = "AKSLongTermSupport", "Premium"
}

func TestKubernetesTarget(t *testing.T) {
	without := func(region string, versions ...string) func(*world) {
		return func(w *world) {
			for _, v := range versions {
				delete(w.inv.Regions[region].Versions, version(v))
			}
		}
	}
	for name, spec := range map[string]struct {
		asked string
		world func(*world)
		want  string // "": none
		rule  string
	}{
		"a patch is taken as it is":                      {asked: "1.34.1", want: "1.34.1"},
		"a minor is its newest patch":                    {asked: "1.34", want: "1.34.2"},
		"a minor is the newest patch of all regions":     {asked: "1.34", world: without("northeurope", "1.34.2"), want: "1.34.1"},
		"a minor that a region lacks is an error":        {asked: "1.34", world: without("northeurope", "1.34.1", "1.34.2"), rule: "error version-unavailable"},
		"a minor is never a preview":                     {asked: "1.36", rule: "error version-unavailable"},
		"a preview patch is taken with a warning":        {asked: "1.36.0", want: "1.36.0", rule: "warning preview-version"},
		"a long-term patch is not for ordinary clusters": {asked: "1.31", rule: "error version-unavailable"},
		"a long-term patch is for long-term clusters": {
			asked: "1.31", want: "1.31.101",
			world: func(w *world) {
				for id, c := range w.inv.Clusters {
					longTerm(&c)
					w.inv.Clusters[id] = c
				}
			},
		},
		"versions that were not read are an error": {
			asked: "1.34.2", rule: "error versions-unread",
			world: func(w *world) {
				w.inv.Regions["northeurope"] = fleet.Region{Images: w.inv.Regions["northeurope"].Images}
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(strategy.Full, strategy.Latest)
			w.s.Upgrade.Kubernetes = version(spec.asked)
			w.cluster("a", "dev", "westeurope")
			w.cluster("b", "dev", "northeurope")
			if spec.world != nil {
				spec.world(w)
			}
			p := w.build(t)
			if got := p.Upgrade.Kubernetes.String(); got != spec.want {
				t.Errorf("target %q, want %q", got, spec.want)
			}
			rules := strings.Join(rulesOf(p), "\n")
			if spec.rule != "" && !strings.Contains(rules, spec.rule) {
				t.Errorf("no finding %q in:\n%s", spec.rule, rules)
			}
			if spec.rule == "" && p.Errored {
				t.Errorf("errors:\n%s", rules)
			}
		})
	}
}

func TestRegionsOfTheRun(t *testing.T) {
	w := newWorld(strategy.Full, strategy.Latest)
	w.s.Upgrade.Kubernetes = version("1.34")
	w.cluster("a", "dev", "westeurope")
	w.cluster("stopped", "dev", "northeurope", func(c *fleet.Cluster) { c.Stopped = true })
	w.cluster("left", "dev", "southeurope")
	delete(w.inv.Regions["northeurope"].Versions, version("1.34.2"))
	p := w.build(t, SkipTarget{"Member", "left"})
	if got := p.Upgrade.Kubernetes.String(); got != "1.34.2" || p.Errored {
		t.Errorf("target %s, errored %v: the regions of members that take no part must not count", got, p.Errored)
	}
}

// TestVersionOfMember specifies what becomes of one member under Full to 1.34.2 with Latest, unless it says otherwise.
func TestVersionOfMember(t *testing.T) {
	cp := func(v string) func(*fleet.Cluster) {
		return func(c *fleet.Cluster) {
			c.Version = fleet.KubernetesVersion{}
			if v != "" {
				c.Version = version(v)
			}
			c.Desired = c.Version
		}
	}
	type spec struct {
		kind    strategy.UpgradeType
		images  strategy.ImageSelection
		target  string
		edits   []func(*fleet.Cluster)
		world   func(*world)
		action  Action
		why     Why
		whole   bool
		reason  string
		command string
	}
	for name, spec := range map[string]spec{
		"an ordinary upgrade": {action: ActionUpgrade},
		"at its target": {
			edits: []func(*fleet.Cluster){pools(pool("system", image(fast))), onVersion("1.34.2")}, action: ActionSkip, why: WhyAtTarget, reason: "at its target",
		},
		"ahead of its target": {
			edits: []func(*fleet.Cluster){pools(pool("system", image(noble))), onVersion("1.35.0")}, action: ActionSkip, why: WhyAtTarget,
		},
		"the control plane is there, a pool is not": {edits: []func(*fleet.Cluster){cp("1.34.2")}, action: ActionUpgrade},
		"a patch Azure no longer lists moves within its minor and on": {
			edits: []func(*fleet.Cluster){onVersion("1.33.1")}, action: ActionUpgrade,
		},
		"two minors behind": {
			edits: []func(*fleet.Cluster){onVersion("1.32.9")}, action: ActionBlocked, reason: "go to 1.33.6 first",
			command: "az aks upgrade --subscription " + subscription + " --resource-group rg --name a --kubernetes-version 1.33.6 --yes",
		},
		"three minors behind": {
			target: "1.35.0", edits: []func(*fleet.Cluster){onVersion("1.32.9")}, action: ActionBlocked, reason: "go to 1.33.6, then 1.34.2 first", command: " && az aks upgrade",
		},
		"a minor that Azure does not list": {
			edits: []func(*fleet.Cluster){onVersion("1.28.3")}, action: ActionBlocked, reason: "no upgrade path", command: "az aks get-upgrades",
		},
		"a skipped minor that the graph offers to long-term support": {
			target: "1.33.5", edits: []func(*fleet.Cluster){longTerm, onVersion("1.31.100")}, action: ActionUpgrade,
		},
		"a skipped minor without long-term support goes as a whole": {
			target: "1.33.5", edits: []func(*fleet.Cluster){onVersion("1.31.100")}, action: ActionUpgrade, whole: true,
		},
		"a skipped minor without long-term support, control plane only": {
			kind: strategy.ControlPlaneOnly, target: "1.33.5", edits: []func(*fleet.Cluster){onVersion("1.31.100")}, action: ActionBlocked, reason: "cannot be upgraded alone", command: "az aks upgrade",
		},
		"a version for long-term support only": {
			target: "1.31.101", edits: []func(*fleet.Cluster){onVersion("1.31.100")}, action: ActionBlocked, reason: "long-term support only", command: "--k8s-support-plan AKSLongTermSupport",
		},
		"not offered in the region yet": {
			world: func(w *world) { delete(w.inv.Regions["westeurope"].Versions, version("1.34.2")) }, action: ActionPending, reason: "1.34.2 is not offered in westeurope",
		},
		"not offered any more": {
			target: "1.33.4", edits: []func(*fleet.Cluster){onVersion("1.33.1")}, action: ActionBlocked, reason: "1.33.4 is no longer offered in westeurope", command: "az aks get-upgrades",
		},
		"the last patch of a minor that is gone": {
			target: "1.29.9", edits: []func(*fleet.Cluster){onVersion("1.29.1")}, action: ActionBlocked, reason: "no longer offered", command: "az aks get-upgrades",
		},
		"a patch after the newest that is offered": {target: "1.34.9", action: ActionPending, reason: "not offered in westeurope yet"},
		"a cluster whose version is not known": {
			edits: []func(*fleet.Cluster){cp("")}, action: ActionBlocked, reason: "which Kubernetes version it runs is not known",
		},
		"not offered, but only the image is behind": {
			kind: strategy.NodeImageOnly, world: func(w *world) { clear(w.inv.Regions["westeurope"].Versions) }, action: ActionUpgrade,
		},
		"not offered, but the control plane is there already": {
			kind: strategy.ControlPlaneOnly, edits: []func(*fleet.Cluster){cp("1.34.2")}, action: ActionSkip, why: WhyAtTarget,
			world: func(w *world) { delete(w.inv.Regions["westeurope"].Versions, version("1.34.2")) },
		},
		"a stopped cluster": {
			edits: []func(*fleet.Cluster){func(c *fleet.Cluster) { c.Stopped = true }}, action: ActionSkip, why: WhyStopped, reason: "stopped",
		},
		"a stopped cluster, which is to fail": {
			edits: []func(*fleet.Cluster){func(c *fleet.Cluster) { c.Stopped = true }}, world: func(w *world) { w.s.StoppedClusters = "fail" },
			action: ActionBlocked, why: WhyStopped, command: "az aks start",
		},
		"a cluster that is gone": {
			world: func(w *world) { clear(w.inv.Clusters) }, action: ActionBlocked, reason: "no cluster a in resource group rg",
		},
		"a busy cluster waits its turn": {
			edits: []func(*fleet.Cluster){func(c *fleet.Cluster) { c.State = "Updating" }}, action: ActionUpgrade, reason: "busy now (Updating)",
		},
		"a busy pool at the target is not believed": {
			edits: []func(*fleet.Cluster){pools(pool("system", image(fast), poolState("Upgrading"))), onVersion("1.34.2")}, action: ActionUpgrade, reason: "Upgrading of node pool system",
		},
		"a failed cluster on its way to the target": {
			edits: []func(*fleet.Cluster){func(c *fleet.Cluster) { c.State, c.Desired = fleet.ProvisioningFailed, version("1.34.2") }}, action: ActionUpgrade, reason: "is resumed",
		},
		"a failed cluster at the target": {
			edits:  []func(*fleet.Cluster){pools(pool("system", image(fast))), onVersion("1.34.2"), func(c *fleet.Cluster) { c.State = fleet.ProvisioningFailed }},
			action: ActionUpgrade, reason: "is resumed",
		},
		"a failed cluster on its way to the target's minor": {
			edits: []func(*fleet.Cluster){func(c *fleet.Cluster) { c.State, c.Desired = fleet.ProvisioningFailed, version("1.34") }}, action: ActionUpgrade,
		},
		"a failed cluster on its way elsewhere": {
			edits: []func(*fleet.Cluster){func(c *fleet.Cluster) { c.State = fleet.ProvisioningFailed }}, action: ActionBlocked, reason: "the cluster is Failed", command: "az aks update --subscription",
		},
		"a cancelled operation is like a failed one": {
			edits: []func(*fleet.Cluster){func(c *fleet.Cluster) { c.State = fleet.ProvisioningCanceled }}, action: ActionBlocked, command: "az aks update",
		},
		"a pool that failed on its way to the target": {
			edits:  []func(*fleet.Cluster){cp("1.34.2"), pools(pool("system", poolState("Failed"), func(p *fleet.NodePool) { p.Desired = version("1.34.2") }))},
			action: ActionUpgrade,
		},
		"a pool that failed on its way elsewhere": {
			edits:  []func(*fleet.Cluster){pools(pool("system", poolState("Failed"), func(p *fleet.NodePool) { p.Desired = version("1.33.6") }))},
			action: ActionBlocked, reason: "node pool system is Failed", command: "az aks nodepool upgrade --subscription " + subscription +
				" --resource-group rg --cluster-name a --name system --kubernetes-version 1.33.6",
		},
		"a failed pool that is left alone": {
			kind: strategy.ControlPlaneOnly, edits: []func(*fleet.Cluster){pools(pool("system", poolState("Failed")))}, action: ActionBlocked, command: "--kubernetes-version 1.33.5",
		},
		"a failed cluster whose image upgrade failed": {
			kind:   strategy.NodeImageOnly,
			edits:  []func(*fleet.Cluster){func(c *fleet.Cluster) { c.State = fleet.ProvisioningFailed }, pools(pool("system", poolState("Failed")))},
			action: ActionUpgrade,
		},
		"a failed cluster, and no image upgrade failed": {
			kind: strategy.NodeImageOnly, edits: []func(*fleet.Cluster){func(c *fleet.Cluster) { c.State = fleet.ProvisioningFailed }}, action: ActionBlocked, command: "az aks update",
		},
		"an auto-upgrade channel, Full with Latest": {
			edits: []func(*fleet.Cluster){settings(func(s *fleet.ClusterSettings) { s.UpgradeChannel = "stable" })}, action: ActionUpgrade, whole: true,
		},
		"an auto-upgrade channel, and only pools to move": {
			edits: []func(*fleet.Cluster){cp("1.34.2"), settings(func(s *fleet.ClusterSettings) { s.UpgradeChannel = "stable" })}, action: ActionUpgrade,
		},
		"an auto-upgrade channel, Full with Consistent": {
			images: strategy.Consistent, edits: []func(*fleet.Cluster){settings(func(s *fleet.ClusterSettings) { s.UpgradeChannel = "stable" })},
			action: ActionBlocked, reason: "cannot bring its pools to pinned images", command: "--auto-upgrade-channel none",
		},
		"an auto-upgrade channel, control plane only": {
			kind: strategy.ControlPlaneOnly, edits: []func(*fleet.Cluster){settings(func(s *fleet.ClusterSettings) { s.UpgradeChannel = "rapid" })},
			action: ActionBlocked, reason: "its auto-upgrade channel is rapid", command: "--auto-upgrade-channel none",
		},
		"an auto-upgrade channel and a pool to be left alone": {
			edits:  []func(*fleet.Cluster){settings(func(s *fleet.ClusterSettings) { s.UpgradeChannel = "stable" }), pools(pool("system", pinned("/theirs")))},
			action: ActionBlocked, reason: "node pool system is to be left alone", command: "--auto-upgrade-channel none",
		},
		"AKS Automatic, control plane only": {
			kind: strategy.ControlPlaneOnly, edits: []func(*fleet.Cluster){settings(func(s *fleet.ClusterSettings) { s.UpgradeChannel, s.SKU = "stable", "Automatic" })},
			action: ActionBlocked, reason: "AKS Automatic",
		},
		"a legacy cluster goes as a whole": {
			edits: []func(*fleet.Cluster){settings(func(s *fleet.ClusterSettings) { s.MaxAgentPools = 1 })}, action: ActionUpgrade, whole: true,
		},
		"a legacy cluster, control plane only": {
			kind: strategy.ControlPlaneOnly, edits: []func(*fleet.Cluster){settings(func(s *fleet.ClusterSettings) { s.MaxAgentPools = 1 })}, action: ActionBlocked, reason: "recreate it",
		},
		"an availability set, node images": {
			kind: strategy.NodeImageOnly, edits: []func(*fleet.Cluster){pools(pool("system", func(p *fleet.NodePool) { p.Type = "AvailabilitySet" }))}, action: ActionBlocked, reason: "availability set",
		},
		"an availability set at its version has nothing to move": {
			edits:  []func(*fleet.Cluster){pools(pool("system", func(p *fleet.NodePool) { p.Type = "AvailabilitySet" })), onVersion("1.34.2")},
			action: ActionSkip, why: WhyAtTarget,
		},
		"node provisioning: the control plane alone": {
			edits: []func(*fleet.Cluster){settings(func(s *fleet.ClusterSettings) { s.NodeProvisioning = "Auto" })}, action: ActionUpgrade,
		},
		"node provisioning, node images": {
			kind: strategy.NodeImageOnly, edits: []func(*fleet.Cluster){settings(func(s *fleet.ClusterSettings) { s.NodeProvisioning = "Auto" })}, action: ActionSkip, why: WhyOther, reason: "provisions its own nodes",
		},
		"too far ahead of a pool": {
			edits: []func(*fleet.Cluster){pools(pool("system", at("1.30.4")))}, action: ActionBlocked, reason: "4 minors ahead of node pool system", command: "az aks nodepool upgrade",
		},
		"too far ahead of a pool, which moves with it": {
			edits:  []func(*fleet.Cluster){pools(pool("system", at("1.30.4"))), settings(func(s *fleet.ClusterSettings) { s.UpgradeChannel = "stable" })},
			action: ActionUpgrade, whole: true,
		},
		"a failed pool that is ahead of the target": {
			edits: []func(*fleet.Cluster){pools(pool("system", image(fast), poolState("Failed"))), onVersion("1.35.0")}, action: ActionUpgrade,
			world: func(w *world) { w.region("westeurope", fast, noble) },
		},
		"as far ahead of a pool as is allowed": {edits: []func(*fleet.Cluster){pools(pool("system", at("1.31.4")))}, action: ActionUpgrade},
	} {
		t.Run(name, func(t *testing.T) {
			kind, images := spec.kind, spec.images
			if kind == "" {
				kind = strategy.Full
			}
			if images == "" {
				images = strategy.Latest
			}
			w := newWorld(kind, images)
			if spec.target != "" {
				w.s.Upgrade.Kubernetes = version(spec.target)
			}
			w.cluster("a", "dev", "westeurope", spec.edits...)
			if spec.world != nil {
				spec.world(w)
			}
			m := only(t, w.build(t))
			if m.Action != spec.action || m.Why != spec.why || m.WholeCluster != spec.whole {
				t.Errorf("%s (%s) whole=%v, want %s (%s) whole=%v; reason: %s", m.Action, m.Why, m.WholeCluster, spec.action, spec.why, spec.whole, m.Reason)
			}
			if !strings.Contains(m.Reason, spec.reason) || !strings.Contains(m.Command, spec.command) {
				t.Errorf("reason %q, want %q\ncommand %q, want %q", m.Reason, spec.reason, m.Command, spec.command)
			}
			if spec.command == "" && m.Command != "" {
				t.Errorf("unexpected command %q", m.Command)
			}
		})
	}
}

func TestMixedSupportChoosesTheOrdinaryPatchFirst(t *testing.T) {
	w := newWorld(strategy.Full, strategy.Latest)
	w.s.Upgrade.Kubernetes = version("1.31")
	w.cluster("ordinary", "dev", "westeurope", onVersion("1.31.100"))
	w.cluster("supported", "dev", "westeurope", longTerm, onVersion("1.31.100"))
	p := w.build(t)
	if p.Upgrade.Kubernetes != version("1.31.101") {
		t.Errorf("target %s: the minor has no other patch left", p.Upgrade.Kubernetes)
	}
	if a, b := find(t, p, "ordinary"), find(t, p, "supported"); a.Action != ActionBlocked || b.Action != ActionUpgrade {
		t.Errorf("ordinary is %s, supported is %s", a.Action, b.Action)
	}
}
