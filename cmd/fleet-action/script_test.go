package main

import (
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// asMain makes the test binary be fleet-action itself, for tests of what only a process has: signals, exit codes, the
// certificates it trusts.
const asMain = "FLEET_ACTION_TEST_AS_MAIN"

func TestMain(m *testing.M) {
	if os.Getenv(asMain) != "" {
		main()
	}
	testscript.Main(m, map[string]func(){"fleet-action": main})
}

// TestScripts runs the command line as a user types it: testdata/script, one file per subject.
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{Dir: "testdata/script", RequireExplicitExec: true, UpdateScripts: os.Getenv("UPDATE_SCRIPTS") != ""})
}
