package plan

import (
	"fmt"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
)

// retirement is an operating system that AKS retires. Pools on one that is gone get no more images.
type retirement struct {
	prefix string // of image families
	name   string
	next   string
	gone   bool
}

func retirements() []retirement {
	return []retirement{
		{"aksubuntu-1604", "Ubuntu 16.04", "Ubuntu 24.04", true},
		{"aksubuntu-1804", "Ubuntu 18.04", "Ubuntu 24.04", true},
		{"aksubuntu-2204", "Ubuntu 22.04", "Ubuntu 24.04", false},
		{"akscblmariner-", "Azure Linux 2", "Azure Linux 3", true},
		{"aksazurelinux-v2", "Azure Linux 2", "Azure Linux 3", true},
		{"akswindows-2019", "Windows Server 2019", "Windows Server 2025", true},
		{"akswindows-2022", "Windows Server 2022", "Windows Server 2025", false},
	}
}

// osRetired looks at the families that pools have after the run; one finding names all pools of a cluster on one
// operating system, of which there may be many.
func osRetired(_ *run, c *candidate) []problem {
	var problems []problem
	for _, r := range retirements() {
		var names []string
		for i := range c.parts {
			if p := &c.parts[i]; p.planned() && hasPrefixFold(p.out.Family, r.prefix) {
				names = append(names, p.pool.Name)
			}
		}
		if len(names) > 0 {
			problems = append(problems, r.problem(c, names))
		}
	}
	return problems
}

func hasPrefixFold(text, prefix string) bool {
	return len(text) >= len(prefix) && strings.EqualFold(text[:len(prefix)], prefix)
}

func (r retirement) problem(c *candidate, pools []string) problem {
	found := problem{severity: fleet.Note, advice: "Move to " + r.next + "."}
	what := "is about to retire"
	if r.gone {
		found.severity, what = fleet.Warning, "has retired"
	}
	if len(pools) == 1 {
		found.pool = pools[0]
	}
	found.message = fmt.Sprintf("Of %s, these node pools run %s, which AKS %s: %s.", c.label(), r.name, what, strings.Join(pools, ", "))
	return found
}

// pinCleared warns of pools that their owners pinned to a snapshot: Consistent and Custom bring them to the run's image
// all the same, as Fleet Manager does.
func pinCleared(r *run, c *candidate) []problem {
	return eachUpgraded(c, func(p *part) (problem, bool) {
		if _, madeByUs := r.ours(p.pool); p.pool.Snapshot == "" || madeByUs {
			return problem{}, false
		}
		return problem{
			severity: fleet.Warning,
			message:  fmt.Sprintf("Node pool %s of %s is pinned to the snapshot %s; its upgrade clears that pin.", p.pool.Name, c.label(), lastSegment(p.pool.Snapshot)),
			advice:   "Leave the cluster out of the run to keep the pin, or use Latest, which leaves pinned pools alone.",
		}, true
	})
}

// familyChanges tells of pools whose operating system moves with the Kubernetes version.
func familyChanges(_ *run, c *candidate) []problem {
	return eachUpgraded(c, func(p *part) (problem, bool) {
		from := p.pool.Image.Family()
		if strings.EqualFold(from, p.out.Family) {
			return problem{}, false
		}
		return problem{
			severity: fleet.Note,
			message: fmt.Sprintf("Node pool %s of %s moves from the image family %s to %s with Kubernetes %s.",
				p.pool.Name, c.label(), from, p.out.Family, p.out.ToVersion),
			advice: "Test on " + p.out.Family + " first, or set a versioned OS SKU on the pool.",
		}, true
	})
}
