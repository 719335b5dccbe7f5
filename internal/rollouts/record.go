package rollouts

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/schema"
)

// record is what one job recorded, and in which artifact.
type record struct {
	artifact github.Artifact
	fleet.Result
}

// Records collects what the jobs of some runs recorded, any attempt, in the order in which they did. Whose plan a record
// is of is for its reader to heed, as execute.Recorded does. The findings are about artifacts that are no records, or have
// expired; an error is of the store, and nothing is known then.
func Records(ctx context.Context, from Store, runs ...int64) (known []fleet.Result, findings []fleet.Finding, err error) {
	var artifacts []github.Artifact
	for _, run := range runs {
		all, expired, err := from.Artifacts(ctx, run, "") // one request for both kinds
		if err != nil {
			return nil, nil, err
		}
		for _, gone := range recordsAmong(expired) {
			findings = append(findings, unreadable(gone, "it has expired"))
		}
		artifacts = append(artifacts, recordsAmong(all)...)
	}
	records, unread, err := readRecords(ctx, from, artifacts)
	return results(records), append(findings, unread...), err
}

// readRecords reads what artifacts hold, in the order in which they were stored.
func readRecords(ctx context.Context, from Store, artifacts []github.Artifact) (known []record, findings []fleet.Finding, err error) {
	slices.SortStableFunc(artifacts, oldestFirst)
	for _, artifact := range artifacts {
		result, unread, err := read(ctx, from, artifact, ResultFile, DecodeResult)
		switch {
		case err != nil:
			return nil, nil, err
		case unread != nil:
			findings = append(findings, unreadable(artifact, unread.Error()))
		default:
			known = append(known, record{artifact, result})
		}
	}
	return known, findings, nil
}

func oldestFirst(a, b github.Artifact) int {
	return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID))
}

// results are the records without their artifacts.
func results(known []record) []fleet.Result {
	all := make([]fleet.Result, len(known))
	for i := range known {
		all[i] = known[i].Result
	}
	return all
}

// DecodeResult reads a result.json as a run or a job of it left it. The error says how it is not one, by its schema.
func DecodeResult(content []byte) (fleet.Result, error) {
	if findings := schema.CheckJSON(schema.Result, ResultFile, content); fleet.HasErrors(findings) {
		return fleet.Result{}, errors.New(fleet.FirstError(findings).Message)
	}
	var result fleet.Result
	err := json.Unmarshal(content, &result)
	return result, err
}

func unreadable(artifact github.Artifact, why string) fleet.Finding {
	return fleet.Finding{
		Rule: "record-unreadable", Severity: fleet.Warning,
		Message: fmt.Sprintf("the artifact %s is not used: %s", artifact.Name, strings.TrimSuffix(why, ".")),
		Advice:  "a stage whose record is missing is run again; what is at its target is left alone",
	}
}
