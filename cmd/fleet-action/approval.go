package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/report"
)

// approver answers for one gate. An error means no: gates fail closed.
type approver func(ctx context.Context, question string) error

// terminalApprover asks on the terminal and takes nothing but "yes". It asks on standard error: standard output may be
// a file.
func terminalApprover(s system) approver {
	if !s.interactive {
		return refuseApproval
	}
	lines := bufio.NewReader(s.stdin)
	return func(ctx context.Context, question string) error {
		fmt.Fprintf(s.stderr, "%s Type yes to approve: ", report.Plain(question))
		reply, err := readLine(ctx, lines)
		if err != nil {
			fmt.Fprintln(s.stderr)
			return &failure{code: exitAgain, err: fmt.Errorf("%s Nobody answered", question), next: "Run the same command again to be asked again."}
		}
		if strings.TrimSpace(reply) != "yes" {
			return &failure{code: exitRefused, err: fmt.Errorf("not approved: %s", question), next: "Run the same command again to be asked again."}
		}
		return nil
	}
}

// refuseApproval is the approver where nobody can be asked.
func refuseApproval(_ context.Context, question string) error {
	return &failure{
		code: exitRefused,
		err:  fmt.Errorf("%s Nobody can be asked here", question),
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

// approvalsBefore lists the questions to be answered before a stage may begin.
func approvalsBefore(made plan.Plan, stage plan.Stage) []string {
	var questions []string
	if stage.Environment != nil && stage.Environment.Reviewers > 0 {
		questions = append(questions, fmt.Sprintf("Stage %s of plan %s waits for approval in environment %s.", stage.Name, shortDigest(made), stage.Environment.Name))
	}
	return append(questions, gateQuestions(made, stage, "before", stage.BeforeGates)...)
}

// approvalsAfter lists the questions to be answered before a stage counts as done.
func approvalsAfter(made plan.Plan, stage plan.Stage) []string {
	return gateQuestions(made, stage, "after", stage.AfterGates)
}

func gateQuestions(made plan.Plan, stage plan.Stage, when string, gates []plan.Gate) []string {
	var questions []string
	for _, gate := range gates {
		if gate.Type != "Approval" {
			continue
		}
		name := gate.DisplayName
		if name == "" {
			name = "approval"
		}
		questions = append(questions, fmt.Sprintf("%q %s stage %s of plan %s waits for approval.", name, when, stage.Name, shortDigest(made)))
	}
	return questions
}

func shortDigest(made plan.Plan) string {
	digest := strings.TrimPrefix(made.Digest, "sha256:")
	return digest[:min(12, len(digest))]
}
