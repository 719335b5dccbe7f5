package main

import (
	"context"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/simulator/wire"
)

// gatedFirst is a run whose first stage is accepted by others before the second begins.
func gatedFirst(t *testing.T) *pipeline {
	t.Helper()
	return newPipeline(t, "  - {name: first, groups: [{name: first}], environment: {name: aks-first}, afterStageWaitInSeconds: 600}",
		"  - {name: first, groups: [{name: first}], environment: {name: aks-first}, afterGates: [{type: Approval, environment: {name: aks-accept}}]}",
		"    afterGates: [{type: Approval, displayName: Accept it, environment: {name: aks-accept}}]", "")
}

func TestAnApprovalIsAboutTheEndItWasGivenFor(t *testing.T) {
	p := gatedFirst(t)
	p.must(p.plan(), exitDone)
	p.must(p.stage("aks-first", "first"), exitDone)
	p.approved("aks-accept", "bob")
	p.must(p.gate("aks-accept", "first", "after-1"), exitDone)
	p.again()
	p.world.AdvanceTo(p.world.Now().Add(time.Hour))
	p.must(p.stage("aks-first", "first"), exitDone) // and its gate is not approved this time
	p.again()
	p.approved("aks-second", "alice")
	p.must(p.stage("aks-second", "second"), exitRefused, `"approval" after stage first`)
	p.untouched("two", "three")
}

// TestARefusalTakesNoRecordsPlace: neither that of the stage that is refused, nor that of the one it is refused for.
func TestARefusalTakesNoRecordsPlace(t *testing.T) {
	p := newPipeline(t)
	p.must(p.plan(), exitDone)
	p.must(p.stage("aks-first", "first"), exitDone)
	p.again()
	misplaced := p.job("aks-second", nil, "stage", "--stage", "first", "--plan-artifact", p.outputs[outputArtifact])
	p.must(misplaced, exitRefused)
	if misplaced.outputs[outputState] != stateRefused || strings.Contains(misplaced.summary, "succeeded") {
		t.Errorf("refused, and the state is %q:\n%s", misplaced.outputs[outputState], misplaced.summary)
	}
	p.keep("result-first", misplaced)
	p.world.AdvanceTo(p.world.Now().Add(time.Hour))
	p.again()
	p.approved("aks-second", "alice")
	p.must(p.stage("aks-second", "second"), exitDone)

	p = gatedFirst(t)
	p.must(p.plan(), exitDone)
	p.must(p.stage("aks-first", "first"), exitDone)
	p.approved("aks-second", "alice")
	p.must(p.stage("aks-second", "second"), exitRefused)
	p.approved("aks-accept", "bob")
	p.must(p.gate("aks-accept", "first", "after-1"), exitDone)
}

// TestAllJobsAreRunAgain: a new plan may have the digest, and so the artifact's name, of the old one.
func TestAllJobsAreRunAgain(t *testing.T) {
	p := newPipeline(t)
	p.must(p.plan(), exitDone)
	name := p.outputs[outputArtifact]
	p.world.AdvanceTo(p.world.Now().AddDate(0, 0, 15))
	p.again()
	p.must(p.plan(), exitDone)
	if p.outputs[outputArtifact] != name {
		t.Fatalf("the plans differ: %s and %s", name, p.outputs[outputArtifact])
	}
	p.must(p.stage("aks-first", "first"), exitDone)
}

// interrupting is a transport that interrupts its process at one request.
type interrupting struct {
	next      http.RoundTripper
	left      *int
	interrupt func()
}

// RoundTrip passes a request on, until its turn has come.
func (i interrupting) RoundTrip(r *http.Request) (*http.Response, error) {
	if *i.left--; *i.left == 0 {
		i.interrupt()
	}
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	return i.next.RoundTrip(r)
}

// TestAJobThatIsCancelledAnywhereSaysWhereItStands: whichever request SIGINT comes at, the job ends with code 3, and with
// a summary.
func TestAJobThatIsCancelledAnywhereSaysWhereItStands(t *testing.T) {
	for at := 1; ; at++ {
		p := newPipeline(t)
		p.must(p.plan(), exitDone)
		ctx, cancel := context.WithCancel(context.Background())
		left := at
		p.context, p.transport = ctx, interrupting{wire.Transport(wire.Handler(p.world)), &left, cancel}
		done := p.stage("aks-first", "first")
		cancel()
		if left > 0 {
			p.must(done, exitDone)
			if at < 20 {
				t.Errorf("only %d requests were interrupted", at)
			}
			return
		}
		if at > 6 && !strings.Contains(done.summary, "This was told to stop.") {
			t.Errorf("at request %d the summary does not say that it was told to stop:\n%s", at, done.summary)
		}
		if done.code != exitAgain || done.summary == "" || done.outputs[outputState] != "unfinished" {
			t.Errorf("at request %d: exit code %d, outputs %v, summary %q", at, done.code, maps.Keys(done.outputs), done.summary)
		}
	}
}

// TestARefusedRerunVoidsNoApproval: nothing was run again, so nothing has another end.
func TestARefusedRerunVoidsNoApproval(t *testing.T) {
	p := gatedFirst(t)
	p.must(p.plan(), exitDone)
	p.must(p.stage("aks-first", "first"), exitDone)
	p.approved("aks-accept", "bob")
	p.must(p.gate("aks-accept", "first", "after-1"), exitDone)
	p.again()
	misplaced := p.job("aks-second", nil, "stage", "--stage", "first", "--plan-artifact", p.outputs[outputArtifact])
	p.keep("result-first", misplaced)
	p.approved("aks-second", "alice")
	p.must(p.stage("aks-second", "second"), exitDone)
}

// TestWhatARerunDoesNotMend: another run of the same commit and plan would be refused again.
func TestWhatARerunDoesNotMend(t *testing.T) {
	p := newPipeline(t)
	p.must(p.plan(), exitDone)
	const anew = "gh workflow run fleet-guarded.yml --repo org/fleet --ref main"
	p.must(p.job("aks-second", nil, "stage", "--stage", "first", "--plan-artifact", p.outputs[outputArtifact]), exitRefused, anew)
	p.must(p.stage("aks-second", "second"), exitRefused, "gh run rerun 7 --failed --repo org/fleet")
	p.world.AdvanceTo(p.world.Now().AddDate(0, 0, 15))
	p.must(p.stage("aks-first", "first"), exitRefused, "plan-expired", anew)
}

func TestAJobThatIsNotAtItsEndSaysSoWhereItsRunIsShown(t *testing.T) {
	p := newPipeline(t)
	p.must(p.plan(), exitDone)
	p.must(p.stage("aks-first", "first"), exitDone)
	p.approved("aks-second", "alice")
	p.must(p.stage("aks-second", "second", "--deadline", "5m"), exitAgain, "::warning title=work-left::stage second is unfinished: not before 2026-03-02 07:34Z")
}

func TestAWordThatIsNoCommandIsAnnotated(t *testing.T) {
	p := newPipeline(t)
	p.must(p.job("", nil, "plann"), exitInput, `::error title=fleet-action plann::"plann" is not a command%0Adid you mean plan? The commands are validate, plan,`)
}

func TestJSONInALogIsNoCommand(t *testing.T) {
	p := newPipeline(t, "displayName: Accept it", `displayName: "##[add-mask]x"`)
	done := p.plan("--format", "json")
	p.must(done, exitDone, `##\u005badd-mask]x`)
}
