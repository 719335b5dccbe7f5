package execute

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

// script is an Engine whose clusters reach their target as soon as time has passed, unless told otherwise.
type script struct {
	*scene
	mutex    sync.Mutex
	observed int
	fail     map[int]error // by observation
	begin    func(fleet.Step) fleet.Answer
	begun    []string
	running  map[fleet.ClusterID]fleet.Step
	asked    []map[fleet.ClusterID]string
	ids      []fleet.ClusterID
}

func newScript(t *testing.T, s plan.Stage) *script {
	return &script{scene: newScene(t, s), fail: map[int]error{}, running: map[fleet.ClusterID]fleet.Step{}}
}

func (e *script) Observe(_ context.Context, ids []fleet.ClusterID, ops map[fleet.ClusterID]string) (fleet.Inventory, map[fleet.ClusterID]fleet.Answer, error) {
	e.observed++
	e.ids = ids
	e.asked = append(e.asked, ops)
	if err := e.fail[e.observed]; err != nil {
		return fleet.Inventory{}, nil, err
	}
	answers := map[fleet.ClusterID]fleet.Answer{}
	for id := range ops {
		answers[id] = accepted()
		if _, running := e.running[id]; !running {
			answers[id] = ended()
		}
	}
	return e.inv, answers, nil
}

func (e *script) Begin(_ context.Context, step fleet.Step) fleet.Answer {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	e.begun = append(e.begun, write(step))
	if e.begin != nil {
		if answer := e.begin(step); answer.Verdict != fleet.Accepted {
			return answer
		}
	}
	e.running[step.Cluster] = step
	return accepted()
}

// wait moves the time on, and ends what was running.
func (e *script) wait(ctx context.Context, until time.Time) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if until.After(e.inv.At) {
		e.inv.At = until
	}
	for id, step := range e.running {
		e.perform(step)
		delete(e.running, id)
	}
	return nil
}

func (e *script) run(ctx context.Context, before fleet.StageResult, change func(*Config)) (fleet.StageResult, error) {
	c := Config{Wait: e.wait, Poll: poll, Parallel: 1}
	if change != nil {
		change(&c)
	}
	return Stage(ctx, e, e.planned(), 0, before, c)
}

func (e *script) planned() plan.Plan {
	p := e.plan()
	p.Upgrade = plan.Upgrade{Type: "NodeImageOnly", Images: "Consistent"}
	p.Policy = plan.Policy{StoppedClusters: "skip", WindowClose: "finish"}
	return p
}

func states(r fleet.StageResult) string {
	var all []string
	for _, g := range r.Groups {
		for _, m := range g.Members {
			all = append(all, m.Name+" "+string(m.State))
		}
	}
	return strings.Join(all, ", ")
}

func TestATurnThatChangesNothingIsNotRecorded(t *testing.T) {
	e := newScript(t, oneGroup(1, 0, imageMembers("a")...))
	records := 0
	r, err := e.run(t.Context(), fleet.StageResult{}, func(c *Config) {
		c.Record = func(fleet.StageResult) { records++ }
		c.Wait = func(ctx context.Context, until time.Time) error {
			if until.Before(monday.Add(time.Hour)) { // still running
				e.inv.At = until
				return nil
			}
			return e.wait(ctx, until)
		}
	})
	if err != nil || r.Outcome != fleet.OutcomeSucceeded || records != 3 || e.observed < 100 {
		t.Errorf("%d records of %d turns, %q, error %v", records, e.observed, r.Outcome, err)
	}
}

func TestAStageRunsToItsEnd(t *testing.T) {
	e := newScript(t, oneGroup(2, 0, imageMembers("abc")...))
	var records []fleet.StageResult
	r, err := e.run(t.Context(), fleet.StageResult{}, func(c *Config) { c.Record = func(r fleet.StageResult) { records = append(records, r) } })
	if err != nil || r.Outcome != fleet.OutcomeSucceeded || r.Succeeded != 3 {
		t.Fatalf("outcome %q, %d succeeded, error %v", r.Outcome, r.Succeeded, err)
	}
	if diff := cmp.Diff([]string{"a:PoolImage sys", "b:PoolImage sys", "c:PoolImage sys"}, e.begun); diff != "" {
		t.Errorf("writes (-want +got):\n%s", diff)
	}
	for i := 1; i < len(records); i++ {
		if cmp.Equal(records[i-1], records[i]) {
			t.Errorf("record %d is the one before it again", i)
		}
	}
	if len(records) == 0 || !cmp.Equal(records[len(records)-1], r) {
		t.Error("the last record is not the result")
	}
}

func TestWhatWasBegunIsRecordedBeforeAnythingElse(t *testing.T) {
	e := newScript(t, oneGroup(1, 0, imageMembers("a")...))
	var seen []string
	_, err := e.run(t.Context(), fleet.StageResult{}, func(c *Config) {
		c.Record = func(r fleet.StageResult) {
			m := r.Groups[0].Members[0]
			seen = append(seen, fmt.Sprintf("%s step=%t operation=%q", m.State, m.Step != nil, m.Operation))
		}
	})
	want := []string{`Running step=true operation=""`, `Running step=true operation="0123-guid"`, `Completed step=false operation="0123-guid"`}
	if diff := cmp.Diff(want, seen); diff != "" || err != nil {
		t.Errorf("records (-want +got):\n%s, error %v", diff, err)
	}
	if diff := cmp.Diff(accepted().Operation, e.asked[1][id("a")]); diff != "" {
		t.Errorf("asks (-want +got):\n%s", diff)
	}
}

func TestAStageSkippedByThePlanDoesNothing(t *testing.T) {
	e := newScript(t, oneGroup(1, 0, imageMembers("ab")...))
	e.stage.Skip = "skipped by request"
	r, err := e.run(t.Context(), fleet.StageResult{}, nil)
	if err != nil || e.observed != 0 || r.Outcome != fleet.OutcomeSkipped || states(r) != "a Skipped, b Skipped" {
		t.Errorf("observed %d times, %q, %s, error %v", e.observed, r.Outcome, states(r), err)
	}
}

func TestAWriteThatDoesNotBeginIsDecidedOnAgain(t *testing.T) {
	e := newScript(t, oneGroup(1, 1, imageMembers("abc")...))
	until := monday.Add(5 * time.Minute)
	tries := map[string]int{}
	var at []time.Time
	e.begin = func(step fleet.Step) fleet.Answer {
		name := step.Cluster.Name()
		tries[name]++
		switch {
		case name == "a" && tries[name] == 1:
			return fleet.Answer{Verdict: fleet.Later, NotBefore: until}
		case name == "a":
			at = append(at, e.inv.At)
		case name == "b":
			return fleet.Answer{Verdict: fleet.Refused, Err: &fleet.Problem{Code: "ScopeLocked"}}
		}
		return accepted()
	}
	r, err := e.run(t.Context(), fleet.StageResult{}, nil)
	if err != nil || states(r) != "a Completed, b Failed, c Completed" || r.Outcome != fleet.OutcomeWithFailures {
		t.Errorf("%s, %q, error %v", states(r), r.Outcome, err)
	}
	if len(at) != 1 || !at[0].Equal(until) {
		t.Errorf("tried again at %v, want %s", at, until)
	}
}

func TestAfterARefusalNoMoreWritesOfTheTurnAreSent(t *testing.T) {
	e := newScript(t, oneGroup(9, 0, imageMembers("abcd")...))
	e.begin = func(step fleet.Step) fleet.Answer {
		if step.Cluster == id("b") {
			return fleet.Answer{Verdict: fleet.Refused, Err: &fleet.Problem{Code: "AuthorizationFailed"}}
		}
		return accepted()
	}
	r, err := e.run(t.Context(), fleet.StageResult{}, nil)
	if err != nil || states(r) != "a Completed, b Failed, c NotStarted, d NotStarted" || r.Outcome != fleet.OutcomeFailed {
		t.Errorf("%s, %q, error %v", states(r), r.Outcome, err)
	}
}

func TestStopping(t *testing.T) {
	t.Run("while waiting", func(t *testing.T) {
		e := newScript(t, oneGroup(1, 0, imageMembers("ab")...))
		ctx, cancel := context.WithCancel(t.Context())
		r, err := e.run(ctx, fleet.StageResult{}, func(c *Config) {
			c.Wait = func(ctx context.Context, _ time.Time) error { cancel(); return ctx.Err() }
		})
		if err != nil || r.Outcome != fleet.OutcomeUnfinished || r.State != fleet.Stopped || states(r) != "a Running, b NotStarted" {
			t.Errorf("%q, %s, %s, error %v", r.Outcome, r.State, states(r), err)
		}
		if m := r.Groups[0].Members[0]; m.Operation != "0123-guid" || m.Step == nil {
			t.Errorf("lost the operation: %+v", m)
		}
	})
	t.Run("while an operation's result is yet to be seen", func(t *testing.T) {
		e := newScript(t, oneGroup(1, 0, imageMembers("a")...))
		ctx, cancel := context.WithCancel(t.Context())
		r, err := e.run(ctx, fleet.StageResult{}, func(c *Config) {
			c.Wait = func(ctx context.Context, until time.Time) error {
				if e.inv.At = until; e.observed == 2 { // it has ended, and the list lags behind
					cancel()
				}
				e.running = nil
				return ctx.Err()
			}
		})
		if err != nil || states(r) != "a Running" {
			t.Errorf("%s, error %v", states(r), err)
		}
	})
	t.Run("between two writes of one turn", func(t *testing.T) {
		e := newScript(t, oneGroup(2, 0, imageMembers("ab")...))
		ctx, cancel := context.WithCancel(t.Context())
		e.begin = func(fleet.Step) fleet.Answer { cancel(); return accepted() }
		r, err := e.run(ctx, fleet.StageResult{}, nil)
		if err != nil || states(r) != "a Running, b NotStarted" || len(e.begun) != 1 {
			t.Errorf("%s, writes %s, error %v", states(r), e.begun, err)
		}
		if m := r.Groups[0].Members[1]; m.Step != nil || m.Reason != "not started before this run ended" || m.Attempts != 0 {
			t.Errorf("b was not begun: %+v", m)
		}
	})
	t.Run("before anything was read", func(t *testing.T) {
		e := newScript(t, oneGroup(1, 0, imageMembers("a")...))
		e.fail[1] = context.Canceled
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		r, err := e.run(ctx, fleet.StageResult{}, nil)
		if err != nil || r.State != fleet.Stopped || r.Outcome != fleet.OutcomeUnfinished || states(r) != "a NotStarted" {
			t.Errorf("%s, %q, %s, error %v", r.State, r.Outcome, states(r), err)
		}
	})
	t.Run("a write that was sent has its grace", func(t *testing.T) {
		e := newScript(t, oneGroup(1, 0, imageMembers("a")...))
		type key struct{}
		graced := false
		_, err := e.run(t.Context(), fleet.StageResult{}, func(c *Config) {
			c.Grace = func(ctx context.Context) (context.Context, context.CancelFunc) {
				return context.WithValue(ctx, key{}, true), func() { graced = true }
			}
		})
		if err != nil || !graced {
			t.Errorf("graced %t, error %v", graced, err)
		}
	})
}

func TestReadingFails(t *testing.T) {
	broken := errors.New("403: no Reader role on the subscription")
	t.Run("at first: the stage ends at once and keeps what was recorded", func(t *testing.T) {
		e := newScript(t, oneGroup(1, 0, imageMembers("a")...))
		e.fail[1] = broken
		before := fleet.StageResult{Name: "canary", Digest: "sha256:d", State: fleet.Running, Outcome: fleet.OutcomeUnfinished, StartedAt: monday}
		r, err := e.run(t.Context(), before, nil)
		if !errors.Is(err, broken) || e.observed != 1 || !r.StartedAt.Equal(monday) || !strings.Contains(r.Reason, "reading the clusters of stage canary: 403") {
			t.Errorf("observed %d times, reason %q, error %v", e.observed, r.Reason, err)
		}
	})
	t.Run("later, a few times: it goes on", func(t *testing.T) {
		e := newScript(t, oneGroup(1, 0, imageMembers("a")...))
		for try := 2; try < 2+observeTries-1; try++ {
			e.fail[try] = broken
		}
		r, err := e.run(t.Context(), fleet.StageResult{}, nil)
		if err != nil || r.Outcome != fleet.OutcomeSucceeded {
			t.Errorf("%q, error %v", r.Outcome, err)
		}
		if want := monday.Add(poll * observeTries); !e.inv.At.Equal(want) {
			t.Errorf("over at %s, want %s: a poll between the readings", e.inv.At, want)
		}
	})
	t.Run("later, for good: it is recorded as unfinished", func(t *testing.T) {
		e := newScript(t, oneGroup(1, 0, imageMembers("ab")...))
		for try := 2; try < 99; try++ {
			e.fail[try] = broken
		}
		var last fleet.StageResult
		r, err := e.run(t.Context(), fleet.StageResult{}, func(c *Config) { c.Record = func(r fleet.StageResult) { last = r } })
		if !errors.Is(err, broken) || e.observed != 1+observeTries || r.Outcome != fleet.OutcomeUnfinished || states(r) != "a Running, b NotStarted" {
			t.Errorf("observed %d times, %q, %s, error %v", e.observed, r.Outcome, states(r), err)
		}
		if !cmp.Equal(last, r) {
			t.Error("the result was not recorded")
		}
	})
}

func TestGoingOnFromARecord(t *testing.T) {
	e := newScript(t, oneGroup(1, 0, imageMembers("ab")...))
	ctx, cancel := context.WithCancel(t.Context())
	before, err := e.run(ctx, fleet.StageResult{}, func(c *Config) {
		c.Wait = func(ctx context.Context, _ time.Time) error { cancel(); return ctx.Err() }
	})
	if err != nil {
		t.Fatal(err)
	}
	e.begun = nil
	e.busy("a")
	r, err := e.run(t.Context(), before, nil)
	if err != nil || r.Outcome != fleet.OutcomeSucceeded || !cmp.Equal(e.begun, []string{"b:PoolImage sys"}) {
		t.Errorf("%q after writes %s, error %v", r.Outcome, e.begun, err)
	}
	other := before
	other.Digest = "sha256:other"
	if r, err := e.run(t.Context(), other, nil); err == nil || !cmp.Equal(r, other) {
		t.Error("went on from another plan's result")
	}
}

func TestNoSuchStage(t *testing.T) {
	e := newScript(t, oneGroup(1, 0, imageMembers("a")...))
	if _, err := Stage(t.Context(), e, e.planned(), 1, fleet.StageResult{}, Config{}); err == nil {
		t.Error("executed a stage that is not there")
	}
}

func TestOnlyWhatIsNeededIsRead(t *testing.T) {
	skipped, blocked, there := imageMember("skipped"), imageMember("blocked"), imageMember("there")
	skipped.Action, skipped.Why = plan.ActionSkip, plan.WhyRequested
	blocked.Action = plan.ActionBlocked
	there.Action, there.Why = plan.ActionSkip, plan.WhyAtTarget
	s := oneGroup(1, 0, imageMember("z"), skipped, blocked, there)
	s.Groups[0].Members[0].Pools[0].Donor = fleet.PoolID{Cluster: id("donor"), Pool: "p"}
	s.Drop = []plan.Drop{{Snapshot: snapID, Pools: []fleet.PoolID{{Cluster: id("pinned")}, {Cluster: id("z")}}}}
	want := []fleet.ClusterID{id("donor"), id("pinned"), id("there"), id("z")}
	if diff := cmp.Diff(want, clustersOf(s)); diff != "" {
		t.Errorf("reads (-want +got):\n%s", diff)
	}
}

func TestWritesBeginInParallelUpToTheLimit(t *testing.T) {
	for parallel, want := range map[int]time.Duration{0: 4 * time.Second, 1: 4 * time.Second, 2: 2 * time.Second, 9: time.Second} {
		synctest.Test(t, func(t *testing.T) { // its clock is not the real one
			e := newScript(t, oneGroup(4, 0, imageMembers("abcd")...))
			began := time.Now()
			r, err := Stage(t.Context(), slow{e}, e.planned(), 0, fleet.StageResult{}, Config{Wait: e.wait, Poll: poll, Parallel: parallel})
			if err != nil || r.Succeeded != 4 || time.Since(began) != want {
				t.Errorf("%d at once: %d succeeded in %s, want 4 in %s, error %v", parallel, r.Succeeded, time.Since(began), want, err)
			}
		})
	}
}

// slow takes a second over every write.
type slow struct{ *script }

func (e slow) Begin(ctx context.Context, step fleet.Step) fleet.Answer {
	time.Sleep(time.Second)
	return e.script.Begin(ctx, step)
}
