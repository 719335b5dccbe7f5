package main

import (
	"context"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/report"
	"github.com/org/fleet-update-action/internal/rollouts"
)

func resumeCommand() command {
	return command{
		name:    "resume",
		summary: "re-runs the failed jobs of a rollout that waits, once its time has come",
		example: "fleet-action resume --strategy .github/fleet/strategy.yml --repository org/fleet",
		options: []string{"strategy", "format", "token", "repository"},
		run:     resume,
	}
}

func resume(ctx context.Context, c call) (answer, error) {
	s, api, err := strategyAndAPI(c)
	if err != nil {
		return answer{}, err
	}
	branch := c.getenv("GITHUB_REF_NAME") // of a schedule the default branch
	if branch == "" {
		repository, err := api.Repository(ctx)
		if err != nil {
			return answer{}, err
		}
		branch = repository.DefaultBranch
	}
	finding, err := rollouts.Resume(ctx, api, s, branch, c.now())
	if err != nil {
		return answer{}, err
	}
	findings := []fleet.Finding{finding}
	return answer{
		document: report.Findings("Waiting rollouts of "+s.Name, findings), data: map[string]any{"findings": findings}, findings: findings,
	}, nil
}
