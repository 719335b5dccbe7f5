package rollouts

import (
	"context"
	"errors"
	"slices"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/plan"
)

// StoredPlan reads the plan that an artifact holds, the newest of that name in the last of the runs that has one, and says
// which run that is: 0 where none has, or it has expired. The content is yet to be decoded, and may be no plan.
func StoredPlan(ctx context.Context, from Store, name string, runs ...int64) (content []byte, run int64, err error) {
	for _, run := range slices.Backward(runs) {
		artifacts, _, err := from.Artifacts(ctx, run, name)
		if err != nil {
			return nil, 0, err
		}
		for _, artifact := range slices.Backward(artifacts) {
			if artifact.Name != name {
				continue
			}
			content, err := from.ArtifactFile(ctx, artifact, PlanFile)
			if !errors.Is(err, github.ErrNoRecord) {
				return content, run, err
			}
		}
	}
	return nil, 0, nil
}

// planIn is the plan that an artifact of a run holds. One that cannot be read is none: nobody can carry it out.
func planIn(ctx context.Context, from Store, run int64, name string) (made plan.Plan, there bool, err error) {
	content, holds, err := StoredPlan(ctx, from, name, run)
	if err != nil || holds == 0 {
		return plan.Plan{}, false, err
	}
	made, unread := decodePlan(content)
	return made, unread == nil && PlanArtifact(made) == name, nil
}

// newestPlan reads the newest plan among artifacts, nil where none is to be had: a run whose jobs were all run again made
// several. The findings are about newer ones that cannot be read.
func newestPlan(ctx context.Context, from Store, artifacts []github.Artifact) (made *plan.Plan, findings []fleet.Finding, err error) {
	for _, artifact := range slices.Backward(artifacts) {
		if !isPlan(artifact) {
			continue
		}
		made, unread, err := read(ctx, from, artifact, PlanFile, decodePlan)
		switch {
		case err != nil:
			return nil, findings, err
		case unread == nil:
			return &made, findings, nil
		}
		findings = append(findings, unreadable(artifact, unread.Error()))
	}
	return nil, findings, nil
}

func decodePlan(content []byte) (plan.Plan, error) {
	made, findings := plan.Decode("", content)
	if fleet.HasErrors(findings) {
		return plan.Plan{}, errors.New(fleet.FirstError(findings).Message)
	}
	return made, nil
}
