package forecast

import (
	"strings"
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/strategy"
)

const day = 24 * time.Hour

// large is a stage of n members, each of which takes 81 minutes.
func large(n int) *rollout { return images().clusters(n, "a", nodes(10)) }

func runsOn(labels ...string) func(*strategy.Strategy) {
	return func(s *strategy.Strategy) { s.Workflow.RunsOn.Labels = labels }
}

func jobLimit(limit time.Duration) func(*strategy.Strategy) {
	return func(s *strategy.Strategy) { s.Stages[0].JobLimit = limit }
}

func byDispatch(s *strategy.Strategy) { s.Workflow.Approvals = strategy.ApprovalsByDispatch }

func longLife(s *strategy.Strategy) { s.PlanMaxAge = 90 * day }

// threeStages has so long a wait between its stages.
func threeStages(wait time.Duration) *rollout {
	return twoStages(wait).cluster("c1", "c").with(longLife).with(func(s *strategy.Strategy) { s.Stages[1].Wait = wait })
}

// twoStages has so long a wait between its stages.
func twoStages(wait time.Duration) *rollout {
	return images().cluster("a1", "a").cluster("b1", "b").with(waits(wait))
}

func TestLimits(t *testing.T) {
	for name, spec := range map[string]struct {
		rollout    *rollout
		rule       string
		says, then string // "": nothing of this rule is found
	}{
		"a job that fits":                {large(4), "job-too-long", "", ""},
		"a job that does not":            {large(8), "job-too-long", "a would end on Monday 2025-11-24 22:48Z; its job needs 10 h 48 min, a hosted job has 6.", "Raise maxConcurrency to 2, or set jobLimit on a self-hosted runner."},
		"it ends before its limit":       {images().cluster("a1", "a", nodes(44)), "job-too-long", "its job needs 5 h 53 min, a hosted job has 6", "Set jobLimit on a self-hosted runner."},
		"a limit of its own":             {large(2).with(jobLimit(2 * time.Hour)), "job-too-long", "needs 2 h 42 min, its jobLimit is 2 h.", "Raise maxConcurrency to 2, or raise jobLimit to 2 h 52 min."},
		"a runner of one's own":          {large(8).with(runsOn("self-hosted")).with(jobLimit(8 * time.Hour)), "job-too-long", "its jobLimit is 8 h", "or raise jobLimit to 10 h 58 min"},
		"more than any job has":          {images().cluster("a1", "a", nodes(999)), "job-too-long", "needs 133 h 13 min", "Divide it into several stages, or raise the surge of its node pools."},
		"as much as it takes":            {large(20), "job-too-long", "needs 27 h", "Raise maxConcurrency to 5,"},
		"only where the group ends late": {large(8).cluster("b1", "b").with(oneStage), "job-too-long", "", "Raise maxConcurrency of group a to 2, or"},
		"the stage's, where that holds its groups back": {large(4).clusters(4, "b", nodes(10)).with(oneStage).with(func(s *strategy.Strategy) {
			s.Stages[0].MaxConcurrency = strategy.Share{Number: 1, Set: true}
		}), "job-too-long", "needs 10 h 48 min", "Raise maxConcurrency to 2, or"},
		"both, where both hold back": {large(20).with(func(s *strategy.Strategy) { s.Stages[0].MaxConcurrency = strategy.Share{Number: 2, Set: true} }).atOnce(2),
			"job-too-long", "needs 13 h 30 min", "Raise maxConcurrency to 5, or"},
		"windows keep the job short": {images().clusters(3, "a", nodes(20), opens(-1)), "job-too-long", "", ""},

		"a plan that lives long enough":    {twoStages(13 * day), "plan-outlived", "", ""},
		"one that does not":                {twoStages(14 * day), "plan-outlived", "Stage b would begin on Monday 2025-12-08 12:09Z at the earliest; this plan expires on Monday 2025-12-08 12:00Z", "Raise planMaxAge"},
		"a stage that goes on too late":    {images().clusters(20, "a", nodes(20), opens(-1)), "plan-outlived", "Stage a would have to be gone on with on", ""},
		"a wait that is left out":          {twoStages(20*day).skip("AfterStageWait", "a"), "plan-outlived", "", ""},
		"the wait of the last stage":       {images().cluster("a1", "a").with(waits(20 * day)), "plan-outlived", "", ""},
		"a window that opens only by then": {images().cluster("a1", "a", opensOn(time.Date(2025, 12, 20, 0, 0, 0, 0, time.UTC))), "plan-outlived", "Stage a would begin on Saturday 2025-12-20 11:00Z", ""},

		"a run of 35 days":               {twoStages(34 * day).with(longLife), "run-too-long", "", ""},
		"a longer one":                   {twoStages(35 * day).with(longLife), "run-too-long", "Stage b would end on Monday 2025-12-29 12:18Z, 36 days after the run began", "workflow.approvals: dispatch"},
		"each stage a run of its own":    {twoStages(35 * day).with(longLife).with(byDispatch), "run-too-long", "", ""},
		"a job run again within 30 days": {twoStages(29 * day).with(longLife), "rerun-too-late", "", ""},
		"a job run again later":          {twoStages(31 * day).with(longLife), "rerun-too-late", "The job of stage b would have to be run again on Thursday 2025-12-25 12:09Z; GitHub runs the jobs of a run again for 30 days, until Wednesday 2025-12-24 12:00Z.", "dispatch"},
		"a wait that the environment keeps": {twoStages(31 * day).with(longLife).with(func(s *strategy.Strategy) {
			s.Stages[1].Environment = &fleet.Environment{Name: "e", WaitMinutes: 31 * 24 * 60}
		}), "rerun-too-late", "", ""},
		"a run that is run again 50 times": {large(51).with(jobLimit(2 * time.Hour)), "rerun-too-often", "", ""},
		"once more":                        {large(52).with(jobLimit(2 * time.Hour)), "rerun-too-often", "By the end of stage a jobs would have to be run again 51 times; GitHub runs a run again 50 times.", "Raise maxConcurrency or jobLimit"},
		"once more, in two stages":         {large(26).clusters(27, "b", nodes(10)).with(jobLimit(2 * time.Hour)).with(func(s *strategy.Strategy) { s.Stages[1].JobLimit = 2 * time.Hour }), "rerun-too-often", "By the end of stage b jobs would have to be run again 51 times", ""},
		"each in a run of its own":         {large(52).with(jobLimit(2 * time.Hour)).with(byDispatch), "rerun-too-often", "", ""},
		"each job in a run of its own":     {twoStages(31 * day).with(longLife).with(byDispatch), "rerun-too-late", "", ""},

		"an image that stays young": {consistent(77 * day), "image-age", "", ""},
		"an image that grows old":   {consistent(82 * day), "image-age", "The image AKSUbuntu-2204gen2containerd-202511.12.0 turns 90 days old on 2026-02-10, before stage b would end on Saturday 2026-02-14 12:18Z.", "choose a newer image"},

		"a plan that is outlived twice is told once": {threeStages(100 * day), "plan-outlived", "Stage b would begin", ""},
		"a run that is too long twice":               {threeStages(40 * day), "run-too-long", "Stage b would end", ""},
		"a job run again too late, twice":            {threeStages(40 * day), "rerun-too-late", "The job of stage b", ""},
		"an image that is old in two stages": {newRollout(strategy.NodeImageOnly, strategy.Consistent).cluster("a1", "a").cluster("b1", "b").cluster("c1", "c").
			with(waits(82 * day)).with(longLife), "image-age", "before stage b", ""},
		"an image that is old already": {consistent(0).onto("AKSUbuntu-2204gen2containerd-202508.01.0"), "image-age", "was built more than 90 days ago", ""},
		"an image that no pool of the late stage gets": {consistent(82*day).with(func(s *strategy.Strategy) { s.Stages = s.Stages[:1] }).cluster("b2", "b", upToDate).skip("Member", "b1"),
			"image-age", "", ""},
		"all of the stage's members": {images().cluster("a1", "a"), "time-unknown", "", ""},
		"some of them":               {unreachable(), "time-unknown", "Stage a would not end by itself: of 1 member it is not known when their turn comes.", "The forecast leaves them out."},
		"a stage that is refused": {images().cluster("a1", "a", stopped).cluster("a2", "a").cluster("b1", "b").with(func(s *strategy.Strategy) { s.StoppedClusters = "fail" }),
			"stage-would-be-refused", "Stage b would be refused, so the forecast ends before it:", ""},
		"what the plan itself has found": {images().cluster("a1", "a", stopped).cluster("b1", "b"), "stage-would-be-refused", "", ""},
	} {
		p := spec.rollout.made(t)
		var found []fleet.Finding
		for _, f := range p.Findings {
			if f.Rule == spec.rule {
				found = append(found, f)
			}
		}
		switch {
		case spec.says == "" && spec.then == "" && len(found) > 0:
			t.Errorf("%s: %+v", name, found)
		case spec.says+spec.then != "" && (len(found) != 1 || !strings.Contains(found[0].Message, spec.says) || !strings.Contains(found[0].Advice, spec.then)):
			t.Errorf("%s: %+v", name, found)
		}
	}
}

func stopped(c *fleet.Cluster) { c.Stopped = true }

// oneStage makes all groups those of one stage.
func oneStage(s *strategy.Strategy) {
	for _, other := range s.Stages[1:] {
		s.Stages[0].Groups = append(s.Stages[0].Groups, other.Groups...)
	}
	s.Stages = s.Stages[:1]
}

// opensOn gives the cluster a window that does not open before a day.
func opensOn(first time.Time) func(*fleet.Cluster) {
	return func(c *fleet.Cluster) {
		opens(-1)(c)
		window := c.Windows[fleet.NodeOSWindow]
		window.StartDate = fleet.Date{Year: first.Year(), Month: first.Month(), Day: first.Day()}
		c.Windows[fleet.NodeOSWindow] = window
	}
}

func consistent(wait time.Duration) *rollout {
	return newRollout(strategy.NodeImageOnly, strategy.Consistent).cluster("a1", "a").cluster("b1", "b").with(waits(wait)).with(longLife)
}

// onto has all pools run an older image than this one, which becomes westeurope's latest.
func (r *rollout) onto(image fleet.NodeImage) *rollout {
	r.inv.Regions["westeurope"].Images[strings.ToLower(image.Family())] = image
	for _, c := range r.inv.Clusters {
		pools(func(p *fleet.NodePool) { p.Image = "AKSUbuntu-2204gen2containerd-202501.01.0" })(&c)
	}
	return r
}

func TestFindingsNameTheirStage(t *testing.T) {
	position := fleet.Position{File: "fleet.yml", Line: 7, Column: 5}
	p := large(8).with(func(s *strategy.Strategy) { s.Stages[0].Position = position }).made(t)
	for _, f := range p.Findings {
		if f.Rule == "job-too-long" && (f.Stage != "a" || f.Severity != fleet.Warning || f.Position != position) {
			t.Errorf("%+v", f)
		}
	}
	if p.Errored || !p.Applyable {
		t.Errorf("a forecast forbids nothing")
	}
	if s := p.ForecastOf("a"); s.JobSeconds != 8*81*60 || s.BusySeconds != s.JobSeconds || s.Jobs != 2 {
		t.Errorf("%+v", s)
	}
	if s := (plan.Plan{}).ForecastOf("a"); s.Name != "" {
		t.Errorf("%+v", s)
	}
}
