package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

// keepEarlier keeps plan and result of a run that has begun something, where others are about to take their place: how long
// it took, who approved it and what failed in it is in no other place.
func keepEarlier(out disk) ([]fleet.Finding, error) {
	content, err := out.read(planFile)
	if err != nil {
		return nil, nil
	}
	made, findings := plan.Decode(planFile, content)
	result, err := readResult(out, made.Digest)
	if fleet.HasErrors(findings) || err != nil || len(result.Stages) == 0 {
		return nil, nil
	}
	recorded, err := out.read(resultFile)
	if err != nil {
		return nil, err
	}
	for name, content := range map[string][]byte{planFile: content, resultFile: recorded} {
		if err := out.write(earlierName(name, made), content); err != nil {
			return nil, err
		}
	}
	return []fleet.Finding{{
		Rule: "earlier-run-kept", Severity: fleet.Note,
		Message: fmt.Sprintf("The record of the run that was here before is kept as %s and %s.", earlierName(planFile, made), earlierName(resultFile, made)),
	}}, nil
}

// earlierName is the name of a file of an earlier run in a folder: with the short digest of its plan.
func earlierName(name string, made plan.Plan) string {
	extension := filepath.Ext(name)
	return strings.TrimSuffix(name, extension) + "-" + made.Short() + extension
}

// planBeside is the plan that a result is of: the file beside it, of an earlier run in the folder that with its digest.
func planBeside(result string) string {
	folder, name := filepath.Split(result)
	if digest, kept := strings.CutPrefix(name, strings.TrimSuffix(resultFile, ".json")+"-"); kept {
		return folder + strings.TrimSuffix(planFile, ".json") + "-" + digest
	}
	return folder + planFile
}
