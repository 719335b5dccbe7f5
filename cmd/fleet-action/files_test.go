package main

import (
	"os"
	"path/filepath"
	"testing"
)

// TestWhatAContainerLeavesCanBeCleanedUp: the action's container runs as root, and a self-hosted runner as another user.
func TestWhatAContainerLeavesCanBeCleanedUp(t *testing.T) {
	for open, want := range map[bool]os.FileMode{true: 0o777, false: 0o755} {
		out := folder{path: filepath.Join(t.TempDir(), "out"), open: open}
		if err := out.write(planFile, []byte("{}")); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(out.path)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got&want != got || open && got != want {
			t.Errorf("open is %v, and the folder has %o", open, got)
		}
	}
}
