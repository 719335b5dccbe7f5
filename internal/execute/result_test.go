package execute

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

// result is the record of the last turn.
func (sc *scene) result() fleet.StageResult {
	return Result(sc.plan(), 0, sc.last, sc.inv)
}

func (sc *scene) plan() plan.Plan {
	return plan.Plan{Name: "prod", Digest: "sha256:d", Stages: []plan.Stage{sc.stage}}
}

func TestOutcomes(t *testing.T) {
	atTarget := func(name string) plan.Member {
		m := imageMember(name)
		m.Action, m.Why = plan.ActionSkip, plan.WhyAtTarget
		m.Pools[0].Action, m.Pools[0].Route = plan.ActionSkip, plan.RouteAhead
		return m
	}
	requested := imageMember("r")
	requested.Action, requested.Why = plan.ActionSkip, plan.WhyRequested
	before := imageMember("r") // of a retry
	before.Action, before.Why = plan.ActionSkip, plan.WhyReached
	other := before
	other.Why = plan.WhyNotRetried
	fails := func(names ...string) func(*scene) {
		return func(sc *scene) {
			sc.acceptAll().after(poll)
			for _, name := range names {
				sc.image(name, "sys", old).answer(name, badly("UpgradeFailed"))
			}
			sc.atTarget("c")
			sc.turn()
		}
	}
	tests := map[string]struct {
		budget, min int
		members     []plan.Member
		then        func(*scene)
		outcome     fleet.Outcome
		state       fleet.State
		succeeded   int
	}{
		"all succeeded":                       {0, 1, imageMembers("c"), fails(), fleet.OutcomeSucceeded, fleet.Completed, 1},
		"one failed within the budget":        {1, 1, imageMembers("abc")[1:], fails("b"), fleet.OutcomeWithFailures, fleet.Completed, 1},
		"all failed within the budget":        {2, 1, imageMembers("ab"), fails("a", "b"), fleet.OutcomeFailed, fleet.Completed, 0},
		"all failed, and none has to succeed": {2, 0, imageMembers("ab"), fails("a", "b"), fleet.OutcomeFailed, fleet.Completed, 0},
		"beside what was reached before":      {1, 0, append(imageMembers("a"), before), fails("a"), fleet.OutcomeWithFailures, fleet.Completed, 0},
		"beside what was never reached":       {1, 0, append(imageMembers("a"), other), fails("a"), fleet.OutcomeFailed, fleet.Completed, 0},
		"reached before, beyond the budget":   {0, 0, append(imageMembers("a"), before), fails("a"), fleet.OutcomeFailed, fleet.Failed, 0},
		"failed beyond the budget":            {0, 1, imageMembers("bc"), fails("b"), fleet.OutcomeFailed, fleet.Failed, 1},
		"fewer than must be":                  {1, 2, imageMembers("bc"), fails("b"), fleet.OutcomeFailed, fleet.Completed, 1},
		"nothing but skipped on request":      {0, 1, []plan.Member{requested}, nil, fleet.OutcomeFailed, fleet.Skipped, 0},
		"at its target counts, once verified": {0, 1, []plan.Member{atTarget("t")}, func(sc *scene) { sc.atTarget("t").turn() }, fleet.OutcomeSucceeded, fleet.Skipped, 1},
		"at its target, but not any more":     {0, 1, []plan.Member{atTarget("t")}, nil, fleet.OutcomeFailed, fleet.Skipped, 0},
		"still running":                       {0, 1, imageMembers("a"), nil, fleet.OutcomeUnfinished, fleet.Running, 0},
		"stopped with work left":              {0, 1, imageMembers("a"), func(sc *scene) { sc.orders.Stop = true; sc.restart().turn() }, fleet.OutcomeUnfinished, fleet.Stopped, 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := oneGroup(9, test.budget, test.members...)
			s.MinSucceeded = test.min
			sc := newScene(t, s).turn()
			if test.then != nil {
				test.then(sc)
			}
			r := sc.result()
			if r.Outcome != test.outcome || r.State != test.state || r.Succeeded != test.succeeded {
				t.Errorf("outcome %q in state %s with %d succeeded, want %q in %s with %d", r.Outcome, r.State, r.Succeeded, test.outcome, test.state, test.succeeded)
			}
			if r.Outcome == fleet.OutcomeFailed && r.Reason == "" {
				t.Error("failed without a reason")
			}
			if finished := !r.FinishedAt.IsZero(); finished == (r.Outcome == fleet.OutcomeUnfinished) {
				t.Errorf("outcome %q, finished at %s", r.Outcome, r.FinishedAt)
			}
		})
	}
}

func TestAResultNeverHoldsASignedURL(t *testing.T) {
	sc := newScene(t, oneGroup(1, 0, imageMembers("ab")...)).turn().acceptAll().after(poll).turn()
	text, err := json.Marshal(sc.result())
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), "signed") || strings.Contains(string(text), "https://arm") {
		t.Errorf("the result holds the status URL: %s", text)
	}
	if !strings.Contains(string(text), `"operation":"0123-guid"`) {
		t.Errorf("the result does not name the operation: %s", text)
	}
}

func TestAResultLosesNothingThatAzureCannotTell(t *testing.T) {
	sc := newScene(t, oneGroup(3, 3, imageMembers("abc")...))
	sc.orders.Images = "Latest"
	sc.turn().acceptAll().after(poll).image("b", "sys", old).atTarget("c").answer("b", badly("UpgradeFailed")).answer("c", ended()).turn()
	text, err := json.Marshal(sc.result())
	if err != nil {
		t.Fatal(err)
	}
	var read fleet.StageResult
	if err := json.Unmarshal(text, &read); err != nil {
		t.Fatal(err)
	}
	got := Resume(read)
	want := Progress{Started: monday, Members: map[fleet.ClusterID]Member{}}
	for member, m := range sc.progress.Members {
		m.Operation, m.Progress = "", ""
		m.Retry = m.State == fleet.Failed
		want.Members[member] = m
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("resumed (-want +got):\n%s", diff)
	}
}

func TestGroupStates(t *testing.T) {
	tests := map[string]struct {
		members string // C completed, S skipped, F failed, R running, P pending, N not started
		stage   fleet.State
		over    bool
		want    fleet.State
	}{
		"all completed":                  {"CC", fleet.Running, false, fleet.Completed},
		"completed and skipped":          {"CS", fleet.Running, false, fleet.Completed},
		"all skipped":                    {"SS", fleet.Running, false, fleet.Skipped},
		"a failure within its budget":    {"CF", fleet.Running, false, fleet.Completed},
		"beyond its budget":              {"FFN", fleet.Stopping, false, fleet.Failed},
		"beyond it, one still running":   {"FFR", fleet.Stopping, false, fleet.Stopping},
		"another group stops the stage":  {"CNN", fleet.Failed, true, fleet.Stopped},
		"running":                        {"CRN", fleet.Running, false, fleet.Running},
		"all wait, or have not begun":    {"CPN", fleet.Pending, false, fleet.Pending},
		"not begun":                      {"NN", fleet.Running, false, fleet.NotStarted},
		"between two members":            {"CN", fleet.Running, false, fleet.Running},
		"the run was stopped in between": {"CN", fleet.Stopped, true, fleet.Stopped},
	}
	states := map[rune]fleet.State{'C': fleet.Completed, 'S': fleet.Skipped, 'F': fleet.Failed, 'R': fleet.Running, 'P': fleet.Pending, 'N': fleet.NotStarted}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var g fleet.GroupResult
			for _, letter := range test.members {
				g.Members = append(g.Members, fleet.MemberResult{State: states[letter]})
				if letter == 'F' {
					g.Failures++
				}
			}
			if got := groupState(g, 1, Decision{State: test.stage, Over: test.over}); got != test.want {
				t.Errorf("state %s, want %s", got, test.want)
			}
		})
	}
}

func TestAResultSaysWhenToComeBack(t *testing.T) {
	sc := newScene(t, oneGroup(1, 0, imageMembers("a")...)).window("a", fleet.NodeOSWindow, 20, 4)
	if r := sc.turn().result(); !r.LookAgain.IsZero() {
		t.Errorf("going on by itself, and to come back at %s", r.LookAgain)
	}
	sc.orders.Deadline = monday.Add(time.Hour)
	r := sc.turn().result()
	if want := monday.Add(10 * time.Hour); !r.LookAgain.Equal(want) || r.Outcome != fleet.OutcomeUnfinished {
		t.Errorf("outcome %q, come back at %s, want unfinished and %s", r.Outcome, r.LookAgain, want)
	}
}

func TestAResultNamesTheSnapshotsThatAreThere(t *testing.T) {
	sc := newScene(t, oneGroup(2, 0, imageMembers("ab")...)).snapshotRoute("a", 0).snapshotRoute("b", 0)
	sc.inv.Snapshots = map[string]fleet.Snapshot{snapID: {State: fleet.ProvisioningSucceeded, Image: new1, Tags: map[string]string{fleet.SnapshotTag: "prod"}}}
	if diff := cmp.Diff([]string{snapID}, sc.turn().result().Snapshots); diff != "" {
		t.Errorf("snapshots (-want +got):\n%s", diff)
	}
}
