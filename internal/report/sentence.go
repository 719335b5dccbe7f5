package report

import (
	"strings"
	"time"
)

// SummaryLimit is the largest job summary that GitHub shows, in bytes; it drops a larger one as a whole.
const SummaryLimit = 1 << 20

// Sentence is a document of one paragraph.
func Sentence(sentence string) Document {
	var d Document
	d.add(paragraph{words(sentence)})
	return d
}

// Plain makes text from outside safe to print: no control characters, and no line that a runner takes for a command.
// Line ends stay.
func Plain(outside string) string {
	lines := strings.Split(outside, "\n")
	for i, line := range lines {
		lines[i] = guard(visibleLine(line))
	}
	return strings.Join(lines, "\n")
}

// Time writes a time as the documents do: "2026-11-23 14:05Z".
func Time(t time.Time) string { return stamp(t) }
