package main

import (
	"os"
	"path/filepath"
	"testing"
)

// TestWhatAContainerLeavesCanBeCleanedUp: the action's container runs as root, and a self-hosted runner as another user.
func TestWhatAContainerLeavesCanBeCleanedUp(t *testing.T) {
	for open, want := range map[bool]os.FileMode{true: 0o777, false: 0o755} {
		above := filepath.Join(t.TempDir(), ".fleet")
		out := folder{path: filepath.Join(above, "run"), open: open}
		if err := out.write(planFile, []byte("{}")); err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{above, out.path} {
			info, err := os.Stat(path)
			if err != nil {
				t.Fatal(err)
			}
			if got := info.Mode().Perm(); got&want != got || open && got != want {
				t.Errorf("open is %v, and %s has %o", open, path, got)
			}
		}
	}
}
