package main

import (
	"os"
	"path/filepath"
	"testing"
)

// TestTheRecordOfAnEarlierRunIsKept: another run in the same folder takes its place, and it can still be retried.
func TestTheRecordOfAnEarlierRunIsKept(t *testing.T) {
	d := newDesk(t, threeFails, "maxAllowedFailures: 0", "maxAllowedFailures: 1")
	d.must(d.run("out"), exitDone, "succeeded with 1 failure")
	first := d.plan("out")
	before := d.result("out")
	kept := func(name string) string { return filepath.Join(d.folder("out"), earlierName(name, first)) }
	d.must(d.types("out", "plan", "--strategy", d.file), exitDone, "The record of the run that was here before is kept as plan-"+first.Short()+".json and result-"+first.Short()+".json")
	for _, name := range []string{planFile, resultFile} {
		if _, err := os.Stat(kept(name)); err != nil {
			t.Error(err)
		}
	}
	if d.plan("out").Digest == first.Digest || len(before.Stages) == 0 {
		t.Error("nothing took its place")
	}
	d.must(d.types("retry", "plan", "--strategy", d.file, "--retry", kept(resultFile)), exitDone, "1 cluster will be upgraded")
	d.must(d.types("out", "plan", "--strategy", d.file, "--retry", kept(resultFile)), exitDone, "1 cluster will be upgraded")
}

func TestAPlanThatNothingWasDoneOfIsNotKept(t *testing.T) {
	d := newDesk(t, "")
	for range 2 {
		d.must(d.types("out", "plan", "--strategy", d.file), exitDone)
	}
	if found, _ := filepath.Glob(filepath.Join(d.folder("out"), "plan-*")); len(found) != 0 {
		t.Errorf("kept are %v", found)
	}
}
