package report

import (
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

// way is one part's way from what it ran to what it runs, or will.
type way struct{ part, from, to string }

func (w way) words() string {
	switch {
	case w.to == "" || w.to == w.from:
		return w.from
	case w.from == "":
		return w.to
	default:
		return w.from + " → " + w.to
	}
}

// maxWays is how many lines a cell may have.
const maxWays = 3

// ways writes what differs in one cell: a single line where all parts go the same way, else a line for each way with
// the parts that go it.
func ways(all []way) text {
	var order []string
	parts := map[string][]string{}
	for _, w := range all {
		line := w.words()
		if line == "" {
			continue
		}
		if parts[line] == nil {
			order = append(order, line)
		}
		parts[line] = append(parts[line], w.part)
	}
	if len(order) == 1 {
		return words(order[0])
	}
	var lines []text
	for _, line := range order[:min(len(order), maxWays)] {
		lines = append(lines, words(strings.Join(parts[line], ", ")+": "+line))
	}
	rest := 0
	for _, line := range order[min(len(order), maxWays):] {
		rest += len(parts[line])
	}
	if rest > 0 {
		lines = append(lines, words("and "+count(rest, "more pool")))
	}
	return joined(lineEnd(), lines...)
}

// moves reports whether a member is on its way to the plan's targets; others are shown where they stand.
func moves(m plan.Member) bool {
	return m.Action.Open()
}

// plannedVersions shows the control plane and those pools whose version moves differently.
func plannedVersions(m plan.Member) text {
	var all []way
	if m.ControlPlane != nil {
		all = append(all, way{"control plane", m.ControlPlane.From.String(), m.ControlPlane.To.String()})
	}
	for _, pool := range m.Pools {
		if m.ControlPlane == nil || !pool.ToVersion.IsZero() {
			all = append(all, way{pool.Name, pool.FromVersion.String(), pool.ToVersion.String()})
		}
	}
	return ways(still(all, moves(m)))
}

func plannedImages(m plan.Member) text {
	all := make([]way, 0, len(m.Pools))
	for _, pool := range m.Pools {
		all = append(all, way{pool.Name, shortImage(pool.FromImage), shortImage(pool.ToImage)})
	}
	return ways(still(all, moves(m)))
}

// still takes the targets away from what does not move.
func still(all []way, moves bool) []way {
	for i := range all {
		if !moves {
			all[i].to = ""
		}
	}
	return all
}

// reachedVersions compares what the plan saw with what was read back.
func reachedVersions(m plan.Member, r fleet.MemberResult) text {
	var all []way
	if m.ControlPlane != nil {
		all = append(all, way{"control plane", m.ControlPlane.From.String(), r.Version.String()})
	}
	for _, pool := range m.Pools {
		if now, found := readBack(r, pool.Name); m.ControlPlane == nil || found && !pool.ToVersion.IsZero() {
			all = append(all, way{pool.Name, pool.FromVersion.String(), now.Version.String()})
		}
	}
	return ways(all)
}

func reachedImages(m plan.Member, r fleet.MemberResult) text {
	all := make([]way, 0, len(m.Pools))
	for _, pool := range m.Pools {
		now, _ := readBack(r, pool.Name)
		all = append(all, way{pool.Name, shortImage(pool.FromImage), shortImage(now.Image)})
	}
	return ways(all)
}

func readBack(r fleet.MemberResult, pool string) (fleet.PoolResult, bool) {
	for _, now := range r.Pools {
		if strings.EqualFold(now.Name, pool) {
			return now, true
		}
	}
	return fleet.PoolResult{}, false
}

// routes says how the pools get their images, each way once.
func routes(m plan.Member) text {
	if !moves(m) {
		return nil
	}
	all := make([]way, 0, len(m.Pools))
	for _, pool := range m.Pools {
		all = append(all, way{part: pool.Name, to: route(pool)})
	}
	return ways(all)
}

func route(pool plan.Pool) string {
	switch {
	case pool.Route == plan.RouteAhead && pool.FromImage.Same(pool.ToImage):
		return "at its target"
	case pool.Route != plan.RouteSnapshot:
		return string(pool.Route)
	case pool.Donor.Pool == "":
		return "snapshot " + lastPart(pool.Snapshot)
	default:
		return "snapshot of " + pool.Donor.Cluster.Name() + "/" + pool.Donor.Pool
	}
}

// lastPart is the name at the end of an ARM id.
func lastPart(id string) string { return id[strings.LastIndexByte(id, '/')+1:] }
