package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/strategy"
)

// protected compares GitHub's environments with what is required of them. The findings refuse: GitHub makes an
// environment that does not exist, without any protection, as soon as a job names it.
func protected(ctx context.Context, api *github.API, required []fleet.Environment, approvals string) ([]fleet.Finding, error) {
	compared, err := compare(ctx, api, required, approvals)
	return compared.findings, err
}

// comparison is how the environments of a repository are protected, and where that is less than is required.
type comparison struct {
	repository  github.Repository
	protections map[string]fleet.Protection // by the environment's name in lower case
	findings    []fleet.Finding
}

func compare(ctx context.Context, api *github.API, required []fleet.Environment, approvals string) (comparison, error) {
	found := comparison{protections: map[string]fleet.Protection{}}
	if len(required) == 0 {
		return found, nil
	}
	repository, err := api.Repository(ctx)
	if err != nil {
		return comparison{}, err
	}
	found.repository = repository
	byHand := approvals == strategy.ApprovalsByDispatch
	for _, environment := range required {
		actual, err := api.Protection(ctx, environment.Name)
		if err != nil {
			return comparison{}, err
		}
		if byHand {
			if actual, err = api.BranchProtection(ctx, environment, actual, repository); err != nil {
				return comparison{}, err
			}
		}
		found.protections[strings.ToLower(environment.Name)] = actual
		found.findings = append(found.findings, github.Compare(environment, actual, repository, byHand)...)
	}
	return found, nil
}

// standsIn checks that the job runs in the environment that it has to run in: what the workflow says of it is what
// anybody could have written there, what GitHub's token says is what the job was let into. said is what the workflow
// says, where it does.
func (j *job) standsIn(ctx context.Context, environment *fleet.Environment, said string) ([]fleet.Finding, error) {
	if environment == nil && said == "" {
		return nil, nil
	}
	wanted := fleet.Environment{Name: said}
	if environment != nil {
		wanted = *environment
	}
	claims, ok, err := j.claims(ctx)
	if err != nil {
		return nil, err
	}
	refuse := func(rule, message, advice string) ([]fleet.Finding, error) {
		return []fleet.Finding{{Rule: rule, Severity: fleet.Error, Message: message, Advice: advice, Position: wanted.Position}}, nil
	}
	switch {
	case !ok:
		return refuse("environment-unproven", fmt.Sprintf("nothing shows that this job runs in the environment %s: it is given no OIDC token", wanted.Name),
			"give the job permissions: id-token: write")
	case !strings.EqualFold(claims.Environment, wanted.Name):
		return refuse("environment-mismatch", fmt.Sprintf("this job has to run in the environment %s, and GitHub says that it runs in %s", wanted.Name, orNone(claims.Environment)),
			"generate the workflow again with fleet-action workflow generate, and run it from its start")
	case said != "" && !strings.EqualFold(claims.Environment, said):
		return refuse("environment-mismatch", fmt.Sprintf("the workflow says that this job runs in the environment %s, and GitHub says that it runs in %s", said, orNone(claims.Environment)),
			"give the action the name of the environment that the job runs in")
	}
	return nil, nil
}

func orNone(environment string) string {
	if environment == "" {
		return "none"
	}
	return environment
}

// guard is what must hold of a job before it may act for a stage or gate of its plan: it runs where it has to, and that
// environment is protected as required.
func (j *job) guard(ctx context.Context, environment *fleet.Environment, said string) ([]fleet.Finding, error) {
	refused, err := j.standsIn(ctx, environment, said)
	if err != nil || len(refused) > 0 || environment == nil {
		return refused, err
	}
	findings, err := protected(ctx, j.api, []fleet.Environment{*environment}, j.made.Policy.Approvals)
	if err != nil || !fleet.HasErrors(findings) {
		return nil, err
	}
	return findings, nil
}
