package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/simulator"
	"github.com/org/fleet-update-action/internal/simulator/wire"
	"github.com/org/fleet-update-action/internal/strategy"
)

// bench is a simulated fleet and an output folder on which processes follow one another.
type bench struct {
	t        *testing.T
	world    *simulator.World
	strategy strategy.Strategy
	out      disk
	printed  bytes.Buffer
	approve  approver
	patience time.Duration // a process that would wait longer is interrupted
}

// soaking is the fleet and the strategy of the end-to-end tests, with something changed in the strategy.
func soaking(t *testing.T, change ...string) *bench {
	t.Helper()
	world, findings := simulator.Load("fleet.yml", fmt.Appendf(nil, rolloutFleet, level))
	file := strings.NewReplacer(change...).Replace(fmt.Sprintf(rolloutStrategy, "type: NodeImageOnly, nodeImageSelection: {type: Consistent}"))
	s, more := strategy.Parse("strategy.yml", []byte(file))
	if fleet.HasErrors(append(findings, more...)) {
		t.Fatalf("%+v %+v", findings, more)
	}
	return &bench{t: t, world: world, strategy: s, out: memory{}, approve: demoApprover(io.Discard), patience: 240 * time.Hour}
}

func (b *bench) call() call {
	none := func(string) string { return "" }
	return call{
		system: system{stdin: strings.NewReader(""), stdout: &b.printed, stderr: &b.printed, getenv: none,
			folder: func(string) disk { return b.out }, size: func() (int, int) { return 160, 0 }},
		values: values{"poll-interval": "1m", "format": "text"},
		runner: github.NewRunner(none, io.Discard),
	}
}

func (b *bench) shells(interrupt func()) shells {
	b.t.Helper()
	sh, err := simulatedShellsOver(b.world, wire.Transport(wire.Handler(b.world)))
	if err != nil {
		b.t.Fatal(err)
	}
	wait := sh.wait
	sh.wait = func(ctx context.Context, until time.Time) error {
		if until.Sub(b.world.Now()) > b.patience {
			interrupt()
		}
		return wait(ctx, until)
	}
	return sh
}

// run is one process of the command run.
func (b *bench) run(orders string) (answer, error) {
	b.t.Helper()
	ctx, interrupt := context.WithCancel(b.t.Context())
	defer interrupt()
	sh, c := b.shells(interrupt), b.call()
	c.orders = orders
	if made, going := unfinished(c.out(), orders, sh.now()); going {
		return goOn(ctx, c, sh, made, b.approve)
	}
	return planAndRun(ctx, c, sh, b.strategy, plan.Orders{}, b.approve)
}

// stage is one process of the command stage.
func (b *bench) stage(index int) (answer, error) {
	b.t.Helper()
	sh, c := b.shells(func() {}), b.call()
	content, err := b.out.read(planFile)
	if err != nil {
		made, _, err := readAndPlan(b.t.Context(), sh, b.strategy, plan.Orders{})
		if err != nil {
			b.t.Fatal(err)
		}
		if err := writePlan(b.out, made); err != nil {
			return answer{}, err
		}
		content, _ = b.out.read(planFile)
	}
	made, findings := plan.Decode(planFile, content)
	if fleet.HasErrors(findings) {
		b.t.Fatal(findings)
	}
	r, err := takeUp(sh, made, c, b.approve)
	if err != nil {
		return answer{}, err
	}
	end, err := r.accompanied(b.t.Context(), index)
	return r.finish(b.t.Context(), end, err)
}

// firstWrite is when the client first wrote to a cluster, zero where it has not.
func (b *bench) firstWrite(name string) time.Time {
	for _, event := range b.world.History() {
		if event.Kind == simulator.Wrote && event.By == simulator.Client && event.Cluster.Name() == name {
			return event.At
		}
	}
	return time.Time{}
}

const orders = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

func TestARunInterruptedInAWaitKeepsTheWait(t *testing.T) {
	b := soaking(t, "afterStageWaitInSeconds: 600", "afterStageWaitInSeconds: 86400")
	b.patience = time.Hour
	if result, err := b.run(orders); err != nil || result.code != exitAgain {
		t.Fatalf("code %d, error %v", result.code, err)
	}
	finished := b.world.Now()
	if result, err := b.run(orders); err != nil || result.code != exitAgain || !b.firstWrite("two").IsZero() {
		t.Fatalf("run again at once: code %d, error %v, the second stage begun at %s", result.code, err, b.firstWrite("two"))
	}
	b.patience = 240 * time.Hour
	result, err := b.run(orders)
	if err != nil || result.code != exitDone || b.firstWrite("two").Sub(finished) < 24*time.Hour {
		t.Errorf("code %d, error %v, the first stage ended at %s and the second began at %s", result.code, err, finished, b.firstWrite("two"))
	}
	if runs := strings.SplitN(b.printed.String(), "This run goes on with the plan made at ", 3); len(runs) != 3 || !strings.Contains(runs[2][:200], "1 of 3 clusters is at the target; 2 not started.") {
		t.Errorf("what is left is not said first:\n%s", b.printed.String())
	}
	if !strings.Contains(fmt.Sprint(result.findings), "goes on with the plan") {
		t.Errorf("nobody was told: %v", result.findings)
	}
}

func TestANewPlanIsMadeWhereTheLastIsNotToBeContinued(t *testing.T) {
	ended := func(b *bench) { b.patience = 240 * time.Hour }
	for name, test := range map[string]struct {
		orders string
		change func(*bench)
		later  time.Duration
	}{
		"another strategy":       {orders: "sha256:" + strings.Repeat("b", 64)},
		"orders that nobody has": {orders: ""},
		"a run at its end":       {orders: orders, change: ended},
		"a plan past its age":    {orders: orders, later: 15 * 24 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			b := soaking(t, "afterStageWaitInSeconds: 600", "afterStageWaitInSeconds: 86400")
			b.patience = time.Hour
			if test.change != nil {
				test.change(b)
			}
			if _, err := b.run(orders); err != nil {
				t.Fatal(err)
			}
			if _, going := unfinished(b.out, test.orders, b.world.Now().Add(test.later)); going {
				t.Error("went on with the old plan")
			}
		})
	}
}

func TestOrdersAreTheStrategyAndWhatIsLeftOut(t *testing.T) {
	file := filepath.Join(t.TempDir(), "strategy.yml")
	write := func(content string) {
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("one")
	given := values{"strategy": file}
	first := ordersOf(given)
	if first == "" || first != ordersOf(values{"strategy": file, "deadline": "1h", "format": "json"}) {
		t.Error("the same orders differ")
	}
	result := filepath.Join(t.TempDir(), resultFile)
	if err := os.WriteFile(result, []byte("a result"), 0o600); err != nil {
		t.Fatal(err)
	}
	retried := ordersOf(values{"strategy": file, "retry": result})
	seen := map[string]string{"nothing else": first, "a retry": retried}
	for option, value := range map[string]string{"skip": "Stage:x", "profile": "x", "name": "x", "azure-endpoint": "https://x", "members": "x"} {
		seen[option] = ordersOf(values{"strategy": file, option: value})
	}
	seen["other members"] = ordersOf(values{"strategy": file, "members": "y"})
	for one, orders := range seen {
		for other, same := range seen {
			if one != other && orders == same {
				t.Errorf("%s and %s are the same orders", one, other)
			}
		}
	}
	if err := os.WriteFile(result, []byte("what became of it later"), 0o600); err != nil {
		t.Fatal(err)
	}
	if ordersOf(values{"strategy": file, "retry": result}) == retried || ordersOf(values{"strategy": file, "retry": "missing"}) != "" || ordersOf(values{"members": "x"}) == "" {
		t.Error("the run that is retried is not among the orders, or members without a file are none")
	}
	if write("two"); ordersOf(given) == first || ordersOf(values{"strategy": file + "x"}) != "" {
		t.Error("another file gives the same orders, or one that is missing gives any")
	}
}

// refusing says no to questions with a word in them.
func refusing(word string, asked *[]string) approver {
	return func(_ context.Context, q question) (fleet.GateResult, error) {
		*asked = append(*asked, q.text)
		if strings.Contains(q.text, word) {
			return fleet.GateResult{}, &failure{code: exitRefused, err: errors.New("no")}
		}
		return q.given(), nil
	}
}

func TestAnApprovalAfterAStageHoldsUntilItIsGiven(t *testing.T) {
	accepting := []string{"afterStageWaitInSeconds: 600", "afterGates: [{type: Approval, displayName: Accept, environment: {name: accept}}]"}
	for name, process := range map[string]func(*bench) (answer, error){
		"run":   func(b *bench) (answer, error) { return b.run(orders) },
		"stage": func(b *bench) (answer, error) { return b.stage(1) },
	} {
		t.Run(name, func(t *testing.T) {
			b := soaking(t, accepting...)
			var asked []string
			b.approve = refusing("Accept", &asked)
			if result, err := b.stage(0); err != nil || result.code != exitRefused || len(asked) != 1 {
				t.Fatalf("code %d, asked %q, error %v", result.code, asked, err)
			}
			if name == "run" { // its own plan
				b.out = memory{}
				if _, err := b.run(orders); err != nil {
					t.Fatal(err)
				}
			}
			if result, err := process(b); err != nil || result.code != exitRefused || !b.firstWrite("two").IsZero() {
				t.Fatalf("not accepted, and the next stage began: code %d, error %v", result.code, err)
			}
			asked = nil
			b.approve = refusing("nothing", &asked)
			if result, err := process(b); err != nil || result.code != exitDone || len(asked) != 1 {
				t.Errorf("accepted: code %d, asked %q, error %v", result.code, asked, err)
			}
			if _, err := process(b); name == "stage" && (err != nil || len(asked) != 1) { // run makes a new plan by now
				t.Errorf("accepted, and asked again: %q, error %v", asked, err)
			}
		})
	}
}

// failing is a disk that cannot be written to any more after some files.
type failing struct {
	memory
	left *int
}

func (f failing) write(name string, content []byte) error {
	if *f.left--; *f.left < 0 {
		return &failure{code: exitInput, err: errors.New("no space left on device"), next: "choose another folder"}
	}
	return f.memory.write(name, content)
}

func TestAFolderThatCannotBeWrittenKeepsAStageFromBeginning(t *testing.T) {
	b := soaking(t)
	left := 1
	b.out = failing{memory{}, &left}
	if _, err := b.stage(0); codeOf(err) != exitInput || !b.firstWrite("one").IsZero() {
		t.Errorf("error %v, first write at %s", err, b.firstWrite("one"))
	}
}

func TestADiskThatFillsUpDoesNotKeepAStageFromItsEnd(t *testing.T) {
	b := soaking(t)
	left := 5
	b.out = failing{memory{}, &left}
	result, err := b.stage(0)
	if err != nil || result.code != exitAgain || !strings.Contains(fmt.Sprint(result.findings), "no space left") {
		t.Fatalf("code %d, findings %v, error %v", result.code, result.findings, err)
	}
	if stage := result.data.(fleet.Result).Stage("first"); stage.Outcome != fleet.OutcomeSucceeded {
		t.Errorf("the stage is %q", stage.Outcome)
	}
}
