package main

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/report"
)

// question is one approval that a stage waits for.
type question struct {
	stage    plan.Stage
	approval plan.Approval
	digest   string // of the plan
	text     string
}

// given is the record of the approval.
func (q question) given() fleet.GateResult {
	record := fleet.GateResult{Stage: q.stage.Name, Gate: q.approval.Gate, Digest: q.digest}
	if q.approval.Environment != nil {
		record.Environment = q.approval.Environment.Name
	}
	return record
}

// approver answers a question with the record of the approval. An error means no: gates fail closed.
type approver func(ctx context.Context, q question) (fleet.GateResult, error)

// terminalApprover asks on the terminal and takes nothing but "yes". It asks on standard error: standard output may be
// a file.
func terminalApprover(s system) approver {
	if !s.interactive {
		return refuseApproval
	}
	lines := bufio.NewReader(s.stdin)
	return func(ctx context.Context, q question) (fleet.GateResult, error) {
		fmt.Fprintf(s.stderr, "%s Type yes to approve: ", report.Plain(q.text))
		reply, err := readLine(ctx, lines)
		if err != nil {
			fmt.Fprintln(s.stderr)
			return fleet.GateResult{}, &failure{code: exitAgain, err: fmt.Errorf("%s Nobody answered", q.text), next: "Run the same command again to be asked again."}
		}
		if strings.TrimSpace(reply) != "yes" {
			return fleet.GateResult{}, &failure{code: exitRefused, err: fmt.Errorf("not approved: %s", q.text), next: "Run the same command again to be asked again."}
		}
		given := q.given()
		given.ApprovedBy = cmp.Or(s.getenv("USER"), s.getenv("USERNAME")) // as the system has it, of whoever runs this
		return given, nil
	}
}

// refuseApproval is the approver where nobody can be asked.
func refuseApproval(_ context.Context, q question) (fleet.GateResult, error) {
	return fleet.GateResult{}, &failure{
		code: exitRefused,
		err:  fmt.Errorf("%s Nobody can be asked here", q.text),
		next: "Run the same command on a terminal, where it asks.",
	}
}

// readLine reads a line, unless the context ends first; the reader is then left waiting for the process to end.
func readLine(ctx context.Context, from *bufio.Reader) (string, error) {
	type reply struct {
		line string
		err  error
	}
	got := make(chan reply, 1)
	go func() {
		line, err := from.ReadString('\n')
		if err == io.EOF && line != "" {
			err = nil
		}
		got <- reply{line, err}
	}()
	select {
	case <-ctx.Done():
		return "", ctx.Err()
	case answered := <-got:
		return answered.line, answered.err
	}
}

// questions puts the approvals that a stage wants into words.
func questions(made plan.Plan, stage plan.Stage, wanted []plan.Approval) []question {
	all := make([]question, len(wanted))
	for i, approval := range wanted {
		all[i] = question{stage: stage, approval: approval, digest: made.Digest, text: wording(made, stage, approval)}
	}
	return all
}

func wording(made plan.Plan, stage plan.Stage, approval plan.Approval) string {
	if approval.Gate == plan.GateEnvironment {
		return fmt.Sprintf("Stage %s of plan %s waits for approval in environment %s.", stage.Name, made.Short(), approval.Environment.Name)
	}
	when := "before"
	if approval.After() {
		when = "after"
	}
	return fmt.Sprintf("%q %s stage %s of plan %s waits for approval.", cmp.Or(approval.DisplayName, "approval"), when, stage.Name, made.Short())
}
