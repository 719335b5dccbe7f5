package report

import "testing"

func TestPlainIsSafeLineByLine(t *testing.T) {
	got := Plain("first\n::error::a\n\x1b[2Jb ##[group]c\n")
	if want := "first\n: :error::a\n\\x1b[2Jb ## [group]c\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestSentence(t *testing.T) {
	if got, want := Text(Sentence("stopped"), Style{}), "stopped\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := Time(noon), "2026-11-23 12:00Z"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
