package plan

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/strategy"
)

// need is what a snapshot must hold to serve a pool. All pools with one need share one snapshot.
type need struct {
	image   string                  // in lower case
	vm      string                  // VM family: Azure accepts a snapshot only from the same one
	version fleet.KubernetesVersion // Full only: a snapshot carries its own
}

// source is where a need is met from: a snapshot, which exists or is to be taken from a donor pool.
type source struct {
	snapshot string       // its id
	donor    fleet.PoolID // zero where it exists
	stage    string       // that brings the donor to the image, which may be the needy pool's own; "" where it is there
}

// supply knows which snapshots there are and can be while the stages are gone through in their order.
type supply struct {
	run     *run
	group   string // resource group of snapshots; "" where they are not allowed
	sources map[need]source
	unmet   map[need]*candidate // the first member in need
}

// newSupply starts with what is there before the first stage: snapshots of ours, and pools that run their image.
func (r *run) newSupply() (*supply, []fleet.Finding) {
	s := &supply{run: r, sources: map[need]source{}, unmet: map[need]*candidate{}, group: policy(r.strategy).SnapshotResourceGroup}
	if s.group == "" || r.strategy.Upgrade.Images == strategy.Latest {
		return s, nil
	}
	for _, id := range slices.Sorted(maps.Keys(r.inv.Snapshots)) {
		snapshot := r.inv.Snapshots[id]
		if snapshot.Tags[fleet.SnapshotTag] == r.strategy.Name && snapshot.State.Is(fleet.ProvisioningSucceeded) {
			s.add(r.needOf(snapshot.Image, snapshot.VMSize, snapshot.Version), source{snapshot: id})
		}
	}
	if len(r.strategy.Snapshots.Donors) > 0 {
		return s, s.offerNamed()
	}
	for c := range r.all() {
		for i := range c.parts {
			p := &c.parts[i]
			s.offer(c.cluster, p.pool)
		}
	}
	return s, nil
}

func (r *run) needOf(image fleet.NodeImage, size string, version fleet.KubernetesVersion) need {
	n := need{image: strings.ToLower(string(image)), vm: r.vmFamily(size)}
	if r.strategy.Upgrade.Type == strategy.Full {
		n.version = version
	}
	return n
}

// vmFamily is a key for "of one VM family": the family, or the size where its name does not tell. A fleet has
// thousands of pools and a few sizes.
func (r *run) vmFamily(size string) string {
	key, known := r.vmFamilies[size]
	if known {
		return key
	}
	family, _, ok := fleet.VMFamily(size)
	if !ok {
		family = size
	}
	r.vmFamilies[size] = strings.ToLower(family)
	return r.vmFamilies[size]
}

// add keeps the first source of a need, and names the snapshot where it is still to be taken. A pool of no one size
// (its nodes are of several) serves no other.
func (s *supply) add(n need, from source) {
	if _, known := s.sources[n]; known || n.vm == "" {
		return
	}
	if from.snapshot == "" {
		from.snapshot = s.snapshotID(n, from.donor)
	}
	s.sources[n] = from
}

// offerNamed offers the donors that the strategy names, which need not be members of the run.
func (s *supply) offerNamed() []fleet.Finding {
	var findings []fleet.Finding
	for _, id := range s.run.strategy.Snapshots.Donors {
		cluster, known := s.run.inv.Clusters[id.Cluster]
		pool, found := cluster.Pool(id.Pool)
		if !known || !found {
			findings = append(findings, fleet.Finding{
				Rule: "donor-missing", Severity: fleet.Error, Cluster: id.Cluster, Pool: id.Pool,
				Message: fmt.Sprintf("There is no node pool %s, which is to be a donor.", id),
				Advice:  "Correct snapshots.donors.",
			})
			continue
		}
		s.offer(cluster, pool)
	}
	return findings
}

// offer makes a pool a donor if it is fit to be one now.
func (s *supply) offer(cluster fleet.Cluster, pool fleet.NodePool) {
	target, known := s.run.images[strings.ToLower(pool.Image.Family())]
	fit := known && pool.Image.Same(target) && !cluster.Stopped && pool.State.Is(fleet.ProvisioningSucceeded)
	if fit {
		s.add(s.run.needOf(target, pool.VMSize, pool.Version), source{donor: poolID(cluster.ID, pool)})
	}
}

// bySoonest orders members by when they can begin by their maintenance windows: the first donor of a need serves it.
func (s *supply) bySoonest(members []*candidate) []*candidate {
	if s.group == "" {
		return nil
	}
	opens := make(map[*candidate]time.Time, len(members))
	for _, c := range members {
		if opening, err := s.run.opening(c); err == nil && opening.Opens.After(s.run.inv.At) {
			opens[c] = opening.Opens
		}
	}
	sorted := slices.Clone(members)
	slices.SortStableFunc(sorted, func(a, b *candidate) int { return opens[a].Compare(opens[b]) })
	return sorted
}

// promise makes the pools that a stage brings to their target by the ordinary route donors for the others of it, and for
// the stages after it.
func (s *supply) promise(c *candidate) {
	if c.verdict.set() || s.run.windowUnknown(c).set() {
		return
	}
	for i := range c.parts {
		p := &c.parts[i]
		if n, ok := s.becomes(p); ok && s.mayDonate(poolID(c.cluster.ID, p.pool)) {
			s.add(n, source{donor: poolID(c.cluster.ID, p.pool), stage: s.run.assignment.Stages[c.stage].Name})
		}
	}
}

// becomes is the need a pool will meet once its stage is done.
func (s *supply) becomes(p *part) (need, bool) {
	target := s.run.images[p.family]
	if p.out.Route != RouteOrdinary || !p.out.ToImage.Same(target) {
		return need{}, false
	}
	return s.run.needOf(target, p.pool.VMSize, newer(p.pool.Version, p.out.ToVersion)), true
}

func (s *supply) mayDonate(id fleet.PoolID) bool {
	named := s.run.strategy.Snapshots.Donors
	return len(named) == 0 || slices.Contains(named, id)
}

// snapshot routes a pool through a snapshot, if one can be had.
func (s *supply) snapshot(c *candidate, p *part, target, latest fleet.NodeImage) {
	n := s.run.needOf(target, p.pool.VMSize, p.out.ToVersion)
	from, met := s.sources[n]
	switch {
	case s.group == "":
		p.close("%s; only a snapshot could bring it there, and the strategy allows none (snapshots.allow)", gap(c, target, latest))
	case expired(target, s.run.inv.At):
		p.close("%s, which is older than 90 days, so no snapshot of it can be used", gap(c, target, latest))
	case !met:
		p.lacks = n
		p.close("%s, and there is no donor: %s of its VM family%s runs that image now, or gets it by itself in this stage or an earlier one",
			gap(c, target, latest), s.anyOf(), atVersion(n.version))
	default:
		p.out.Action, p.out.Route = ActionUpgrade, RouteSnapshot
		p.out.Snapshot, p.out.Donor, p.out.DonorStage = from.snapshot, from.donor, from.stage
	}
}

// anyOf names the pools among which there is no donor.
func (s *supply) anyOf() string {
	if len(s.run.strategy.Snapshots.Donors) > 0 {
		return "none of snapshots.donors"
	}
	return "no pool"
}

// wants is what would give a member its route.
func (s *supply) wants() string {
	if s.group == "" {
		return "Allow snapshots, with a donor of its VM family in this stage or an earlier one"
	}
	return "Have a donor of its VM family in this stage or an earlier one"
}

// lacksDonor reports whether any pool of the member lacks a donor.
func (c *candidate) lacksDonor() bool {
	return slices.ContainsFunc(c.parts, func(p part) bool { return p.lacks != need{} })
}

// miss notes what no donor is there for once a stage has been gone through.
func (s *supply) miss(members []*candidate) {
	for _, c := range members {
		for i := range c.parts {
			n := c.parts[i].lacks
			if _, known := s.unmet[n]; !known && n != (need{}) {
				s.unmet[n] = c
			}
		}
	}
}

// gap says why the ordinary route does not lead to the target.
func gap(c *candidate, target, latest fleet.NodeImage) string {
	return fmt.Sprintf("%s offers %s and the run's image is %s", c.cluster.Location, versionOf(latest), target.Version())
}

func versionOf(latest fleet.NodeImage) string {
	if latest == "" {
		return "no image of its family"
	}
	return latest.Version()
}

func atVersion(version fleet.KubernetesVersion) string {
	if version.IsZero() {
		return ""
	}
	return " with Kubernetes " + version.String()
}

// outOfOrder finds the named donors that would serve a pool only after it was to be upgraded.
func (s *supply) outOfOrder() []fleet.Finding {
	var findings []fleet.Finding
	named := s.run.strategy.Snapshots.Donors
	if len(named) == 0 || len(s.unmet) == 0 {
		return nil
	}
	for c := range s.run.participants() {
		for i := range c.parts {
			id := poolID(c.cluster.ID, c.parts[i].pool)
			n, ok := s.becomes(&c.parts[i])
			first := s.unmet[n]
			if !ok || first == nil || first.stage >= c.stage || !slices.Contains(named, id) {
				continue
			}
			stages := s.run.assignment.Stages
			findings = append(findings, fleet.Finding{
				Rule: "donor-order", Severity: fleet.Error, Cluster: id.Cluster, Pool: id.Pool, Stage: stages[c.stage].Name,
				Message: fmt.Sprintf("The donor %s of cluster %s gets its image in stage %s, but stage %s already needs a snapshot of it.",
					id.Pool, c.label(), stages[c.stage].Name, stages[first.stage].Name),
				Advice: "Put the donor's cluster into that stage or an earlier one, or name another donor.",
			})
		}
	}
	return findings
}

// maxSnapshotName is the longest name that Azure allows a node pool snapshot.
const maxSnapshotName = 63

// snapshotID is the same for the same need of the same strategy, so that a second plan finds what the first one made.
func (s *supply) snapshotID(n need, donor fleet.PoolID) string {
	name := s.run.strategy.Name
	sum := sha256.Sum256([]byte(strings.Join([]string{n.image, n.vm, n.version.String(), name}, "\n")))
	suffix := "-" + hex.EncodeToString(sum[:8])
	prefix := strings.ToLower(name[:min(len(name), maxSnapshotName-len(suffix))])
	return fleet.SnapshotID(donor.Cluster.Subscription(), s.group, strings.TrimRight(prefix, "-")+suffix)
}

func poolID(cluster fleet.ClusterID, pool fleet.NodePool) fleet.PoolID {
	return fleet.PoolID{Cluster: cluster, Pool: strings.ToLower(pool.Name)}
}
