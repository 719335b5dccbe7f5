package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/plan"
)

// The artifacts in which the jobs of a run leave what they know to each other. Their names begin so; result and gate
// go on with the stage, the gate, and the attempt of the run, because an artifact cannot be written twice.
const (
	planArtifacts   = "fleet-plan-"
	resultArtifacts = "result-"
	gateArtifacts   = "gate-"
)

// planArtifact is the name of the artifact that holds a plan: the same for the same plan.
func planArtifact(made plan.Plan) string { return planArtifacts + made.Short() }

// jobWithPlan is the job that a command runs in, with the plan that it is to act on: from the artifacts of its run, or of
// the earlier runs that count. A file would be whatever an earlier job left in the folder.
func jobWithPlan(ctx context.Context, c call) (*job, error) {
	j, err := newJob(c)
	if err != nil {
		return nil, err
	}
	name := c.values["plan-artifact"]
	if name == "" {
		return nil, wrongInput("in a job the plan is taken from an artifact, and none is named", "give the action plan-artifact: the output of the job that made the plan")
	}
	content, run, err := j.storedPlan(ctx, name, j.runs())
	if err != nil {
		return nil, err
	}
	if j.made, err = decodePlan("", content, c.values["plan-digest"]); err != nil {
		return nil, err
	}
	if strings.HasPrefix(name, planArtifacts) && name != planArtifact(j.made) {
		return nil, staleDigest(j.made, "of "+name)
	}
	j.planned = run
	return j, j.related(ctx)
}

// storedPlan reads a plan from the artifacts of some runs, the newest of that name, and says which run made it.
func (j *job) storedPlan(ctx context.Context, name string, runs []int64) (content []byte, run int64, err error) {
	for _, run := range slices.Backward(runs) {
		artifacts, _, err := j.store.Artifacts(ctx, run, name)
		if err != nil {
			return nil, 0, err
		}
		for _, artifact := range slices.Backward(artifacts) {
			if artifact.Name != name {
				continue
			}
			content, err = j.store.ArtifactFile(ctx, artifact, planFile)
			if !errors.Is(err, github.ErrNoRecord) {
				return content, run, err
			}
		}
	}
	return nil, 0, &failure{
		rule: "plan-missing", code: exitRefused, err: fmt.Errorf("the run has no artifact %q with a plan, or it has expired", name),
		next: "start the workflow anew: it makes a new plan",
	}
}

// planIn reads a plan from the artifacts of a run, the newest of that name. One that cannot be read is none: nobody can
// carry it out.
func planIn(ctx context.Context, kept store, run int64, name string) (made plan.Plan, there bool, err error) {
	artifacts, _, err := kept.Artifacts(ctx, run, name)
	if err != nil {
		return made, false, err
	}
	for _, artifact := range slices.Backward(artifacts) {
		content, err := kept.ArtifactFile(ctx, artifact, planFile)
		if err != nil && !errors.Is(err, github.ErrNoRecord) {
			return made, false, err
		}
		made, findings := plan.Decode("", content)
		if err == nil && !fleet.HasErrors(findings) && planArtifact(made) == name {
			return made, true, nil
		}
	}
	return made, false, nil
}

// record is what one job recorded, and in which artifact.
type record struct {
	artifact github.Artifact
	fleet.Result
}

// records collects what the jobs of some runs recorded, any attempt, in the order in which they did. Whose plan a record
// is of is for its reader to heed. The findings are about artifacts that are no records.
func records(ctx context.Context, kept store, runs ...int64) (known []record, findings []fleet.Finding, err error) {
	var artifacts []github.Artifact
	for _, run := range runs {
		all, expired, err := kept.Artifacts(ctx, run, "") // one request for both kinds
		if err != nil {
			return nil, nil, err
		}
		for _, prefix := range []string{resultArtifacts, gateArtifacts} {
			for _, gone := range ofKind(expired, prefix) {
				findings = append(findings, unreadable(gone.Name, "it has expired"))
			}
			artifacts = append(artifacts, ofKind(all, prefix)...)
		}
	}
	known, unread, err := readRecords(ctx, kept, artifacts)
	return known, append(findings, unread...), err
}

// ofKind are the artifacts whose names begin with prefix.
func ofKind(artifacts []github.Artifact, prefix string) []github.Artifact {
	return slices.DeleteFunc(slices.Clone(artifacts), func(a github.Artifact) bool { return !strings.HasPrefix(a.Name, prefix) })
}

// readRecords reads what artifacts hold, in the order in which they were stored.
func readRecords(ctx context.Context, kept store, artifacts []github.Artifact) (known []record, findings []fleet.Finding, err error) {
	slices.SortStableFunc(artifacts, func(a, b github.Artifact) int {
		return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID))
	})
	for _, artifact := range artifacts {
		content, err := kept.ArtifactFile(ctx, artifact, resultFile)
		if err != nil && !errors.Is(err, github.ErrNoRecord) {
			return nil, nil, err
		}
		result, unread := fleet.Result{}, err
		if err == nil {
			result, unread = decodeResult(content)
		}
		if unread != nil {
			findings = append(findings, unreadable(artifact.Name, unread.Error()))
			continue
		}
		known = append(known, record{artifact, result})
	}
	return known, findings, nil
}

// results are the records without their artifacts.
func results(known []record) []fleet.Result {
	all := make([]fleet.Result, len(known))
	for i := range known {
		all[i] = known[i].Result
	}
	return all
}

func unreadable(artifact, why string) fleet.Finding {
	return fleet.Finding{
		Rule: "record-unreadable", Severity: fleet.Warning,
		Message: fmt.Sprintf("the artifact %s is not used: %s", artifact, strings.TrimSuffix(why, ".")),
		Advice:  "a stage whose record is missing is run again; what is at its target is left alone",
	}
}
