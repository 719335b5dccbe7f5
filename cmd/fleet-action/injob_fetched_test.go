package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestAServerThatTellsOfArtifactsAfterwards: as long as a run goes on, its jobs know of each other's artifacts what was
// downloaded for them, and what holds of those of the API holds of these.
func TestAServerThatTellsOfArtifactsAfterwards(t *testing.T) {
	p := newPipeline(t)
	p.records = t.TempDir()
	p.must(p.plan(), exitDone, "3 clusters will be upgraded")
	p.must(p.stage("aks-second", "second"), exitRefused, "1 of 1 members of stage first are not at their target")
	p.must(p.stage("aks-first", "first"), exitDone)
	p.approved("aks-second", "alice")
	p.must(p.stage("aks-second", "second", "--deadline", "5m"), exitAgain) // the wait after the first takes ten
	p.again()
	p.world.AdvanceTo(p.world.Now().Add(time.Hour))
	p.must(p.stage("aks-second", "second"), exitDone, "Stage second of guarded: succeeded")
	p.approved("aks-accept", "bob")
	p.must(p.gate("aks-accept", "second", "after-1"), exitDone, "given")
	p.must(p.job("", nil, "status", "--plan-artifact", p.outputs[outputArtifact]), exitDone, "Upgrade of guarded: succeeded", "alice", "bob")
	if stored := p.world.GitHub().Artifacts(p.run); len(stored) > 0 {
		t.Errorf("the API was told of %d artifacts", len(stored))
	}
}

func TestDownloadedArtifacts(t *testing.T) {
	tests := []struct {
		name   string
		spoil  func(records string) error
		code   exitCode
		pieces []string
	}{
		{"nothing was downloaded", os.RemoveAll, exitRefused, []string{`the run has no artifact "fleet-plan-`}},
		{"a record that is none", func(records string) error {
			return os.WriteFile(filepath.Join(records, "result-first-1", resultFile), []byte("{}"), 0o600)
		}, exitRefused, []string{"the artifact result-first-1 is not used"}},
		{"an artifact without its file", func(records string) error {
			return os.Remove(filepath.Join(records, "result-first-1", resultFile))
		}, exitRefused, []string{"the artifact result-first-1 is not used"}},
		{"a file where a folder should be", func(records string) error {
			return os.WriteFile(filepath.Join(records, "result-notes.txt"), nil, 0o600)
		}, exitDone, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := newPipeline(t)
			p.records = filepath.Join(t.TempDir(), "records")
			p.must(p.plan(), exitDone)
			p.must(p.stage("aks-first", "first"), exitDone)
			if err := test.spoil(p.records); err != nil {
				t.Fatal(err)
			}
			p.world.AdvanceTo(p.world.Now().Add(time.Hour))
			p.approved("aks-second", "alice")
			p.must(p.stage("aks-second", "second"), test.code, test.pieces...)
		})
	}
}

// TestTheLastDownloadedRecordCounts: their folders have no times, so what they say counts.
func TestTheLastDownloadedRecordCounts(t *testing.T) {
	p := newPipeline(t)
	p.records = t.TempDir()
	p.must(p.plan(), exitDone)
	p.attempt = 9
	p.must(p.stage("aks-first", "first", "--deadline", "1s"), exitAgain)
	p.attempt = 10 // before 9, as names go
	p.world.AdvanceTo(p.world.Now().Add(time.Hour))
	p.must(p.stage("aks-first", "first"), exitDone)
	p.must(p.job("", nil, "status", "--plan-artifact", p.outputs[outputArtifact]), exitAgain, "Upgrade of guarded: unfinished", "Stage second is next")
}
