package github_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/org/fleet-update-action/internal/github"
)

func TestReadEvent(t *testing.T) {
	for _, test := range []struct {
		name, content string
		want          github.Event
		fork          bool
	}{
		{"from the repository", `{"pull_request":{"number":7,"head":{"repo":{"full_name":"Org/Fleet"}},"base":{"repo":{"full_name":"org/fleet"}}}}`, github.Event{Number: 7, Head: "Org/Fleet", Base: "org/fleet"}, false},
		{"from a fork", `{"pull_request":{"number":7,"head":{"repo":{"full_name":"mallory/fleet"}},"base":{"repo":{"full_name":"org/fleet"}}}}`, github.Event{Number: 7, Head: "mallory/fleet", Base: "org/fleet"}, true},
		{"from a fork that is deleted", `{"pull_request":{"number":7,"head":{"repo":null},"base":{"repo":{"full_name":"org/fleet"}}}}`, github.Event{Number: 7, Base: "org/fleet"}, true},
		{"no pull request", `{"inputs":{"do":"plan"}}`, github.Event{}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "event.json")
			if err := os.WriteFile(path, []byte(test.content), 0o600); err != nil {
				t.Fatal(err)
			}
			got, err := github.ReadEvent(path)
			if err != nil || got != test.want || got.Fork() != test.fork {
				t.Errorf("got %+v, fork %v, %v", got, got.Fork(), err)
			}
		})
	}
	if _, err := github.ReadEvent(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("a file that is not there is read")
	}
	path := filepath.Join(t.TempDir(), "event.json")
	if err := os.WriteFile(path, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := github.ReadEvent(path); err == nil {
		t.Error("half a file is read")
	}
}
