package plan

import (
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
)

// What an upgrade is expected to take. They are round figures of experience, to plan by and not to promise: drains and
// capacity decide what it takes in the end.
const (
	controlPlaneTime = 10 * time.Minute
	snapshotTime     = time.Minute
	poolTime         = time.Minute     // of an operation on a pool, whatever its size
	nodeTime         = 8 * time.Minute // of one round: surge nodes come up, as many others are drained, replaced and removed
)

// expect sets the member's expected durations, those of parts at their target being zero. Pools are upgraded one after
// another, in a whole-cluster upgrade too.
func (c *candidate) expect() {
	total := 0
	if c.needsControlPlane() {
		c.out.ControlPlane.ExpectedSeconds = int(controlPlaneTime / time.Second)
		total += c.out.ControlPlane.ExpectedSeconds
	}
	for i := range c.parts {
		p := &c.parts[i]
		if p.planned() {
			p.out.ExpectedSeconds = int(Expected(p.pool) / time.Second)
			total += p.out.ExpectedSeconds
		}
	}
	c.out.ExpectedSeconds = total
}

// Expected is what the upgrade of a pool is expected to take: ceil(nodes / nodes at once) rounds, each of a node's time and
// the soak time after it. A stopped pool has no nodes to replace now. It stands in the plan, where the fit into a
// maintenance window, the forecast and the live view take it from.
func Expected(pool fleet.NodePool) time.Duration {
	if pool.Stopped {
		return poolTime
	}
	atOnce := pool.NodesAtOnce()
	rounds := (pool.Count + atOnce - 1) / atOnce
	return poolTime + time.Duration(rounds)*(nodeTime+time.Duration(pool.SoakMinutes)*time.Minute)
}

// Expected is what a step is expected to take at the member, zero where the plan does not say.
func (m Member) Expected(step fleet.Step) time.Duration {
	seconds := 0
	switch step.Kind {
	case fleet.ControlPlane:
		if m.ControlPlane != nil {
			seconds = m.ControlPlane.ExpectedSeconds
		}
	case fleet.WholeCluster:
		seconds = m.ExpectedSeconds
	case fleet.PoolVersion, fleet.PoolImage:
		for _, pool := range m.Pools {
			if pool.Name == step.Pool {
				seconds = pool.ExpectedSeconds
			}
		}
	case fleet.TakeSnapshot:
		return snapshotTime
	}
	return time.Duration(seconds) * time.Second
}
