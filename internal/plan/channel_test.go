package plan

import (
	"strings"
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/strategy"
)

// follow makes a world follow a channel.
func (w *world) follow(profile strategy.Profile) {
	if profile.Name == "" {
		profile.Name = "nightly"
	}
	if profile.Images == "" {
		profile.Images = strategy.Latest
	}
	w.s.AutoUpgrade = []strategy.Profile{profile}
	s, err := w.s.Following(profile.Name)
	if err != nil {
		panic(err)
	}
	w.s = s
}

func (w *world) withdraw(region string, versions ...string) {
	for _, v := range versions {
		delete(w.inv.Regions[region].Versions, version(v))
	}
}

// TestChannelVersion specifies which version a channel is at. The regions' newest released minor is 1.35.
func TestChannelVersion(t *testing.T) {
	stay := func(minor string) strategy.Profile {
		return strategy.Profile{Channel: strategy.TargetKubernetesVersion, TargetKubernetes: version(minor)}
	}
	longTermStay := func(minor string) strategy.Profile {
		p := stay(minor)
		p.LongTermSupport = true
		return p
	}
	for name, spec := range map[string]struct {
		profile strategy.Profile
		world   func(*world)
		want    string // "": none
		rule    string
		advice  string
	}{
		"Rapid is the newest patch of the newest minor":  {profile: strategy.Profile{Channel: strategy.Rapid}, want: "1.35.0"},
		"Stable is the newest patch of the minor before": {profile: strategy.Profile{Channel: strategy.Stable}, want: "1.34.2"},
		"a minor that one region lacks is not released": {
			profile: strategy.Profile{Channel: strategy.Rapid}, world: func(w *world) { w.withdraw("northeurope", "1.35.0") }, want: "1.34.2",
		},
		"neither is the one before it stable then": {
			profile: strategy.Profile{Channel: strategy.Stable}, world: func(w *world) { w.withdraw("northeurope", "1.35.0") }, want: "1.33.6",
		},
		"a patch that one region lacks is not released": {
			profile: strategy.Profile{Channel: strategy.Stable}, world: func(w *world) { w.withdraw("northeurope", "1.34.2") }, want: "1.34.1",
		},
		"the minor before the newest, or none": {
			profile: strategy.Profile{Channel: strategy.Stable}, world: func(w *world) { w.withdraw("northeurope", "1.34.1", "1.34.2") },
			rule: "error version-unavailable", advice: "longTermSupport",
		},
		"nothing but previews": {
			profile: strategy.Profile{Channel: strategy.Rapid},
			world: func(w *world) {
				for v := range w.inv.Regions["westeurope"].Versions {
					if v.Minor < 36 {
						delete(w.inv.Regions["westeurope"].Versions, v)
					}
				}
			}, rule: "error version-unavailable",
		},
		"a minor to stay on":                               {profile: stay("1.33"), want: "1.33.6"},
		"a minor to stay on that is a preview":             {profile: stay("1.36"), rule: "error version-unavailable"},
		"a minor whose community support has ended":        {profile: stay("1.31"), rule: "error version-unavailable", advice: "longTermSupport goes on"},
		"long-term support goes on":                        {profile: longTermStay("1.31"), want: "1.31.101"},
		"long-term support before community support ended": {profile: longTermStay("1.33"), want: "1.33.6"},
		"a minor for long-term support alone is not the newest": {
			profile: strategy.Profile{Channel: strategy.Rapid}, want: "1.34.2",
			world: func(w *world) {
				for _, region := range w.inv.Regions {
					region.Versions[version("1.35.0")] = fleet.OfferedVersion{SupportPlans: []string{"AKSLongTermSupport"}}
				}
			},
		},
		"the regions were not read": {
			profile: strategy.Profile{Channel: strategy.Rapid}, rule: "error versions-unread",
			world: func(w *world) {
				w.inv.Regions["northeurope"] = fleet.Region{Images: w.inv.Regions["northeurope"].Images}
			},
		},
		"node images have no version": {profile: strategy.Profile{Channel: strategy.NodeImage}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(strategy.ControlPlaneOnly, strategy.Latest)
			w.cluster("a", "dev", "westeurope")
			w.cluster("b", "dev", "northeurope")
			w.follow(spec.profile)
			if spec.world != nil {
				spec.world(w)
			}
			p := w.build(t)
			if got := p.Upgrade.Kubernetes.String(); got != spec.want {
				t.Errorf("the channel is at %q, want %q", got, spec.want)
			}
			rules := strings.Join(rulesOf(p), "\n")
			if spec.rule != "" && !strings.Contains(rules, spec.rule) || spec.rule == "" && p.Errored {
				t.Errorf("want %q in:\n%s", spec.rule, rules)
			}
			if finding, _ := findingOf(p, "version-unavailable"); !strings.Contains(finding.Advice, spec.advice) {
				t.Errorf("the advice is %q", finding.Advice)
			}
		})
	}
}

// TestMemberOnAChannel specifies what one run does with one member, on Rapid (1.35.0) unless it says otherwise.
func TestMemberOnAChannel(t *testing.T) {
	failed := func(desired string) func(*fleet.Cluster) {
		return func(c *fleet.Cluster) { c.State, c.Desired = fleet.ProvisioningFailed, version(desired) }
	}
	failedPool := func(desired string) func(*fleet.NodePool) {
		return func(p *fleet.NodePool) { p.State, p.Desired = fleet.ProvisioningFailed, version(desired) }
	}
	stable := strategy.Profile{Channel: strategy.Stable}
	longTermStay := strategy.Profile{Channel: strategy.TargetKubernetesVersion, TargetKubernetes: version("1.33"), LongTermSupport: true}
	for name, spec := range map[string]struct {
		profile strategy.Profile
		edits   []func(*fleet.Cluster)
		world   func(*world)
		action  Action
		plane   string // where the control plane is taken
		pool    string // where the pool system is taken
		later   int
		why     Why
		reason  string
		command string
	}{
		"a new patch":      {edits: []func(*fleet.Cluster){onVersion("1.34.1")}, profile: stable, action: ActionUpgrade, plane: "1.34.2", pool: "1.34.2"},
		"one minor behind": {edits: []func(*fleet.Cluster){onVersion("1.34.2")}, action: ActionUpgrade, plane: "1.35.0", pool: "1.35.0"},
		"two minors behind goes by the newest patch of the next": {
			action: ActionUpgrade, plane: "1.34.2", pool: "1.34.2", later: 1, reason: "1 more run leads to the channel's version",
		},
		"three minors behind": {
			edits: []func(*fleet.Cluster){onVersion("1.32.9")}, action: ActionUpgrade, plane: "1.33.6", pool: "1.33.6", later: 2,
			reason: "2 more runs lead to the channel's version",
		},
		"by nothing that another region lacks": {
			edits: []func(*fleet.Cluster){onVersion("1.32.9")}, world: func(w *world) { w.withdraw("northeurope", "1.33.6") },
			action: ActionUpgrade, plane: "1.33.5", pool: "1.33.5", later: 2,
		},
		"at the channel's version": {
			edits: []func(*fleet.Cluster){pools(pool("system", image(noble))), onVersion("1.35.0")}, action: ActionSkip, why: WhyAtTarget, plane: "1.35.0", pool: "1.35.0",
		},
		"ahead of the channel, never back": {
			edits: []func(*fleet.Cluster){pools(pool("system", image(noble))), onVersion("1.35.0")}, profile: stable, action: ActionSkip, why: WhyAtTarget,
			plane: "1.34.2", pool: "1.34.2",
		},
		"on a preview, never back": {
			edits: []func(*fleet.Cluster){pools(pool("system", image(noble))), onVersion("1.36.0")}, action: ActionSkip, why: WhyAtTarget, plane: "1.35.0", pool: "1.35.0",
		},
		"a pool that a run left behind is fetched first": {
			edits: []func(*fleet.Cluster){pools(pool("system", at("1.32.9")), pool("apps", user))}, world: func(w *world) { w.withdraw("westeurope", "1.33.6") },
			action: ActionUpgrade, plane: "1.33.5", pool: "1.33.5", later: 2,
		},
		"a pool left behind by a patch goes on with the rest": {
			edits:  []func(*fleet.Cluster){onVersion("1.34.2"), pools(pool("system", at("1.34.1")), pool("apps", user, at("1.34.2")))},
			action: ActionUpgrade, plane: "1.35.0", pool: "1.35.0",
		},
		"a pool far behind goes alone": {
			edits:  []func(*fleet.Cluster){onVersion("1.34.2"), pools(pool("system", at("1.32.9")))},
			action: ActionUpgrade, plane: "1.33.6", pool: "1.33.6", later: 2,
		},
		"a pool that is left alone holds nobody back": {
			edits:  []func(*fleet.Cluster){pools(pool("apps", user, at("1.34.2")), pool("system", at("1.33.5"), pinned("/theirs"))), func(c *fleet.Cluster) { c.Version = version("1.34.2") }},
			action: ActionUpgrade, plane: "1.35.0",
		},
		"a control plane that failed on its way is resumed, though a newer patch is out": {
			edits: []func(*fleet.Cluster){failed("1.34.1")}, action: ActionUpgrade, plane: "1.34.1", pool: "1.34.1", later: 1,
			reason: "is resumed; 1 more run leads",
		},
		"a pool that failed on its way is resumed": {
			edits:  []func(*fleet.Cluster){onVersion("1.34.1"), pools(pool("system", at("1.33.5"), failedPool("1.34.1")))},
			action: ActionUpgrade, plane: "1.34.1", pool: "1.34.1", later: 1,
		},
		"a control plane that failed on its way beyond the channel": {
			edits: []func(*fleet.Cluster){onVersion("1.34.1"), failed("1.35.0")}, profile: stable, action: ActionBlocked, reason: "the cluster is Failed", command: "az aks update",
		},
		"a control plane that failed on its way to what is gone": {
			edits: []func(*fleet.Cluster){failed("1.34.0")}, action: ActionBlocked, reason: "the cluster is Failed", command: "az aks update",
		},
		"what is asked for is never less": {
			edits: []func(*fleet.Cluster){onVersion("1.34.1"), failed("1.33.6")}, action: ActionBlocked, reason: "the cluster is Failed", command: "az aks update",
		},
		"a cluster that failed at something else is brought back first": {
			edits: []func(*fleet.Cluster){failed("1.33.5")}, action: ActionUpgrade, plane: "1.33.5", pool: "1.33.5", later: 2, reason: "is resumed; 2 more runs lead",
		},
		"an upgrade that is under way has not failed": {
			edits:  []func(*fleet.Cluster){func(c *fleet.Cluster) { c.State, c.Desired = "Upgrading", version("1.34.1") }},
			action: ActionUpgrade, plane: "1.34.2", pool: "1.34.2", later: 1, reason: "waits its turn; 1 more run leads",
		},
		"over a minor": {
			edits: []func(*fleet.Cluster){onVersion("1.31.100")}, profile: stable, action: ActionBlocked,
			reason:  "the channel Stable goes from one minor to the next, and no such way leads from Kubernetes 1.31.100 to 1.34.2 in westeurope",
			command: "az aks upgrade --subscription " + subscription + " --resource-group rg --name a --kubernetes-version 1.33.5 --yes",
		},
		"over a minor to the channel's own version": {
			edits: []func(*fleet.Cluster){longTerm, onVersion("1.31.100")}, profile: longTermStay, world: func(w *world) { w.withdraw("westeurope", "1.33.6") },
			action: ActionBlocked, reason: "no such way leads", command: "--kubernetes-version 1.33.5 --yes",
		},
		"out of support": {
			edits: []func(*fleet.Cluster){onVersion("1.28.3")}, action: ActionBlocked, reason: "no such way leads from Kubernetes 1.28.3", command: "az aks get-upgrades",
		},
		"a pool out of support": {
			edits: []func(*fleet.Cluster){onVersion("1.33.5"), pools(pool("system", at("1.30.4")))}, profile: stable, action: ActionBlocked,
			reason: "from Kubernetes 1.30.4", command: "az aks get-upgrades",
		},
		"a pool that the cluster cannot be upgraded for": {
			edits: []func(*fleet.Cluster){onVersion("1.33.5"), pools(pool("system", at("1.31.100")))}, profile: stable, action: ActionBlocked,
			reason: "from Kubernetes 1.31.100", command: "az aks get-upgrades",
		},
		"long-term support is for clusters that have it": {
			edits: []func(*fleet.Cluster){onVersion("1.32.9")}, profile: longTermStay, action: ActionBlocked,
			reason: "the profile nightly is for clusters with long-term support only", command: "--k8s-support-plan AKSLongTermSupport",
		},
		"long-term support, and they are at its version": {
			edits: []func(*fleet.Cluster){pools(pool("system", image(fast))), onVersion("1.33.6")}, profile: longTermStay, action: ActionSkip, why: WhyAtTarget, plane: "1.33.6", pool: "1.33.6",
		},
		"long-term support, and this one has it": {
			edits: []func(*fleet.Cluster){longTerm, onVersion("1.32.9")}, profile: longTermStay, action: ActionUpgrade, plane: "1.33.6", pool: "1.33.6",
		},
		"a stopped cluster is left out, and caught up by the run after it was started": {
			edits: []func(*fleet.Cluster){func(c *fleet.Cluster) { c.Stopped = true }}, action: ActionSkip, why: WhyStopped,
		},
		"a cluster whose version is not known": {
			edits: []func(*fleet.Cluster){func(c *fleet.Cluster) { c.Version, c.Desired = fleet.KubernetesVersion{}, fleet.KubernetesVersion{} }}, action: ActionBlocked,
			reason: "which Kubernetes version it runs is not known",
		},
		"node images alone, on a patch that is gone": {
			edits: []func(*fleet.Cluster){onVersion("1.33.1")}, profile: strategy.Profile{Channel: strategy.NodeImage}, action: ActionUpgrade,
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(strategy.ControlPlaneOnly, strategy.Latest)
			w.cluster("a", "dev", "westeurope", spec.edits...)
			w.cluster("b", "other", "northeurope")
			if spec.profile.Channel == "" {
				spec.profile.Channel = strategy.Rapid
			}
			w.follow(spec.profile)
			if spec.world != nil {
				spec.world(w)
			}
			m := find(t, w.build(t), "a")
			plane, to := "", ""
			if m.ControlPlane != nil {
				plane = m.ControlPlane.To.String()
			}
			for _, pool := range m.Pools {
				if pool.Name == "system" {
					to = pool.ToVersion.String()
				}
			}
			if m.Action != spec.action || m.Why != spec.why || plane != spec.plane || to != spec.pool || m.LaterRuns != spec.later {
				t.Errorf("%s (%s) control plane to %q, pool to %q, %d later; want %s (%s) %q, %q, %d\n%s",
					m.Action, m.Why, plane, to, m.LaterRuns, spec.action, spec.why, spec.plane, spec.pool, spec.later, m.Reason)
			}
			if !strings.Contains(m.Reason, spec.reason) || !strings.Contains(m.Command, spec.command) || spec.command == "" && m.Command != "" {
				t.Errorf("reason %q, want %q\ncommand %q, want %q", m.Reason, spec.reason, m.Command, spec.command)
			}
		})
	}
}

// A fleet at its channel has a complete plan with nothing in it.
func TestNothingNewOnAChannel(t *testing.T) {
	for _, profile := range []strategy.Profile{{Channel: strategy.Stable}, {Channel: strategy.NodeImage, Images: strategy.Consistent}} {
		w := newWorld(strategy.Full, strategy.Latest)
		w.cluster("a", "dev", "westeurope", pools(pool("system", image(fast))), onVersion("1.34.2"))
		w.follow(profile)
		if p := w.build(t); !p.Complete || p.Applyable || p.Errored {
			t.Errorf("%s: complete %v, applyable %v, errored %v", profile.Channel, p.Complete, p.Applyable, p.Errored)
		}
	}
}

func TestRunName(t *testing.T) {
	make := func(change ...func(*world)) string {
		w := newWorld(strategy.Full, strategy.Latest)
		w.cluster("a", "dev", "westeurope")
		w.cluster("b", "dev", "northeurope", onVersion("1.32.9"), opensIn(6, fleet.UpgradeWindow))
		w.follow(strategy.Profile{Name: "weekly", Channel: strategy.Stable, Images: strategy.Consistent})
		for _, edit := range change {
			edit(w)
		}
		return w.build(t).Profile.Run
	}
	name := make()
	if prefix, hash := "auto-weekly-stable-1-34-2-", name[strings.LastIndexByte(name, '-')+1:]; !strings.HasPrefix(name, prefix) || len(hash) != 8 {
		t.Errorf("the name is %s", name)
	}
	for what, spec := range map[string]struct {
		change func(*world)
		same   bool
	}{
		"nothing":                           {func(*world) {}, true},
		"the hour, and with it the windows": {func(w *world) { w.inv.At = w.inv.At.Add(7 * time.Hour) }, true},
		"what a cluster runs, on the way to the same version": {func(w *world) {
			id := fleet.NewClusterID(subscription, "rg", "a")
			c := w.inv.Clusters[id]
			onVersion("1.33.6")(&c)
			w.inv.Clusters[id] = c
		}, true},
		"where a run takes one of them": {func(w *world) { w.withdraw("northeurope", "1.33.6") }, false},
		"a new patch":                   {func(w *world) { w.withdraw("westeurope", "1.34.2") }, false},
		"another member":                {func(w *world) { w.cluster("c", "dev", "westeurope") }, false},
		"another profile":               {func(w *world) { w.s.Upgrade.Follows = &strategy.Profile{Name: "other", Channel: strategy.Stable} }, false},
	} {
		if got := make(spec.change); (got == name) != spec.same {
			t.Errorf("%s: %s, and without it %s", what, got, name)
		}
	}
	images := newWorld(strategy.Full, strategy.Latest)
	images.cluster("a", "dev", "westeurope")
	images.cluster("b", "dev", "northeurope")
	images.follow(strategy.Profile{Channel: strategy.NodeImage})
	if got := images.build(t).Profile.Run; !strings.HasPrefix(got, "auto-nightly-nodeimage-202511-12-0-") {
		t.Errorf("the name is %s", got)
	}
	nobody := newWorld(strategy.Full, strategy.Latest)
	nobody.cluster("a", "dev", "westeurope", func(c *fleet.Cluster) { c.Stopped = true })
	nobody.follow(strategy.Profile{Channel: strategy.Rapid})
	if got := nobody.build(t).Profile.Run; !strings.HasPrefix(got, "auto-nightly-rapid-") || strings.Contains(got, "--") {
		t.Errorf("the name is %s", got)
	}
}

// The digest covers where each member is taken in this run.
func TestDigestOfHops(t *testing.T) {
	digest := func(withdrawn string) string {
		w := newWorld(strategy.Full, strategy.Latest)
		w.cluster("a", "dev", "westeurope")
		w.follow(strategy.Profile{Channel: strategy.Rapid})
		w.withdraw("westeurope", withdrawn)
		return w.build(t).Digest
	}
	if digest("1.32.9") == digest("1.34.2") {
		t.Error("a member is taken to 1.34.1 instead of 1.34.2, and the digest is the same")
	}
}

func TestChannelPlanAsWritten(t *testing.T) {
	w := rollout()
	w.follow(strategy.Profile{Name: "fast", Channel: strategy.Rapid, Images: strategy.Consistent})
	text, err := Encode(w.build(t))
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/channel.golden.json", text)
}
