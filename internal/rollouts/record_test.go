package rollouts

import (
	"errors"
	"strings"
	"testing"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/github"
)

func stage(name string) fleet.Result {
	return fleet.Result{Digest: "sha256:d", Stages: []fleet.StageResult{{Name: name, State: fleet.Running}}}
}

func TestRecordsAreInTheOrderInWhichTheyWereStored(t *testing.T) {
	r := newRepository(t)
	r.records(1, "result-second-1", at(2), stage("second"))
	r.records(1, "gate-first-after-1-1", at(3), stage("of a gate"))
	r.records(2, "result-first-1", at(1), stage("first"))
	r.stores(2, "fleet-plan-0123", at(0), "{}")
	r.stores(2, "results", at(0), "{}")
	known, findings, err := Records(t.Context(), r, 1, 2)
	var names []string
	for _, result := range known {
		names = append(names, result.Stages[0].Name)
	}
	if got := strings.Join(names, ", "); got != "first, second, of a gate" || len(findings) > 0 || err != nil {
		t.Errorf("got %s, %v, %v", got, findings, err)
	}
}

// A new record of a stage voids the approvals after it, so of two at once that of the stage comes first.
func TestAnApprovalAtOnceWithAStageComesAfterIt(t *testing.T) {
	stored := []github.Artifact{{Name: "gate-first-after-1-1"}, {Name: "result-first-1"}, {Name: "fleet-plan-0123"}, {Name: "gated"}}
	if got := recordsAmong(stored); len(got) != 2 || got[0].Name != "result-first-1" {
		t.Errorf("got %v", got)
	}
}

func TestArtifactsThatAreNoRecords(t *testing.T) {
	r := newRepository(t)
	r.stores(1, "result-first-1", at(1), "{}")
	r.stores(1, "result-second-1", at(2), "")
	r.expired[1] = []github.Artifact{{Name: "gate-first-after-1-1"}, {Name: "fleet-plan-0123"}}
	known, findings, err := Records(t.Context(), r, 1)
	if len(known) != 0 || len(findings) != 3 || err != nil {
		t.Fatalf("got %v, %v, %v", known, findings, err)
	}
	for i, want := range []string{"gate-first-after-1-1 is not used: it has expired", "result-first-1 is not used", "result-second-1 is not used: no result.json: it holds nothing"} {
		if !strings.Contains(findings[i].Message, want) {
			t.Errorf("got %q, want %q", findings[i].Message, want)
		}
	}
}

// Where GitHub does not answer, a record may be missing: nothing is known.
func TestRecordsThatCannotBeAskedFor(t *testing.T) {
	r := newRepository(t)
	r.records(1, "result-first-1", at(1), stage("first"))
	r.stores(1, "result-second-1", at(2), "broken")
	if _, _, err := Records(t.Context(), r, 1); !errors.Is(err, errDown) {
		t.Errorf("got %v", err)
	}
	r.err = errDown
	if _, _, err := Records(t.Context(), r, 1); !errors.Is(err, errDown) {
		t.Errorf("got %v", err)
	}
}

func TestDecodeResult(t *testing.T) {
	result, err := DecodeResult([]byte(encoded(t, stage("first"))))
	if err != nil || result.Stage("first").State != fleet.Running {
		t.Errorf("got %+v, %v", result, err)
	}
	for _, content := range []string{"", "[]", `{"schemaVersion": 1}`} {
		if _, err := DecodeResult([]byte(content)); err == nil {
			t.Errorf("%q is a result", content)
		}
	}
}
