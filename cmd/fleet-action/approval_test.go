package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

func TestNothingButYesApproves(t *testing.T) {
	for reply, want := range map[string]exitCode{
		"yes\n": exitDone, " yes \r\n": exitDone, "yes": exitDone,
		"no\n": exitRefused, "\n": exitRefused, "y\n": exitRefused, "YES\n": exitRefused, "": exitAgain,
	} {
		s, stdout, stderr := streams(map[string]string{"USER": "maria"})
		s.interactive, s.stdin = true, strings.NewReader(reply)
		given, err := terminalApprover(s)(context.Background(), question{text: "May it begin?"})
		if want == exitDone && given.ApprovedBy != "maria" {
			t.Errorf("%q: approved by %q", reply, given.ApprovedBy)
		}
		var refused *failure
		code := exitDone
		if errors.As(err, &refused) {
			code = refused.code
		}
		if code != want || err != nil && code == exitDone {
			t.Errorf("%q: %v, exit code %d, want %d", reply, err, code, want)
		}
		if stdout.Len() > 0 || !strings.HasPrefix(stderr.String(), "May it begin? Type yes to approve: ") {
			t.Errorf("%q: asked %q on standard output, %q on standard error", reply, stdout, stderr)
		}
	}
}

func TestAnInterruptedQuestionIsNoRefusal(t *testing.T) {
	s, _, stderr := streams(nil)
	never, closing := io.Pipe()
	defer func() { _ = closing.Close() }()
	s.interactive, s.stdin = true, never
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := terminalApprover(s)(ctx, question{text: "May it begin?"})
	if codeOf(err) != exitAgain || !strings.Contains(err.Error(), "Nobody answered") || !strings.HasSuffix(stderr.String(), "\n") {
		t.Errorf("%v; printed %q", err, stderr)
	}
}

func TestNobodyIsAskedForAStageWhoseTurnHasNotCome(t *testing.T) {
	file := strings.Replace(fmt.Sprintf(rolloutStrategy, "type: NodeImageOnly"), "{name: second, groups", "{name: second, environment: {name: prod, reviewers: 1}, groups", 1)
	c, sh, s, _ := rolloutCall(t, file, nil)
	made, _, err := readAndPlan(context.Background(), sh, s, plan.Orders{})
	if err != nil {
		t.Fatal(err)
	}
	asked := false
	r, err := takeUp(sh, made, c, func(_ context.Context, q question) (fleet.GateResult, error) { asked = true; return q.given(), nil })
	if err != nil {
		t.Fatal(err)
	}
	end, err := r.one(context.Background(), 1)
	if err != nil || end.code != exitRefused || asked {
		t.Errorf("exit code %d, %v; asked: %v", end.code, err, asked)
	}
}

func TestAnUnansweredQuestionLeavesTheRunUnfinished(t *testing.T) {
	file := strings.Replace(fmt.Sprintf(rolloutStrategy, "type: NodeImageOnly"), "{name: first, groups", "{name: first, environment: {name: dev, reviewers: 1}, groups", 1)
	for reply, want := range map[string]string{"": "# Upgrade of rollout: unfinished", "no\n": "# Upgrade of rollout: refused"} {
		c, sh, s, _ := rolloutCall(t, file, nil)
		c.interactive, c.stdin = true, strings.NewReader(reply)
		result, err := planAndRun(context.Background(), c, sh, s, plan.Orders{}, terminalApprover(c.system))
		if err != nil {
			t.Fatal(err)
		}
		summary, _ := c.out().read(summaryFile)
		if !strings.HasPrefix(string(summary), want+"\n") || !strings.Contains(string(summary), "fleet-action run --strategy strategy.yml --out out --poll-interval 1m\n") {
			t.Errorf("%q, exit code %d: want %q with the command to run again in\n%s", reply, result.code, want, summary)
		}
		if result.data.(fleet.Result).Stages[0].Outcome != fleet.OutcomeUnfinished {
			t.Errorf("%q: the stage is recorded as %q", reply, result.data.(fleet.Result).Stages[0].Outcome)
		}
	}
}
