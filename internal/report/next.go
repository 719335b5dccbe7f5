package report

import (
	"slices"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

// StageCommand writes the command line that carries out a stage of a plan, as it is to be typed where the documents are
// read: its caller knows where the files are. It is "" where nobody has to type anything, because a workflow goes on. A
// plan without one is a preview, which nobody carries out. Of the stage "" it is the one that retries in a run of its own
// what failed, where that can be said.
type StageCommand func(stage string) string

// next is a "what to do next" section.
func next(t text) []block {
	return []block{heading{2, words("What to do next")}, paragraph{t}}
}

// nextBy is a "what to do next" section that ends with the command for a stage, where there is one.
func nextBy(t text, command StageCommand, stage string) []block {
	line := command(stage)
	if line == "" {
		return next(append(t, plain(".")))
	}
	return append(next(append(t, plain(":"))), commands{[]string{line}})
}

func planNext(p plan.Plan, command StageCommand) []block {
	if p.Errored {
		return next(words("Mend the errors above, then plan again."))
	}
	first := firstStage(p.Stages)
	switch {
	case first != nil && command == nil:
		return next(words("This is a preview. Once it is merged, the workflow makes a plan of its own, which is the one to approve."))
	case first == nil && p.Complete:
		return next(words("Nothing: every cluster is where the strategy wants it."))
	case first == nil:
		return next(words("Nothing can be upgraded as things are. Look at the clusters that are blocked or pending below, then plan again."))
	case p.Policy.ByDispatch():
		return nextBy(text{plain("Read the plan, then go on with stage "), strong(first.Name), plain(" by hand")}, command, first.Name)
	case first.Environment != nil && first.Environment.Reviewers > 0:
		return nextBy(text{plain("Read the plan, then approve the environment "), code(first.Environment.Name), plain(" to start stage "),
			strong(first.Name)}, command, first.Name)
	case command(first.Name) == "":
		return next(text{plain("Nothing: stage "), strong(first.Name), plain(" begins by itself, unless this was a dry run.")})
	default:
		return nextBy(text{plain("Read the plan, then start stage "), strong(first.Name)}, command, first.Name)
	}
}

// firstStage returns the first stage with something to upgrade, or nil.
func firstStage(stages []plan.Stage) *plan.Stage {
	for i, s := range stages {
		if s.Skip == "" && tallyOf(s)[plan.ActionUpgrade] > 0 {
			return &stages[i]
		}
	}
	return nil
}

// resultNext is what comes next by the result of some stages of a plan.
func resultNext(p plan.Plan, stages []plan.Stage, r fleet.Result, command StageCommand) []block {
	if p.Errored {
		return next(words("Mend the errors above, then plan again."))
	}
	if at, refused := refusalOf(r); refused && at.stage != "" {
		return nextBy(words("Do what the errors above say, then run it again"), command, at.stage)
	} else if refused {
		return next(words("Do what the errors above say, then run it again."))
	}
	if len(r.Stages) == 0 {
		return beginning(p, command)
	}
	last := r.Stages[len(r.Stages)-1]
	for _, s := range r.Stages {
		if outcome := outcomeOf(s); outcome == fleet.OutcomeUnfinished || outcome == fleet.OutcomeFailed {
			last = s
			break
		}
	}
	switch outcomeOf(last) {
	case fleet.OutcomeFailed:
		return nextBy(text{plain("Mend what failed in stage "), strong(last.Name),
			plain(". Then run it again: clusters at their target are left alone, those that failed are tried once more, first")}, command, last.Name)
	case fleet.OutcomeUnfinished:
		return nextBy(againAt(last), command, last.Name)
	default:
		return onward(p, stages, r, last, command)
	}
}

// onward is what comes after what is recorded well: a stage that has no record is next, wherever later ones had nothing to do.
func onward(p plan.Plan, stages []plan.Stage, r fleet.Result, last fleet.StageResult, command StageCommand) []block {
	before := fleet.StageResult{}
	for _, s := range stages {
		known := r.Stage(s.Name)
		switch {
		case known.Name != "":
			before = known
		case s.Skip != "" || s.Open() == 0:
		case before.Name == "" && begun(r):
			return nextBy(text{plain("Stage "), strong(s.Name), plain(" has no record, and is next")}, command, s.Name)
		case before.Name == "":
			return beginning(p, command)
		default:
			return afterStage(p, r, before, command)
		}
	}
	return afterStage(p, r, last, command)
}

// beginning is what comes next where no stage has begun.
func beginning(p plan.Plan, command StageCommand) []block {
	first := firstStage(p.Stages)
	if first == nil {
		return next(words("No stage has anything to upgrade as things are: plan again."))
	}
	return nextBy(text{plain("Nothing has begun. Stage "), strong(first.Name), plain(" is first")}, command, first.Name)
}

// againAt says when an unfinished stage is worth running again, or what is to be done before where no time helps.
func againAt(s fleet.StageResult) text {
	if s.Stuck {
		return text{plain("What the clusters of stage "), strong(s.Name), plain(" wait for does not come by itself: see above what each of them needs. " +
			"Make a new plan, or see to it and run the stage again")}
	}
	t := text{plain("Run stage "), strong(s.Name), plain(" again")}
	if !s.LookAgain.IsZero() {
		t = append(t, plain(" from "), strong(stamp(s.LookAgain)), plain(" on"))
	}
	return append(t, plain("; it continues where Azure stands, and nothing is done twice"))
}

// afterStage is what comes next after a stage that is done: another stage, or what the run left undone.
func afterStage(p plan.Plan, r fleet.Result, done fleet.StageResult, command StageCommand) []block {
	mend := mendFailed(len(inState(r, fleet.Failed)))
	following, wait := stageAfter(p, done.Name)
	if following == nil {
		return afterAll(mend, stayedIn(p.Stages, r), command)
	}
	if mend != "" {
		mend += ". "
	}
	t := text{plain(mend + "Stage "), strong(following.Name), plain(" is next")}
	if opens := done.FinishedAt.Add(wait); wait > 0 && opens.After(r.At) {
		t = append(t, plain(", from "), strong(stamp(opens)), plain(" on"))
	}
	for _, e := range asked(p, done.Name, *following) {
		t = append(t, plain(", once the environment "), code(e), plain(" is approved"))
	}
	return nextBy(t, command, following.Name)
}

func mendFailed(failed int) string {
	switch failed {
	case 0:
		return ""
	case 1:
		return "Mend the cluster that failed"
	default:
		return "Mend the " + count(failed, "cluster") + " that failed"
	}
}

// afterAll is what comes next after the last stage.
func afterAll(mend string, left []stayed, command StageCommand) []block {
	again := ", then plan again (clusters at their target are skipped), or retry what failed with the same targets"
	if len(left) > 0 {
		see := "See to " + firstStayed(left) + ", which " + one(len(left), "was", "were") + " not upgraded"
		if mend != "" {
			see = mend + ". " + see
		}
		mend, again = see, ", then plan again (clusters at their target are skipped), or retry what failed or was skipped with the same targets"
	}
	if mend == "" {
		return next(words("Nothing: every stage of the plan is done."))
	}
	return nextBy(words(mend+again), command, "")
}

// asked lists the environments whose reviewers are asked between a stage and the one that follows it.
func asked(p plan.Plan, done string, following plan.Stage) []string {
	var approvals []plan.Approval
	for _, s := range p.Stages {
		if s.Name == done {
			_, approvals = s.Approvals()
		}
	}
	before, _ := following.Approvals()
	var names []string
	for _, approval := range append(approvals, before...) {
		if name := approval.Environment.Name; !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// stageAfter finds the stage that follows, or nil, and the wait before it.
func stageAfter(p plan.Plan, name string) (following *plan.Stage, wait time.Duration) {
	found := false
	for i, s := range p.Stages {
		switch {
		case s.Name == name:
			found, wait = true, seconds(s.WaitSeconds)
		case found && s.Skip == "":
			return &p.Stages[i], wait
		}
	}
	return nil, 0
}
