package report

import (
	"strings"
	"testing"

	"github.com/org/fleet-update-action/internal/fleet"
)

func TestFindings(t *testing.T) {
	many := []fleet.Finding{{Rule: "image-age", Severity: fleet.Note, Message: "the image is 80 days old"}}
	for range 25 {
		many = append(many, fleet.Finding{Rule: "locked", Severity: fleet.Error, Stage: "canary", Cluster: id("aks-dev-1"), Message: "a read-only lock forbids every write", Advice: "Remove the lock."})
	}
	golden(t, "findings-many.golden.md", Markdown(Findings("Strategy fleet/production.yml", many), megabyte))
	golden(t, "findings-none.golden.md", Markdown(Findings("Strategy fleet/production.yml", nil), megabyte))
}

// Where all there is are notes, their title counts them.
func TestNotesAloneAreCountedOnce(t *testing.T) {
	d := Findings("Waiting rollouts", []fleet.Finding{{Rule: "resume", Severity: fleet.Note, Message: "run 7 waits"}})
	if got := Text(d, Style{}); strings.Count(got, "1 note") != 1 {
		t.Errorf("got\n%s", got)
	}
}

// Half a command is another command.
func TestCommandsAreNotCutShort(t *testing.T) {
	command := "gh api --method PUT " + strings.Repeat("x", 2000) + " --input the-end"
	shown := Markdown(Findings("Strategy", []fleet.Finding{{Rule: "environment-missing", Severity: fleet.Error, Message: "m", Advice: command}}), megabyte)
	if !strings.Contains(shown, command) {
		t.Errorf("got %s", shown)
	}
}

// What is only worth knowing may have a command as well.
func TestCommandsOfNotesAreShown(t *testing.T) {
	d := Findings("Environments", []fleet.Finding{{Rule: "wait-timer", Severity: fleet.Note, Message: "m", Command: "gh api --method PUT"}})
	for _, shown := range []string{Markdown(d, megabyte), Text(d, Style{Width: 120})} {
		if !strings.Contains(shown, "To change it") || !strings.Contains(shown, "gh api --method PUT") {
			t.Errorf("got %s", shown)
		}
	}
}

func TestARefusalLeadsToItsPage(t *testing.T) {
	d := Findings("Stage", []fleet.Finding{{Rule: "stale-digest", Severity: fleet.Error, Message: "m"}})
	if got, want := Markdown(d, megabyte), "(`stale-digest`)<br><"+fleet.HelpPage("stale-digest")+">"; !strings.Contains(got, want) {
		t.Errorf("%q is not in\n%s", want, got)
	}
	if got := Text(d, Style{Width: 120}); !strings.Contains(got, fleet.HelpPage("stale-digest")) {
		t.Errorf("the page is not in\n%s", got)
	}
}
