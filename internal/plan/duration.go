package plan

import "github.com/org/fleet-update-action/internal/fleet"

// What an upgrade is expected to take. They are round figures of experience, to plan by and not to promise: drains and
// capacity decide what it takes in the end.
const (
	controlPlaneSeconds = 10 * 60
	poolSeconds         = 60     // of an operation on a pool, whatever its size
	nodeSeconds         = 8 * 60 // of one round: surge nodes come up, as many others are drained, replaced and removed
)

// expect sets the member's expected durations, those of parts at their target being zero. Pools are upgraded one after
// another, in a whole-cluster upgrade too.
func (c *candidate) expect() {
	total := 0
	if c.needsControlPlane() {
		c.out.ControlPlane.ExpectedSeconds = controlPlaneSeconds
		total += controlPlaneSeconds
	}
	for i := range c.parts {
		p := &c.parts[i]
		if p.planned() {
			p.out.ExpectedSeconds = expectedSeconds(p.pool)
			total += p.out.ExpectedSeconds
		}
	}
	c.out.ExpectedSeconds = total
}

// expectedSeconds is ceil(nodes / nodes at once) rounds, each of a node's time and the soak time after it. A stopped
// pool has no nodes to replace now.
func expectedSeconds(pool fleet.NodePool) int {
	if pool.Stopped {
		return poolSeconds
	}
	atOnce := pool.NodesAtOnce()
	rounds := (pool.Count + atOnce - 1) / atOnce
	return poolSeconds + rounds*(nodeSeconds+60*pool.SoakMinutes)
}

// stageSeconds is how long a stage's work takes when every slot is given to the next member as soon as it is free.
func stageSeconds(stage Stage) int {
	s := slots{work: make([][]int, len(stage.Groups)), running: make([]int, len(stage.Groups))}
	for i, group := range stage.Groups {
		for _, member := range group.Members {
			if member.Action == ActionUpgrade {
				s.work[i] = append(s.work[i], member.ExpectedSeconds)
			}
		}
	}
	for {
		s.fill(stage)
		if len(s.ends) == 0 {
			return s.now
		}
		s.advance()
	}
}

// slots are the upgrades in flight of a stage, in seconds from its start. There are never more than fifty.
type slots struct {
	now     int
	work    [][]int // by group, what has not begun
	running []int   // by group, how many
	ends    []slot
}

type slot struct{ at, group int }

// fill begins what the limits of the stage and its groups allow.
func (s *slots) fill(stage Stage) {
	for i, group := range stage.Groups {
		for len(s.work[i]) > 0 && s.running[i] < group.MaxConcurrency && len(s.ends) < stage.MaxConcurrency {
			s.ends = append(s.ends, slot{s.now + s.work[i][0], i})
			s.work[i] = s.work[i][1:]
			s.running[i]++
		}
	}
}

// advance goes to the next end.
func (s *slots) advance() {
	first := 0
	for i := range s.ends {
		if s.ends[i].at < s.ends[first].at {
			first = i
		}
	}
	ended := s.ends[first]
	s.now = ended.at
	s.running[ended.group]--
	s.ends[first] = s.ends[len(s.ends)-1]
	s.ends = s.ends[:len(s.ends)-1]
}
