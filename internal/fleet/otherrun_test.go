package fleet

import "testing"

func TestOtherRun(t *testing.T) {
	run := OtherRun{ID: 123, Title: "Fleet production", URL: "https://github.com/org/fleet", Doing: "is under way", Why: "nothing is begun"}
	if got, want := run.Sentence(), "run 123 (Fleet production) is under way: nothing is begun"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
