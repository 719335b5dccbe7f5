package execute

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

// Before is what is known of a run before a stage of it begins.
type Before struct {
	Stages []fleet.StageResult // as they were recorded, in that order
	Gates  []fleet.GateResult  // the approvals that were recorded
	Turn   time.Time           // when the run had its turn, where others were under way when its plan was made; zero: at once
}

// Ready says whether a stage of a plan may begin, and from when. It is the order of stages, enforced here because a
// re-run of one job, a dispatch by hand or an administrator's bypass gets past the workflow's. The stage is refused
// where the plan has errors or is too old, where its Kubernetes version is offered nowhere any more, or where any
// earlier stage, unless the plan skips it as a whole, is not done. A stage is done when
//   - each member is at its target in Azure; or left out by the plan, by a drift that its result records, or by being
//     gone; or recorded as Failed, with no failure budget exceeded. A member that Azure shows as failed is not done,
//     one that is busy is only if it was recorded as Completed.
//   - at least MinSucceeded of them are at their target in Azure, members planned as already there included.
//   - its wait has passed since its recorded finish, if it had anything to upgrade: else notBefore is when it will have.
//
// now holds the clusters of the stage and of all earlier ones. Of the recorded stages the last with a name and the plan's
// digest counts. Without one Azure alone decides, and a wait cannot be known to have passed: then the stage is refused.
// notBefore is zero where nothing is to be waited for. The stage is reached with the finish, the wait and the approvals of
// all before it, or with the making of the plan, or once its run has its turn; its scheduled starts count from there: an
// approval that comes after one makes it wait for the next.
func Ready(p plan.Plan, stage int, now fleet.Inventory, known Before) (notBefore time.Time, refused []fleet.Finding) {
	if stage < 0 || stage >= len(p.Stages) {
		return notBefore, []fleet.Finding{refusal("no-such-stage", "", fmt.Sprintf("the plan has no stage number %d", stage+1), "name one of the plan's stages")}
	}
	s := p.Stages[stage]
	if s.Skip != "" {
		return notBefore, nil
	}
	refused = planRefusals(p, s, now)
	reached := lastOf(p.CreatedAt, known.Turn)
	for _, before := range p.Stages[:stage] {
		if before.Skip != "" {
			continue
		}
		check := predecessor{plan: p, stage: before, now: now}
		check.find(known.Stages)
		refused = append(refused, check.refusals()...)
		reached = lastOf(reached, check.passed(), check.accepted(known.Gates))
	}
	opens, err := scheduled(s.BeforeGates, reached)
	if err != nil {
		refused = append(refused, refusal("scheduled-start", s.Name, err.Error(), "make a new plan"))
	}
	if opens.After(now.At) {
		notBefore = opens
	}
	return notBefore, refused
}

func refusal(rule, stage, message, advice string) fleet.Finding {
	return fleet.Finding{Rule: rule, Severity: fleet.Error, Stage: stage, Message: message, Advice: advice}
}

// planRefusals says what is wrong with the plan itself by now.
func planRefusals(p plan.Plan, s plan.Stage, now fleet.Inventory) []fleet.Finding {
	var refused []fleet.Finding
	if p.Errored {
		refused = append(refused, refusal("plan-errored", s.Name, "the plan has errors, so nothing of it is executed", "mend what the plan's findings name and make a new plan"))
	}
	if !p.ExpiresAt.IsZero() && !now.At.Before(p.ExpiresAt) {
		refused = append(refused, refusal("plan-expired", s.Name,
			fmt.Sprintf("the plan was made at %s and is valid until %s", clock(p.CreatedAt), clock(p.ExpiresAt)), "make a new plan, or allow older ones with planMaxAge"))
	}
	if version, gone := withdrawn(s, now); gone {
		refused = append(refused, refusal("version-withdrawn", s.Name,
			fmt.Sprintf("Kubernetes %s is not offered any more in any region of stage %s", version, s.Name), "make a new plan with a version that is offered"))
	}
	return refused
}

// withdrawn reports whether the Kubernetes version that members were planned to be upgraded to, and are not at yet, is
// offered in none of their regions. One region without it makes its own members wait.
func withdrawn(s plan.Stage, now fleet.Inventory) (version fleet.KubernetesVersion, gone bool) {
	for _, group := range s.Groups {
		for i := range group.Members {
			member := &group.Members[i]
			cluster, there := now.Clusters[member.Cluster]
			target := versionLeft(member, cluster)
			if !there || member.Action != plan.ActionUpgrade || target.IsZero() {
				continue
			}
			region := now.Regions[member.Location]
			if _, offered := region.Versions[target]; offered || region.Versions == nil {
				return version, false
			}
			version, gone = target, true
		}
	}
	return version, gone
}

// versionLeft returns the Kubernetes version that some part of the member is still to be upgraded to, or none.
func versionLeft(member *plan.Member, cluster fleet.Cluster) fleet.KubernetesVersion {
	if cp := member.ControlPlane; cp != nil && !cluster.Version.AtOrAhead(cp.To) {
		return cp.To
	}
	for i := range member.Pools {
		assigned := &member.Pools[i]
		if pool, there := cluster.Pool(assigned.Name); there && !leftAlone(assigned) && !versionAt(assigned, pool) {
			return assigned.ToVersion
		}
	}
	return fleet.KubernetesVersion{}
}

// predecessor is an earlier stage as it is held against Azure and its record.
type predecessor struct {
	plan     plan.Plan
	stage    plan.Stage
	now      fleet.Inventory
	result   fleet.StageResult // zero where there is none
	recorded map[fleet.ClusterID]fleet.MemberResult
	foreign  bool // there is a result, but of another plan
}

// find picks the stage's result.
func (c *predecessor) find(earlier []fleet.StageResult) {
	for _, r := range earlier {
		switch {
		case r.Name != c.stage.Name:
		case r.Digest != c.plan.Digest:
			c.foreign = true
		default:
			c.result = r
		}
	}
	c.recorded = map[fleet.ClusterID]fleet.MemberResult{}
	for _, group := range c.result.Groups {
		for _, m := range group.Members {
			c.recorded[m.Cluster] = m
		}
	}
}

// standing of one member of an earlier stage.
type standing int

const (
	open     standing = iota // has not come to its end
	verified                 // at its target in Azure
	failing                  // recorded as failed
	leftOut                  // not upgraded, as the plan or a drift has it
)

func (c *predecessor) standing(member *plan.Member) standing {
	cluster, there := c.now.Clusters[member.Cluster]
	there = there && (member.UID == "" || cluster.UID == "" || cluster.UID == member.UID)
	recorded := c.recorded[member.Cluster]
	if member.Action == plan.ActionSkip || member.Action == plan.ActionBlocked {
		return untouched(member, there && atTarget(member, cluster, nil), recorded.State)
	}
	switch {
	case !there:
		return leftOut
	case reached(member, cluster, recorded):
		return verified
	case recorded.State == fleet.Failed:
		return failing
	case recorded.State == fleet.Skipped || cluster.Stopped && c.plan.Policy.StoppedClusters != "fail":
		return leftOut
	default:
		return open
	}
}

// untouched is the standing of a member that the plan does not upgrade. One that is to fail for being stopped must have
// been recorded as failed, which is where its stage weighed it against the budget.
func untouched(member *plan.Member, at bool, recorded fleet.State) standing {
	toFail := member.Action == plan.ActionBlocked && member.Why == plan.WhyStopped
	switch {
	case toFail && recorded == fleet.Failed:
		return failing
	case toFail:
		return open
	case member.Why == plan.WhyAtTarget && at:
		return verified
	default:
		return leftOut
	}
}

// refusals says why the stage is not done.
func (c *predecessor) refusals() []fleet.Finding {
	var unfinished []string
	var refused []fleet.Finding
	total, succeeded, failures := 0, 0, 0
	exceeded := false
	for _, group := range c.stage.Groups {
		before := failures
		for i := range group.Members {
			total++
			switch c.standing(&group.Members[i]) {
			case verified:
				succeeded++
			case failing:
				failures++
			case open:
				unfinished = append(unfinished, group.Members[i].Name)
			}
		}
		exceeded = exceeded || failures-before > group.MaxAllowedFailures
	}
	name := c.stage.Name
	again := "run stage " + name + " again"
	if len(unfinished) > 0 {
		refused = append(refused, refusal("stage-unfinished", name,
			fmt.Sprintf("%d of %d members of stage %s are not at their target: %s%s", len(unfinished), total, name, few(unfinished), c.without()), again))
	}
	if exceeded || failures > c.stage.MaxAllowedFailures {
		refused = append(refused, refusal("stage-failed", name, fmt.Sprintf("%s in stage %s, more than it allows", failed(failures), name),
			"mend them and "+again))
	}
	if least := needed(c.stage, failures); succeeded < least {
		refused = append(refused, refusal("too-few-succeeded", name,
			fmt.Sprintf("in stage %s %d members are at their target, of at least %d that must be", name, succeeded, least),
			"upgrade more of its members, or make a plan that skips the stage as a whole"))
	}
	if len(refused) == 0 && c.waits() && c.result.FinishedAt.IsZero() {
		refused = append(refused, refusal("result-missing", name,
			fmt.Sprintf("when stage %s finished is not recorded%s, so its wait of %s cannot be known to have passed", name, c.without(), minutes(c.wait())),
			again+": its members are at their target, so that only writes the record"))
	}
	return refused
}

// without says why there is no record of the stage, where there is none.
func (c *predecessor) without() string {
	switch {
	case c.result.Name != "":
		return ""
	case c.foreign:
		return " (its result is of another plan)"
	default:
		return " (it has no result)"
	}
}

// waits reports whether the stage has a wait to be kept: one with nothing to upgrade has nothing to be watched.
func (c *predecessor) waits() bool {
	return c.stage.WaitSeconds > 0 && slices.ContainsFunc(c.stage.Groups, func(group plan.Group) bool {
		return slices.ContainsFunc(group.Members, func(member plan.Member) bool {
			return member.Action.Open()
		})
	})
}

func (c *predecessor) wait() time.Duration { return time.Duration(c.stage.WaitSeconds) * time.Second }

// passed returns when the stage and its wait are over, or zero where that is not recorded.
func (c *predecessor) passed() time.Time {
	if c.result.FinishedAt.IsZero() || !c.waits() {
		return c.result.FinishedAt
	}
	return c.result.FinishedAt.Add(c.wait())
}

// accepted returns when the last approval after the stage was given, or zero.
func (c *predecessor) accepted(given []fleet.GateResult) time.Time {
	var last time.Time
	for _, gate := range given {
		if gate.Stage == c.stage.Name && gate.Digest == c.plan.Digest && gate.After() {
			last = lastOf(last, gate.At)
		}
	}
	return last
}

func lastOf(times ...time.Time) time.Time { return slices.MaxFunc(times, time.Time.Compare) }

// few names the first of many.
func few(names []string) string {
	const enough = 5
	if len(names) <= enough {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:enough], ", "), len(names)-enough)
}
