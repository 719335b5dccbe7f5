package github

import (
	"bytes"
	"testing"
)

func environment(values map[string]string) func(string) string {
	return func(name string) string { return values[name] }
}

func TestInputKeepsDashes(t *testing.T) {
	runner := NewRunner(environment(map[string]string{"INPUT_POLL-INTERVAL": " 5s "}), &bytes.Buffer{})
	if got := runner.Input("poll-interval"); got != "5s" {
		t.Errorf("input is %q, want 5s", got)
	}
}

func TestActiveOnlyUnderARunner(t *testing.T) {
	for value, want := range map[string]bool{"true": true, "": false, "false": false} {
		runner := NewRunner(environment(map[string]string{"GITHUB_ACTIONS": value}), &bytes.Buffer{})
		if runner.Active() != want {
			t.Errorf("GITHUB_ACTIONS=%q: active is %v, want %v", value, runner.Active(), want)
		}
	}
}

func TestMaskOnlyUnderARunner(t *testing.T) {
	for active, want := range map[string]string{"true": "::add-mask::se%25cret\n", "": ""} {
		var out bytes.Buffer
		NewRunner(environment(map[string]string{"GITHUB_ACTIONS": active}), &out).Mask("se%cret")
		if out.String() != want {
			t.Errorf("GITHUB_ACTIONS=%q: printed %q, want %q", active, out.String(), want)
		}
	}
}
