package report

import (
	"strings"
	"testing"
)

func TestEscapeMarkdown(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"nothing to escape", "aks-dev-1 (westeurope), 1.34.2 → 50%", "aks-dev-1 (westeurope), 1.34.2 → 50%"},
		{"cell separator", "a|b", "a&#124;b"},
		{"backslash before a cell separator", `a\|b`, `a\\&#124;b`},
		{"code", "a `b` c", "a \\`b\\` c"},
		{"emphasis", "*a* _b_ ~c~", `\*a\* \_b\_ \~c\~`},
		{"HTML", "<img src=x onerror=y>&amp;", "&lt;img src=x onerror=y&gt;&amp;amp;"},
		{"HTML comment", "<!-- a -->", "&lt;!-- a --&gt;"},
		{"link", "[a](http://b)", `\[a\](http\://b)`},
		{"bare links", "https://aka.ms/x www.a.b WWW.a.b", `https\://aka.ms/x www\.a.b WWW\.a.b`},
		{"mention", "@octocat a@b.c", "@&#8203;octocat a@&#8203;b.c"},
		{"issue", "#12 GH-12 gh-3 a#b", "#&#8203;12 GH-&#8203;12 gh-&#8203;3 a#b"},
		{"mathematics", "$a$", `\$a\$`},
		{"line breaks", "a\r\nb\n\n# c\td", "a b # c d"},
		{"control characters", "a\x00\x1b[31mb\x7f", `a\\x00\\x1b\[31mb\\x7f`},
		{"bidirectional override", "a\u202eb\u2066", `a\\u202eb\\u2066`},
		{"invalid UTF-8", "a\xffb", "a\uFFFDb"},
		{"beyond the basic plane", "a\U000e0041b🙂", `a\\U000e0041b🙂`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := escapeMarkdown(test.in); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestEscapeStart(t *testing.T) {
	tests := map[string]string{
		"# a": `\# a`, "- a": `\- a`, "+ a": `\+ a`, "=== a": `\=== a`, "1. a": `1\. a`, "12) a": `12\) a`, "    a": "a", "12 a": "12 a", "12": "12", "": "", "a": "a",
	}
	for in, want := range tests {
		if got := escapeStart(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestEscapeMermaid(t *testing.T) {
	tests := map[string]string{
		"aks-dev-1":                    "aks-dev-1",
		"a: b; c # d \"e\"\n```f":      "a b c d e f",
		"%% comment":                   "comment",
		"":                             "unnamed",
		";;;":                          "unnamed",
		"section":                      "· section",
		"Title of it":                  "· Title of it",
		"2026-11-23":                   "· 2026-11-23",
		"→":                            "· →",
		"東京":                           "東京",
		"<script>x":                    "script x",
		strings.Repeat("long ", 20):    "long long long long long long long long long long long long",
		"eu (3 clusters)":              "eu (3 clusters)",
		"a\u202eb{c}[d]|e&f@g*h_i~j$k": "a u202eb c d e f g h_i j k",
	}
	for in, want := range tests {
		if got := escapeMermaid(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestGuard(t *testing.T) {
	tests := map[string]string{
		"::error::x":         ": :error::x",
		"  ::add-mask::x":    "  : :add-mask::x",
		"a ::error::x":       "a ::error::x",
		"a ##[error]x":       "a ## [error]x",
		"##[a]##[b]":         "## [a]## [b]",
		"aks-dev-1: nothing": "aks-dev-1: nothing",
	}
	for in, want := range tests {
		if got := guard(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}
