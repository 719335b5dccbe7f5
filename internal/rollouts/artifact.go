package rollouts

import (
	"context"
	"errors"
	"strings"

	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/plan"
)

// The files that commands write, and that jobs store in artifacts, each in one of its own.
const (
	PlanFile   = "plan.json"
	ResultFile = "result.json"
)

// The artifacts in which the jobs of a run leave what they know to each other. Their names begin so; result and gate
// go on with the stage, the gate, and the attempt of the run, because an artifact cannot be written twice.
const (
	PlanArtifacts   = "fleet-plan-"
	resultArtifacts = "result-"
	gateArtifacts   = "gate-"
)

// PlanArtifact is the name of the artifact that holds a plan: the same for the same plan.
func PlanArtifact(made plan.Plan) string { return PlanArtifacts + made.Short() }

// Store is where the jobs of runs leave what they know to each other. Its methods hold to what *github.API says of its own.
type Store interface {
	Artifacts(ctx context.Context, run int64, prefix string) (kept, expired []github.Artifact, err error)
	ArtifactFile(ctx context.Context, artifact github.Artifact, file string) ([]byte, error)
}

func isPlan(a github.Artifact) bool { return strings.HasPrefix(a.Name, PlanArtifacts) }

// recordsAmong are the artifacts that hold records: those of stages, then those of approvals.
func recordsAmong(artifacts []github.Artifact) []github.Artifact {
	var records []github.Artifact
	for _, prefix := range []string{resultArtifacts, gateArtifacts} {
		for _, artifact := range artifacts {
			if strings.HasPrefix(artifact.Name, prefix) {
				records = append(records, artifact)
			}
		}
	}
	return records
}

// read reads what a file of an artifact holds. unread says why that is of no use, which another try would not change.
func read[T any](ctx context.Context, from Store, artifact github.Artifact, file string, decode func([]byte) (T, error)) (value T, unread, err error) {
	content, err := from.ArtifactFile(ctx, artifact, file)
	switch {
	case errors.Is(err, github.ErrNoRecord):
		return value, err, nil
	case err != nil:
		return value, nil, err
	}
	value, unread = decode(content)
	return value, unread, nil
}
