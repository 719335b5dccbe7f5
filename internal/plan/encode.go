package plan

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/schema"
)

// SchemaVersion is the version of plan.json that Build makes and Decode reads.
const SchemaVersion = 1

// RuleDigestMismatch is the rule of Decode's finding that a plan was changed after it was made: a refusal, where all
// its other findings are about a file that is not a plan.
const RuleDigestMismatch = "digest-mismatch"

// Encode writes the plan as plan.json. The same plan gives the same bytes.
func Encode(p Plan) ([]byte, error) {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(p); err != nil {
		return nil, fmt.Errorf("encode the plan of %s: %w", p.Name, err)
	}
	return buffer.Bytes(), nil
}

// Decode reads plan.json: against its schema, then its digest against its content. The findings say what is wrong; the
// Plan means something only where none of them is an Error.
func Decode(file string, content []byte) (Plan, []fleet.Finding) {
	if findings := schema.CheckJSON(schema.Plan, file, content); fleet.HasErrors(findings) {
		return Plan{}, findings
	}
	var p Plan
	if err := json.Unmarshal(content, &p); err != nil {
		return Plan{}, []fleet.Finding{{
			Rule: "plan-unreadable", Severity: fleet.Error, Position: fleet.Position{File: file, Line: 1, Column: 1},
			Message: "The plan cannot be read: " + err.Error() + ".",
			Advice:  "Make a new plan.",
		}}
	}
	if actual := digest(p); actual != p.Digest {
		return Plan{}, []fleet.Finding{{
			Rule: RuleDigestMismatch, Severity: fleet.Error, Position: fleet.Position{File: file, Line: 1, Column: 1},
			Message: fmt.Sprintf("The plan was changed after it was made: it says digest %s, and its content has %s.", p.Digest, actual),
			Advice:  "Make a new plan. What is to be left out is asked for with a skip target when planning, not by editing the plan.",
		}}
	}
	return p, nil
}
