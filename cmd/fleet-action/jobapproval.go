package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
)

// approver answers for the approvals of a plan in a job: one that the job's own environment stands for was given when
// GitHub let the job begin, any other is recorded by the job of its gate.
func (j *job) approver(recorded []fleet.GateResult) approver {
	return func(ctx context.Context, q question) (fleet.GateResult, error) {
		if q.stage.Given(q.approval) {
			return j.granted(ctx, q)
		}
		for _, given := range recorded {
			if given.SameGate(q.given()) {
				return given, nil
			}
		}
		return fleet.GateResult{}, &failure{
			code: exitRefused, err: fmt.Errorf("%s Its approval is not recorded for this plan", q.text),
			next: "Have the job of the gate " + q.approval.Gate + " of stage " + q.stage.Name + " approved and run to its end first.",
		}
	}
}

// granted says who approved what the job's environment stands for. The job runs, and its environment is protected as
// required: that is the approval; GitHub's list of reviews tells who it was.
func (j *job) granted(ctx context.Context, q question) (fleet.GateResult, error) {
	if j.made.Policy.ByDispatch() {
		return j.started(ctx, q)
	}
	reviews, err := j.api.Approvals(ctx, j.run)
	if err != nil {
		return fleet.GateResult{}, err
	}
	given := q.given()
	for _, review := range reviews {
		if review.State == "approved" && slices.ContainsFunc(review.Environments, sameName(given.Environment)) {
			given.ApprovedBy, given.Comment = review.User, review.Comment
		}
	}
	bypass := q.approval.Environment.AdminBypass
	if given.ApprovedBy == "" && bypass != nil && !*bypass {
		return given, &failure{
			code: exitRefused, err: fmt.Errorf("%s GitHub has no review of environment %s in this run", q.text, given.Environment),
			next: "Have its reviewers approve the job; adminBypass: false in the strategy takes nothing else.",
		}
	}
	if given.ApprovedBy == "" {
		given.Comment = "GitHub has no review of it: an administrator let the job pass"
	}
	return given, nil
}

func sameName(environment string) func(string) bool {
	return func(name string) bool { return strings.EqualFold(name, environment) }
}

// started takes the start of the job by hand for the approval, by whoever the branch policy of the environment lets start
// it. A bot is nobody: whoever told it to start the job could have done so in any workflow.
func (j *job) started(ctx context.Context, q question) (fleet.GateResult, error) {
	given := q.given()
	own, err := j.api.Run(ctx, j.run)
	if err != nil {
		return given, err
	}
	given.ApprovedBy, given.Comment = own.TriggeringActor, "started the job by hand"
	starters := []string{own.Actor, own.TriggeringActor}
	if slices.ContainsFunc(starters, func(name string) bool { return strings.HasSuffix(name, "[bot]") || name == "" }) {
		return given, notBy(q, strings.Join(starters, " and ")+" started the job, and only people approve", "Have somebody start this job by hand.")
	}
	if !q.approval.Environment.PreventSelfReview {
		return given, nil
	}
	planner, err := j.api.Run(ctx, j.planned)
	if err != nil {
		return given, err
	}
	for _, name := range starters {
		if sameName(name)(planner.Actor) || sameName(name)(planner.TriggeringActor) {
			return given, notBy(q, name+" made the plan, and may not approve it as well", "Have somebody else start this job; preventSelfReview in the strategy asks for that.")
		}
	}
	return given, nil
}

func notBy(q question, why, next string) error {
	return &failure{code: exitRefused, err: fmt.Errorf("%s %s", q.text, why), next: next}
}
