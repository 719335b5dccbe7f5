package strategy

import (
	"fmt"
	"strings"
	"testing"

	"github.com/org/fleet-update-action/internal/fleet"
)

// Files that are large or strange on purpose get an answer, and soon: the large ones are so large that a time that grows
// with the square of their size would not end within the test's own limit.
func TestParseHostile(t *testing.T) {
	const mega = 5_000_000
	const kilo = 100_000
	fill := func(size int, head, part, tail string) string {
		return head + strings.Repeat(part, (size-len(head)-len(tail))/len(part)) + tail
	}
	cases := []struct {
		name, content, rule string
	}{
		{"one byte too large", strings.Repeat("#", maxSize+1), "file-too-large"},
		{"5 MB of comments", fill(mega, "", "# nothing\n", ""), "empty-file"},
		{"one long text", fill(kilo, "name: ", "a", "\n"), "out-of-range"},
		{"5 MB of brackets", fill(mega, "members: ", "[", ""), "yaml-syntax"},
		{"5 MB of aliases", fill(mega, "a: &a x\nb: [", "*a,                ", "]"), "too-many-aliases"},
		{"values", fill(2*maxValues+100, "members: [", "a,", "]"), "too-many-values"},
		{"blank lines", fill(kilo, "", "\n", ""), "empty-file"},
		{"spaces", fill(kilo, "", " ", ""), "empty-file"},
		{"escapes", fill(kilo, `name: "`, `\u0061`, `"`), "out-of-range"},
		{"unclosed quote", fill(kilo, `name: "`, "a ", ""), "yaml-syntax"},
		{"open braces", fill(kilo, "", "{", ""), "yaml-syntax"},
		{"dashes", fill(kilo, "", "- ", ""), "yaml-syntax"},
		{"question marks", fill(kilo, "", "? ", ""), "yaml-syntax"},
		{"keys", numbered(kilo/20, "key-%d: value\n"), "more-problems"},
		{"one key", fill(kilo, "", "name: a\n", ""), "more-problems"},
		{"clusters in one line", fill(kilo, "members: [{clusters: [", "{id: x},", "]}]"), "more-problems"},
		{"stages", fill(kilo, "stages:\n", "- {}\n", ""), "more-problems"},
		{"labels", "members: [{clusters: [{labels: {" + numbered(kilo/20, "k%d: 1, ") + "}}]}]", "more-problems"},
		{"anchors", numbered(kilo/20, "k%[1]d: &a%[1]d x\n"), "more-problems"},
		{"chain of aliases", chain(kilo / 40), "too-many-aliases"},
		{"documents", fill(kilo, "", "---\n", ""), "empty-file"},
		{"merges", fill(kilo, "a: &a {b: c}\n", "d: {<<: *a}\n", ""), "more-problems"},
		{"huge number", "version: 1e999999999\n", "wrong-type"},
		{"hexadecimal", "stages: [{minSucceeded: 0x2}]\n", "wrong-type"},
		{"digits in groups", "stages: [{minSucceeded: 1_000}]\n", "wrong-type"},
		{"endless digits", fill(kilo, "version: ", "9", "\n"), "wrong-type"},
		{"tags", "version: !!binary aGk=\nname: !foo {a: b}\n", "wrong-type"},
		{"UTF-16", "\xff\xfev\x00e\x00r\x00", "not-utf8"},
		{"only a byte order mark", "\xef\xbb\xbf", "empty-file"},
		{"nothing", "", "empty-file"},
		{"null", "~\n", "wrong-type"},
		{"directive", "%YAML 9.9\n---\nversion: 1\n", "yaml-syntax"},
		{"escape that is none", `name: "\q"`, "yaml-syntax"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, findings := Parse("strategy.yml", []byte(c.content))
			if !breaks(findings, c.rule) {
				t.Errorf("want the rule %s, got:\n%.500s", c.rule, render(findings[:min(3, len(findings))]))
			}
			for _, finding := range findings {
				checkPosition(t, finding)
			}
		})
	}
}

// checkPosition checks that a finding has a place that can be shown.
func checkPosition(t *testing.T, f fleet.Finding) {
	t.Helper()
	p := f.Position
	if p.File == "" || p.Line < 1 || p.Column < 1 || p.Length < 0 {
		t.Fatalf("bad position: %+v", f)
	}
	if runes := len([]rune(p.Source)); p.Source != "" && p.Column-1+p.Length > runes {
		t.Fatalf("the position ends behind its line of %d: %+v", runes, f)
	}
	if len(f.Message) > 1000 || f.Advice == "" || f.Rule == "" {
		t.Fatalf("bad finding: %+v", f)
	}
}

func numbered(count int, format string) string {
	var b strings.Builder
	for i := range count {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

// chain builds anchors that each repeat the one before.
func chain(count int) string {
	var b strings.Builder
	b.WriteString("a0: &a0 [x]\n")
	for i := 1; i < count; i++ {
		fmt.Fprintf(&b, "a%d: &a%d [*a%d]\n", i, i, i-1)
	}
	return b.String()
}
