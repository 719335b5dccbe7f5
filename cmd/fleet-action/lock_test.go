//go:build unix && !solaris && !aix

package main

import (
	"path/filepath"
	"testing"
)

// TestTwoRunsInOneFolder: the second is told, and writes nothing; a folder is free again when its run has ended.
func TestTwoRunsInOneFolder(t *testing.T) {
	d := newDesk(t, "")
	release, err := folder{path: d.folder("out")}.lock()
	if err != nil {
		t.Fatal(err)
	}
	d.must(d.run("out"), exitInput, "another process plans or carries out a run in the folder "+d.folder("out"), "choose another folder with --out")
	if found, _ := filepath.Glob(filepath.Join(d.folder("out"), "*.json")); len(found) != 0 {
		t.Errorf("it wrote %v", found)
	}
	release()
	d.must(d.run("out"), exitDone)
	d.must(d.types("out", "stage", "--plan", filepath.Join(d.folder("out"), planFile), "--stage", "first"), exitDone)
	if release, err = (folder{path: d.folder("out")}).lock(); err != nil {
		t.Errorf("it is still locked: %v", err)
	} else {
		release()
	}
}
