package main

import (
	"cmp"
	"context"
	"fmt"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/report"
	"github.com/org/fleet-update-action/internal/strategy"
)

// runName is the name of the command run.
const runName = "run"

func runCommand() command {
	return command{
		name:    runName,
		summary: "plans and executes all stages in one process, asking on the terminal where a stage wants approval",
		example: "fleet-action run --strategy .github/fleet/strategy.yml --skip \"Stage:canary\" --out out",
		options: []string{
			"strategy", "members", "profile", "upgrade-type", "kubernetes-version", "node-image-selection", "retry", "skip", "name", "out", "format",
			"poll-interval", "deadline", "cloud", "azure-endpoint", "client-id", "tenant-id",
		},
		run: runAll,
	}
}

func runAll(ctx context.Context, c call) (answer, error) {
	c.orders = ordersOf(c.values)
	s, orders, err := readOrders(ctx, c)
	if err != nil {
		return answer{}, err
	}
	sh, err := realShells(c)
	if err != nil {
		return answer{}, err
	}
	release, err := c.out().lock()
	if err != nil {
		return answer{}, err
	}
	defer release()
	if made, going := unfinished(c.out(), c.orders, sh.now()); going {
		return goOn(ctx, c, sh, made, terminalApprover(c.system))
	}
	return planAndRun(ctx, c, sh, s, orders, terminalApprover(c.system))
}

// planAndRun is the main job from strategy to upgraded clusters; run and demo differ only in its arguments.
func planAndRun(ctx context.Context, c call, sh shells, s strategy.Strategy, orders plan.Orders, approve approver) (answer, error) {
	made, reading, err := readAndPlan(ctx, sh, s, orders)
	if err != nil {
		return answer{}, err
	}
	kept, err := c.writePlan(made)
	if err != nil {
		return answer{}, err
	}
	if made.Errored {
		return c.answerPlan(made, reading, c.stageLine)
	}
	c.announce(report.Brief(made, c.outFile(planFile)))
	r, err := newRollout(sh, made, c, approve, fleet.Result{Orders: c.orders}) // what an equal plan came to is no end of this one
	if err != nil {
		return answer{}, err
	}
	r.result.Findings = append(r.result.Findings, kept...)
	end, err := r.all(ctx)
	return r.finish(ctx, end, err)
}

// announce says what is about to be done, before it is.
func (c call) announce(d report.Document) {
	fmt.Fprintln(c.progress(), report.Text(d, style(c.system)))
}

// finish turns the end of a rollout into an answer. An error of Azure does not lose what was done so far: it becomes a
// finding of the result.
func (r *rollout) finish(ctx context.Context, end verdict, err error) (answer, error) {
	if ctx.Err() != nil {
		r.result.Findings = append(r.result.Findings, fleet.Finding{
			Rule: "cancelled", Severity: fleet.Warning, Message: "This was told to stop. Nothing new was begun; what had been begun in Azure goes on there by itself.",
			Advice: "Go on with it as said here: what runs in Azure is then followed to its end, and nothing is begun twice.",
		})
		_ = r.write()
	}
	if err != nil {
		what, next := explain(err)
		r.result.Findings = append(r.result.Findings, fleet.Finding{
			Rule: cmp.Or(ruleOf(err), report.RuleInterrupted), Severity: fleet.Error, Message: what, Advice: next,
		})
		_ = r.write() // where just that is what failed, the answer is the record
		end = verdict{codeOf(err), next}
		if end.code == exitInput && len(r.result.Stages) > 0 {
			end.code = exitAgain // the login and the folder were good enough to begin with
		}
	}
	return r.answer(end), nil
}
