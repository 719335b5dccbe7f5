package plan

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/strategy"
)

func full(w *world) { w.s.Upgrade.Type, w.s.Upgrade.Kubernetes = strategy.Full, version("1.34.2") }
func named(w *world) {
	w.allowSnapshots(fleet.PoolID{Cluster: fleet.NewClusterID(subscription, "rg", "canary"), Pool: "system"})
}
func anyDonor(w *world) { w.allowSnapshots() }
func custom(images ...string) func(*world) {
	return func(w *world) {
		w.s.Upgrade.Images = strategy.Custom
		for _, image := range images {
			w.s.Upgrade.Custom = append(w.s.Upgrade.Custom, fleet.NodeImage(image))
		}
	}
}

// TestRoute specifies the route of one pool of the cluster prod in westeurope, whose latest image is fast. The stage
// canary is before it, and the stage late after it. The upgrade is NodeImageOnly unless a spec says otherwise.
func TestRoute(t *testing.T) {
	const newer = "AKSUbuntu-2204gen2containerd-202511.19.0"
	const windows = "AKSWindows-2022-containerd-20348.4000.251001"
	inNorth := func(name string, edits ...func(*fleet.NodePool)) func(*world) {
		return func(w *world) { w.cluster(name, name, "northeurope", pools(pool("system", edits...))) }
	}
	for name, spec := range map[string]struct {
		images strategy.ImageSelection
		before []func(*world) // prod is in the world
		after  []func(*world)
		pool   []func(*fleet.NodePool)
		action Action
		route  Route
		to     fleet.NodeImage
		donor  string
		stage  string
		rel    bool
		reason string
		member Action // where it differs from the pool's
	}{
		"Latest is the region's latest": {
			images: strategy.Latest, action: ActionUpgrade, route: RouteOrdinary, to: fast,
		},
		"Latest and at it": {
			images: strategy.Latest, pool: []func(*fleet.NodePool){image(fast)}, action: ActionSkip, route: RouteAhead, to: fast,
		},
		"Latest and ahead of it": {
			images: strategy.Latest, pool: []func(*fleet.NodePool){image(newer)}, action: ActionSkip, route: RouteAhead, to: fast,
		},
		"Latest keeps a user's pin": {
			images: strategy.Latest, pool: []func(*fleet.NodePool){pinned("/subscriptions/x/theirs")}, action: ActionSkip, reason: "pinned to the snapshot theirs",
		},
		"Latest releases a pin of ours": {
			images: strategy.Latest, action: ActionUpgrade, route: RouteOrdinary, to: fast, rel: true,
			pool:  []func(*fleet.NodePool){pinned(strings.ToUpper(fleet.SnapshotID(subscription, "snaps", "ours")))},
			after: []func(*world){func(w *world) { w.snapshot("ours", "another-strategy", oldImage) }},
		},
		"Latest keeps a pin to a snapshot that a user made beside ours": {
			images: strategy.Latest, action: ActionSkip, reason: "pinned to the snapshot theirs",
			pool:  []func(*fleet.NodePool){pinned(fleet.SnapshotID(subscription, "snaps", "theirs"))},
			after: []func(*world){func(w *world) { w.snapshot("theirs", "", oldImage) }},
		},
		"Latest of a family that the region lacks": {
			images: strategy.Latest, pool: []func(*fleet.NodePool){image("AKSFlatcar-flatcargen2-202510.01.0")},
			action: ActionPending, route: RouteUnreachable, reason: "westeurope offers no node image of the family AKSFlatcar-flatcargen2",
		},
		"Latest tries a failed pool again": {
			images: strategy.Latest, pool: []func(*fleet.NodePool){image(fast), poolState("Failed")}, action: ActionUpgrade, route: RouteOrdinary, to: fast,
		},
		"Consistent in one region is its latest": {
			action: ActionUpgrade, route: RouteOrdinary, to: fast,
		},
		"Consistent and at the slowest region's image": {
			before: []func(*world){inNorth("canary")}, pool: []func(*fleet.NodePool){image(slow)}, action: ActionSkip, route: RouteAhead, to: slow,
		},
		"Consistent and ahead of it": {
			before: []func(*world){inNorth("canary")}, pool: []func(*fleet.NodePool){image(fast)}, action: ActionSkip, route: RouteAhead, to: slow,
		},
		"Consistent, and snapshots are not allowed": {
			before: []func(*world){inNorth("canary")}, action: ActionPending, route: RouteUnreachable, to: slow, reason: "the strategy allows none",
		},
		"Consistent from a pool of an earlier stage": {
			before: []func(*world){anyDonor, inNorth("canary")}, action: ActionUpgrade, route: RouteSnapshot, to: slow, donor: "canary", stage: "canary",
		},
		"Consistent from a pool that is there already, in a later stage": {
			before: []func(*world){anyDonor}, after: []func(*world){inNorth("late", image(slow))}, action: ActionUpgrade, route: RouteSnapshot, to: slow, donor: "late",
		},
		"a pool that is there is better than one that will be": {
			before: []func(*world){anyDonor, inNorth("canary")}, after: []func(*world){inNorth("late", image(slow))},
			action: ActionUpgrade, route: RouteSnapshot, to: slow, donor: "late",
		},
		"Consistent, and the only donor is later": {
			before: []func(*world){anyDonor}, after: []func(*world){inNorth("late")}, action: ActionPending, route: RouteUnreachable, to: slow, reason: "there is no donor",
		},
		"Consistent, and the donor is of another VM family": {
			before: []func(*world){anyDonor, inNorth("canary", size("Standard_E4s_v5"))}, action: ActionPending, route: RouteUnreachable, to: slow, reason: "there is no donor",
		},
		"Consistent, and the donor is of another size in the family": {
			before: []func(*world){anyDonor, inNorth("canary", size("Standard_D16s_v5"))}, action: ActionUpgrade, route: RouteSnapshot, to: slow, donor: "canary", stage: "canary",
		},
		"a stopped cluster is no donor": {
			before: []func(*world){anyDonor, func(w *world) {
				w.cluster("behind", "canary", "northeurope", pools(pool("e", size("Standard_E4s_v5"))))
			}},
			after: []func(*world){func(w *world) {
				w.cluster("late", "late", "northeurope", func(c *fleet.Cluster) { c.Stopped = true }, pools(pool("system", image(slow))))
			}},
			action: ActionPending, route: RouteUnreachable, to: slow, reason: "there is no donor",
		},
		"a pool that is ahead of the image is no donor of it": {
			before: []func(*world){full, anyDonor, func(w *world) { w.cluster("canary", "canary", "westeurope", pools(pool("system", image(fast)))) }},
			after:  []func(*world){inNorth("late")}, action: ActionPending, route: RouteUnreachable, to: slow, reason: "there is no donor",
		},
		"a failed pool is no donor": {
			before: []func(*world){anyDonor}, after: []func(*world){inNorth("late", image(slow), poolState("Failed"))}, action: ActionPending, route: RouteUnreachable, to: slow,
		},
		"a named donor of an earlier stage": {
			before: []func(*world){named, inNorth("canary"), inNorth("other")}, action: ActionUpgrade, route: RouteSnapshot, to: slow, donor: "canary", stage: "canary",
		},
		"only named donors serve": {
			before: []func(*world){named, inNorth("canary", size("Standard_E4s_v5")), inNorth("other")}, action: ActionPending, route: RouteUnreachable, to: slow,
		},
		"a snapshot of ours is used again": {
			before: []func(*world){anyDonor, inNorth("canary"), func(w *world) { w.snapshot("there", "production", slow) }},
			action: ActionUpgrade, route: RouteSnapshot, to: slow,
		},
		"a snapshot of another strategy is not": {
			before: []func(*world){anyDonor, inNorth("canary"), func(w *world) { w.snapshot("there", "staging", slow) }},
			action: ActionUpgrade, route: RouteSnapshot, to: slow, donor: "canary", stage: "canary",
		},
		"a failed snapshot is not": {
			before: []func(*world){anyDonor, inNorth("canary"), func(w *world) {
				w.snapshot("there", "production", slow, func(s *fleet.Snapshot) { s.State = fleet.ProvisioningFailed })
			}},
			action: ActionUpgrade, route: RouteSnapshot, to: slow, donor: "canary", stage: "canary",
		},
		"a Full upgrade needs a snapshot of its version": {
			before: []func(*world){full, anyDonor, inNorth("canary"), func(w *world) { w.snapshot("there", "production", slow) }},
			action: ActionUpgrade, route: RouteSnapshot, to: slow, donor: "canary", stage: "canary",
		},
		"a Full upgrade does not take a donor on another version": {
			before: []func(*world){full, anyDonor}, after: []func(*world){inNorth("late", image(slow))}, action: ActionPending, route: RouteUnreachable, to: slow, reason: "with Kubernetes 1.34.2",
		},
		"an image older than 90 days is in no snapshot": {
			before: []func(*world){anyDonor, func(w *world) { w.region("northeurope", "AKSUbuntu-2204gen2containerd-202508.20.0") }, inNorth("canary")},
			pool:   []func(*fleet.NodePool){image("AKSUbuntu-2204gen2containerd-202506.01.0")},
			action: ActionPending, route: RouteUnreachable, to: "AKSUbuntu-2204gen2containerd-202508.20.0", reason: "older than 90 days",
		},
		"Full, the image is there and the version is not, in the slowest region": {
			before: []func(*world){full, inNorth("canary", image(fast)), func(w *world) { w.region("westeurope", slow) }},
			pool:   []func(*fleet.NodePool){image(slow)}, action: ActionUpgrade, route: RouteOrdinary, to: slow,
		},
		"Full, the image is ahead and stays": {
			before: []func(*world){full, inNorth("canary")}, pool: []func(*fleet.NodePool){image(fast)}, action: ActionUpgrade, route: RouteOrdinary, to: fast,
		},
		"Full, the image is ahead and would move on": {
			before: []func(*world){full, inNorth("canary")}, pool: []func(*fleet.NodePool){image("AKSUbuntu-2204gen2containerd-202511.05.0")},
			action: ActionPending, route: RouteUnreachable, to: "AKSUbuntu-2204gen2containerd-202511.05.0", reason: "would bring it to 202511.12.0",
		},
		"Full, the image is ahead of the region and would go back": {
			before: []func(*world){full}, pool: []func(*fleet.NodePool){image(newer)},
			action: ActionPending, route: RouteUnreachable, to: newer, reason: "would bring it to 202511.12.0",
		},
		"Full with Latest, the image is ahead of the region": {
			images: strategy.Latest, before: []func(*world){full}, pool: []func(*fleet.NodePool){image(newer)},
			action: ActionUpgrade, route: RouteOrdinary, to: newer,
		},
		"a failed pool that is ahead of the region": {
			pool: []func(*fleet.NodePool){image(newer), poolState("Failed")}, action: ActionPending, route: RouteUnreachable, to: newer,
		},
		"Full, the family is that of the version to come": {
			before: []func(*world){full, func(w *world) { w.s.Upgrade.Kubernetes = version("1.35.0") }},
			pool:   []func(*fleet.NodePool){at("1.34.2")}, action: ActionUpgrade, route: RouteOrdinary, to: noble,
		},
		"Consistent clears a user's pin": {
			pool: []func(*fleet.NodePool){pinned("/subscriptions/x/theirs")}, action: ActionUpgrade, route: RouteOrdinary, to: fast, rel: true,
		},
		"Consistent, and no region offers the family": {
			pool: []func(*fleet.NodePool){image("AKSFlatcar-flatcargen2-202510.01.0")}, member: ActionSkip, reason: "no target for the image of node pool x",
		},
		"Consistent, and this region does not offer the family": {
			before: []func(*world){anyDonor, inNorth("canary", image(windows)), func(w *world) {
				w.region("northeurope", "AKSWindows-2022-containerd-20348.4529.251112")
			}},
			pool: []func(*fleet.NodePool){image(windows)}, action: ActionUpgrade, route: RouteSnapshot, to: "AKSWindows-2022-containerd-20348.4529.251112", donor: "canary", stage: "canary",
		},
		"a donor of no known size": {
			before: []func(*world){anyDonor, inNorth("canary", size(""))}, pool: []func(*fleet.NodePool){size("")},
			action: ActionPending, route: RouteUnreachable, to: slow, reason: "there is no donor",
		},
		"Full, and the family that is to come has no image: it stays": {
			images: strategy.Latest, before: []func(*world){full, func(w *world) {
				w.s.Upgrade.Kubernetes = version("1.35.0")
				w.region("westeurope", "AKSUbuntu-2204gen2fipscontainerd-202511.12.0", noble)
			}},
			pool:   []func(*fleet.NodePool){at("1.34.2"), image("AKSUbuntu-2204gen2fipscontainerd-202510.01.0")},
			action: ActionUpgrade, route: RouteOrdinary, to: "AKSUbuntu-2204gen2fipscontainerd-202511.12.0",
		},
		"an image of unknown shape": {
			pool: []func(*fleet.NodePool){image("something-else")}, member: ActionSkip, reason: "unknown (its image is something-else)",
		},
		"Custom is the region's latest": {
			before: []func(*world){custom(fast)}, action: ActionUpgrade, route: RouteOrdinary, to: fast,
		},
		"Custom is older than the region's latest": {
			before: []func(*world){custom(slow)}, action: ActionPending, route: RouteUnreachable, to: slow,
		},
		"Custom is newer than the region's latest": {
			before: []func(*world){custom(newer)}, action: ActionPending, route: RouteUnreachable, to: newer,
		},
		"Custom never goes back": {
			before: []func(*world){custom(slow)}, pool: []func(*fleet.NodePool){image(fast)}, action: ActionSkip, route: RouteAhead, to: slow,
		},
		"Custom leaves other families alone": {
			before: []func(*world){custom(noble)}, action: ActionSkip, reason: "names no image of its family, AKSUbuntu-2204gen2containerd",
		},
		"a Machines pool is not ours": {
			pool: []func(*fleet.NodePool){func(p *fleet.NodePool) { p.Mode = "Machines" }}, action: ActionSkip, reason: "node provisioning",
		},
		"a stopped pool is upgraded": {
			pool: []func(*fleet.NodePool){func(p *fleet.NodePool) { p.Stopped = true }}, action: ActionUpgrade, route: RouteOrdinary, to: fast,
		},
	} {
		t.Run(name, func(t *testing.T) {
			images := spec.images
			if images == "" {
				images = strategy.Consistent
			}
			w := newWorld(strategy.NodeImageOnly, images)
			for _, edit := range spec.before {
				edit(w)
			}
			edits := append([]func(*fleet.NodePool){user}, spec.pool...)
			w.cluster("prod", "prod", "westeurope", func(c *fleet.Cluster) {
				c.Pools = []fleet.NodePool{pool("x", edits...)}
				c.Version, c.Desired = c.Pools[0].Version, c.Pools[0].Version
			})
			for _, edit := range spec.after {
				edit(w)
			}
			m := find(t, w.build(t), "prod")
			p := m.Pools[0]
			if spec.member != "" {
				if m.Action != spec.member || !strings.Contains(m.Reason, spec.reason) {
					t.Errorf("the member is %s: %s", m.Action, m.Reason)
				}
				return
			}
			type outcome struct {
				Action Action
				Route  Route
				To     fleet.NodeImage
				Donor  string
				Stage  string
				Rel    bool
			}
			got := outcome{p.Action, p.Route, p.ToImage, p.Donor.Cluster.Name(), p.DonorStage, p.Release}
			want := outcome{spec.action, spec.route, spec.to, spec.donor, spec.stage, spec.rel}
			if diff := cmp.Diff(want, got); diff != "" || !strings.Contains(p.Reason, spec.reason) {
				t.Errorf("(-want +got)\n%sreason %q, want %q", diff, p.Reason, spec.reason)
			}
			if (p.Route == RouteSnapshot) != (p.Snapshot != "") {
				t.Errorf("route %q with snapshot %q", p.Route, p.Snapshot)
			}
		})
	}
}

func TestMemberWithAnUnreachablePoolIsPending(t *testing.T) {
	w := newWorld(strategy.NodeImageOnly, strategy.Consistent)
	w.cluster("north", "canary", "northeurope")
	w.cluster("prod", "prod", "westeurope", pools(pool("system", image(slow)), pool("work", user)))
	m := find(t, w.build(t), "prod")
	if m.Action != ActionPending || m.Pools[0].Action != ActionSkip || m.Pools[1].Action != ActionPending {
		t.Errorf("%s: %s", m.Action, m.Reason)
	}
}

func TestPoolLeftAloneHasNoRoute(t *testing.T) {
	w := newWorld(strategy.NodeImageOnly, strategy.Latest)
	w.cluster("a", "dev", "westeurope", pools(pool("mine"), pool("theirs", user, pinned("/theirs"))))
	m := only(t, w.build(t))
	left := m.Pools[1]
	if m.Action != ActionUpgrade || left.Action != ActionSkip || left.Route != RouteNone || left.ToImage != "" || left.Reason == "" {
		t.Errorf("%s, pool %+v", m.Action, left)
	}
}

// A pool that gets the image by itself is the donor of others of its stage; the one whose window opens first, as they wait
// for it.
func TestADonorOfTheSameStage(t *testing.T) {
	const car, newCar = "AKSFlatcar-flatcargen2-202510.01.0", "AKSFlatcar-flatcargen2-202511.01.0"
	both := func(c *fleet.Cluster) { c.Pools = append(c.Pools, pool("car", user, image(car))) }
	otherSize := pools(pool("system", size("Standard_E4s_v5")))
	lacks := "no pool of its VM family runs that image now, or gets it by itself in this stage or an earlier one"
	for name, spec := range map[string]struct {
		change func(*world)
		donor  string // of a-west
		stage  string
		reason string
	}{
		"that comes after it": {func(w *world) { w.cluster("b-north", "one", "northeurope") }, "b-north", "one", ""},
		"of an earlier stage is better": {func(w *world) {
			w.cluster("b-north", "one", "northeurope")
			w.cluster("c-north", "zero", "northeurope")
		}, "c-north", "zero", ""},
		"that is there already is better": {func(w *world) {
			w.cluster("b-north", "one", "northeurope")
			w.cluster("c-north", "two", "northeurope", pools(pool("system", image(slow))))
		}, "c-north", "", ""},
		"of another VM family is none":          {func(w *world) { w.cluster("b-north", "one", "northeurope", otherSize) }, "", "", lacks},
		"that waits for something else is none": {func(w *world) { w.cluster("b-north", "one", "northeurope", unknowable(fleet.NodeOSWindow)) }, "", "", lacks},
		"of a later stage is none":              {func(w *world) { w.cluster("b-north", "two", "northeurope") }, "", "", lacks},
		"whose window opens later is not chosen": {func(w *world) {
			w.cluster("b-north", "one", "northeurope", opensIn(9, fleet.NodeOSWindow))
			w.cluster("c-north", "one", "northeurope", opensIn(5, fleet.NodeOSWindow))
		}, "c-north", "one", ""},
		"that needs one itself": {func(w *world) {
			w.region("northeurope", slow, "AKSFlatcar-flatcargen2-202511.09.0")
			w.region("westeurope", fast, newCar)
			w.region("eastus", fast, newCar)
			w.cluster("b-north", "one", "northeurope", both)
			w.cluster("c-east", "one", "eastus", pools(pool("car", image(car))))
		}, "b-north", "one", ""},
		"of which each needs the other": {func(w *world) {
			w.region("northeurope", slow, "AKSFlatcar-flatcargen2-202511.09.0")
			w.region("westeurope", fast, newCar)
			w.cluster("b-north", "one", "northeurope", both)
			both2 := w.inv.Clusters[fleet.NewClusterID(subscription, "rg", "a-west")]
			both(&both2)
			w.inv.Clusters[both2.ID] = both2
		}, "", "", lacks},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(strategy.NodeImageOnly, strategy.Consistent)
			w.s.Stages = []strategy.Stage{{Name: "zero", Groups: []strategy.Group{{Name: "zero"}}}} // else stages are in the order of their members
			w.allowSnapshots()
			w.cluster("a-west", "one", "westeurope")
			spec.change(w)
			m := find(t, w.build(t), "a-west")
			p := m.Pools[0]
			if got := p.Donor.Cluster.Name(); got != spec.donor || p.DonorStage != spec.stage || !strings.Contains(p.Reason, spec.reason) {
				t.Errorf("donor %q of stage %q: %s", got, p.DonorStage, p.Reason)
			}
			if open := spec.donor != ""; open != (m.Action == ActionUpgrade) || open == (p.Reason != "") {
				t.Errorf("the member is %s: %s, %s", m.Action, m.Reason, p.Reason)
			}
		})
	}
}

// What lacks a donor says what would help, and does not ask for what there is.
func TestWhatWouldGiveAMemberItsDonor(t *testing.T) {
	for name, spec := range map[string]struct {
		change         func(*world)
		reason, advice string
	}{
		"snapshots are not allowed": {func(*world) {}, "the strategy allows none (snapshots.allow)", "Allow snapshots, with a donor of its VM family in this stage or an earlier one, or plan again"},
		"no pool serves":            {anyDonor, "no pool of its VM family runs that image now", "Have a donor of its VM family in this stage or an earlier one, or plan again"},
		"no named donor serves":     {named, "none of snapshots.donors of its VM family runs that image now", "Have a donor"},
	} {
		w := newWorld(strategy.NodeImageOnly, strategy.Consistent)
		spec.change(w)
		w.cluster("west", "one", "westeurope")
		w.cluster("canary", "two", "northeurope", pools(pool("system", size("Standard_E4s_v5"))))
		finding, found := findingOf(w.build(t), "image-unreachable")
		if !found || !strings.Contains(finding.Message, spec.reason) || !strings.HasPrefix(finding.Advice, spec.advice) {
			t.Errorf("%s: %+v", name, finding)
		}
	}
}

// A member that must wait cannot bring its pools to the image, so they are no donors for later stages.
func TestPendingMemberIsNoDonor(t *testing.T) {
	const flatcar = "AKSFlatcar-flatcargen2-"
	w := newWorld(strategy.NodeImageOnly, strategy.Consistent)
	w.allowSnapshots()
	w.region("northeurope", slow, flatcar+"202511.10.0")
	w.region("westeurope", fast, flatcar+"202511.01.0")
	w.cluster("canary", "canary", "northeurope", pools(pool("system"), pool("car", user, image(flatcar+"202510.01.0"))))
	w.cluster("prod", "prod", "westeurope", pools(pool("system"), pool("car", user, image(flatcar+"202510.01.0"))))
	p := w.build(t)
	if canary, prod := find(t, p, "canary"), find(t, p, "prod"); canary.Action != ActionPending || prod.Action != ActionPending {
		t.Errorf("canary is %s, prod is %s: each would need the other first", canary.Action, prod.Action)
	}
}

// What a snapshot must hold is what the pool is to be brought to, also where the pool itself is ahead of it.
func TestSnapshotOfAPoolAheadOfItsVersion(t *testing.T) {
	w := newWorld(strategy.Full, strategy.Consistent)
	w.s.Upgrade.Kubernetes = version("1.33.5")
	w.allowSnapshots()
	w.cluster("ahead-too", "canary", "northeurope", pools(pool("system", image(slow))), onVersion("1.33.6"))
	w.cluster("there", "canary", "northeurope", pools(pool("system", image(slow))))
	w.cluster("prod", "prod", "westeurope", onVersion("1.33.6"))
	p := find(t, w.build(t), "prod").Pools[0]
	if p.Route != RouteSnapshot || p.Donor.Cluster.Name() != "there" || p.ToVersion != version("1.33.5") {
		t.Errorf("route %s from %s for Kubernetes %s", p.Route, p.Donor.Cluster.Name(), p.ToVersion)
	}
}

// Waiting for its version does not help a member with an image that can have no target.
func TestUnknownImageOfAMemberThatWaits(t *testing.T) {
	w := newWorld(strategy.Full, strategy.Latest)
	w.cluster("a", "dev", "westeurope", pools(pool("system"), pool("work", user, image("something-else"))))
	delete(w.inv.Regions["westeurope"].Versions, version("1.34.2"))
	if m := only(t, w.build(t)); m.Action != ActionSkip || m.Pools[1].Action != ActionSkip {
		t.Errorf("%s: %s; pool %s", m.Action, m.Reason, m.Pools[1].Action)
	}
}

// Nor can one whose maintenance window cannot be known.
func TestBlockedMemberIsNoDonor(t *testing.T) {
	w := newWorld(strategy.NodeImageOnly, strategy.Consistent)
	w.allowSnapshots()
	w.cluster("canary", "canary", "northeurope", unknowable(fleet.NodeOSWindow))
	w.cluster("prod", "prod", "westeurope")
	p := w.build(t)
	if canary, prod := find(t, p, "canary"), find(t, p, "prod"); canary.Action != ActionBlocked || prod.Action != ActionPending {
		t.Errorf("canary is %s, prod is %s: it would wait for a donor for ever", canary.Action, prod.Action)
	}
}

func TestSameNeedSharesOneSnapshot(t *testing.T) {
	w := newWorld(strategy.NodeImageOnly, strategy.Consistent)
	w.s.Name = strings.Repeat("a", 50)
	w.allowSnapshots()
	w.cluster("canary", "canary", "northeurope", pools(pool("d"), pool("e", size("Standard_E4s_v5"))))
	w.cluster("one", "prod", "westeurope", pools(pool("d"), pool("e", size("Standard_E4s_v5"))))
	w.cluster("two", "prod", "westeurope", pools(pool("d", size("Standard_D8s_v5"))))
	p := w.build(t)
	one, two := find(t, p, "one"), find(t, p, "two")
	if one.Pools[0].Snapshot != two.Pools[0].Snapshot {
		t.Errorf("two snapshots for one need:\n%s\n%s", one.Pools[0].Snapshot, two.Pools[0].Snapshot)
	}
	if one.Pools[0].Snapshot == one.Pools[1].Snapshot {
		t.Errorf("one snapshot for two VM families: %s", one.Pools[0].Snapshot)
	}
	id := one.Pools[0].Snapshot
	if want := fleet.SnapshotID(subscription, "snaps", ""); !strings.HasPrefix(id, want) || id != strings.ToLower(id) {
		t.Errorf("snapshot %s is not in %s", id, want)
	}
	if length := len(lastSegment(id)); length > maxSnapshotName {
		t.Errorf("the name %s has %d characters", lastSegment(id), length)
	}
}

func TestDonorOrder(t *testing.T) {
	donor := func(cluster string) fleet.PoolID {
		return fleet.PoolID{Cluster: fleet.NewClusterID(subscription, "rg", cluster), Pool: "system"}
	}
	for name, spec := range map[string]struct {
		group string
		donor []func(*fleet.NodePool)
		named fleet.PoolID
		more  func(*fleet.Cluster)
		rule  string
	}{
		"in an earlier stage":                 {group: "aa-first", named: donor("donor")},
		"in the same stage":                   {group: "prod", named: donor("donor")},
		"in the same stage, and blocked":      {group: "prod", named: donor("donor"), more: unknowable(fleet.NodeOSWindow)},
		"in a later stage":                    {group: "zz-last", named: donor("donor"), rule: "donor-order"},
		"in a later stage, at its target now": {group: "zz-last", donor: []func(*fleet.NodePool){image(slow)}, named: donor("donor")},
		"nowhere":                             {group: "aa-first", named: donor("nobody"), rule: "donor-missing"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(strategy.NodeImageOnly, strategy.Consistent)
			w.allowSnapshots(spec.named)
			for _, group := range []string{"aa-first", "prod", "zz-last"} {
				w.cluster("filler-"+group, group, "northeurope")
			}
			w.cluster("prod", "prod", "westeurope")
			if spec.more == nil {
				spec.more = func(*fleet.Cluster) {}
			}
			w.cluster("donor", spec.group, "northeurope", pools(pool("system", spec.donor...)), spec.more)
			p := w.build(t)
			for _, rule := range []string{"donor-order", "donor-missing"} {
				finding, found := findingOf(p, rule)
				if found != (rule == spec.rule) {
					t.Errorf("finding %s: %v, want %q", rule, found, spec.rule)
				}
				if found && finding.Severity != fleet.Error {
					t.Errorf("%s is a %s", rule, finding.Severity)
				}
			}
			if p.Errored != (spec.rule != "") {
				t.Errorf("errored %v", p.Errored)
			}
		})
	}
}

func TestImageTargets(t *testing.T) {
	w := newWorld(strategy.NodeImageOnly, strategy.Consistent)
	w.cluster("north", "dev", "northeurope")
	w.cluster("west", "dev", "westeurope", pools(pool("system"), pool("new", image("AKSUbuntu-2404gen2containerd-202511.01.0"))))
	w.region("westeurope", fast, noble, "AKSAzureLinux-V3gen2-202511.12.0")
	w.cluster("mixed", "dev", "westeurope", pools(pool("system"), pool("nap", image("AKSAzureLinux-V3gen2-202510.01.0"), func(p *fleet.NodePool) { p.Mode = "Machines" })))
	w.cluster("idle", "dev", "westeurope", func(c *fleet.Cluster) { c.Stopped = true }, pools(pool("other", image("AKSFlatcar-flatcargen2-202501.01.0"))))
	p := w.build(t)
	want := []ImageTarget{
		{
			Family: "AKSUbuntu-2204gen2containerd", Image: slow, Expires: expiry(slow),
			Regions: []RegionImage{{"northeurope", slow}, {"westeurope", fast}},
		},
		{Family: "AKSUbuntu-2404gen2containerd", Image: noble, Expires: expiry(noble), Regions: []RegionImage{{"westeurope", noble}}},
	}
	if diff := cmp.Diff(want, p.Upgrade.Targets); diff != "" {
		t.Errorf("targets (-want +got)\n%s", diff)
	}
	if got := expiry(slow).Format("2006-01-02"); got != "2026-02-01" {
		t.Errorf("the image of 2025-11-03 expires on %s", got)
	}
}

func TestImagesThatWereNotRead(t *testing.T) {
	w := newWorld(strategy.NodeImageOnly, strategy.Latest)
	w.cluster("a", "dev", "westeurope")
	region := w.inv.Regions["westeurope"]
	region.Images = nil
	w.inv.Regions["westeurope"] = region
	p := w.build(t)
	if _, found := findingOf(p, "images-unread"); !found || p.Applyable {
		t.Errorf("findings %v, applyable %v", rulesOf(p), p.Applyable)
	}
}
