package report

import (
	"regexp"
	"slices"
	"strings"
)

// CommentLimit is how long a comment on GitHub may be, in characters.
const CommentLimit = 65_536

// maxSuperseded is how many earlier plans a comment names.
const maxSuperseded = 10

// Marker is the hidden first line by which the comment about a strategy file is found again: by its path, which is known also
// where its content cannot be read.
func Marker(strategy string) string {
	return "<!-- fleet-update-action plan: " + strings.ReplaceAll(strategy, "-->", "") + " -->"
}

var digestsLine = regexp.MustCompile(`(?m)^<!-- digests:((?: sha256:[0-9a-f]{64})+) -->$`)

// Comment writes the comment that shows a plan on a pull request, or, with no digest, why there is none. before is the
// comment that it replaces, or "": the plans that stood there are named as superseded, so that nobody approves one that
// they read yesterday.
func Comment(d Document, marker, digest, before string) string {
	var old []string
	if found := digestsLine.FindStringSubmatch(before); found != nil {
		old = slices.DeleteFunc(strings.Fields(found[1]), func(known string) bool { return known == digest })
	}
	old = old[:min(len(old), maxSuperseded)]
	head, tail := marker+"\n", superseded(old)
	if all := strings.TrimSpace(digest + " " + strings.Join(old, " ")); all != "" {
		head += "<!-- digests: " + all + " -->\n"
	}
	return head + Markdown(d, CommentLimit-len(head)-len(tail)) + tail
}

func superseded(digests []string) string {
	if len(digests) == 0 {
		return ""
	}
	short := make([]string, len(digests))
	for i, digest := range digests {
		short[i] = "~~`" + shortDigest(digest) + "`~~"
	}
	return "\nSuperseded plans of this pull request, newest first: " + strings.Join(short, ", ") + "\n"
}
