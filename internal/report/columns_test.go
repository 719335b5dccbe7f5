package report

import (
	"strings"
	"testing"
)

func TestWrap(t *testing.T) {
	tests := []struct {
		name  string
		in    text
		limit int
		want  []string
	}{
		{"fits", words("one two"), 7, []string{"one two"}},
		{"breaks between words", words("one two three"), 7, []string{"one two", "three"}},
		{"a word that is too long stays whole", words("a abcdefghij b"), 4, []string{"a", "abcdefghij", "b"}},
		{"and so does one of several spans", text{plain("in "), code("aks-"), code("production")}, 8, []string{"in", "aks-production"}},
		{"wide runes take two columns", words("東京都 港区"), 6, []string{"東京都", "港区"}},
		{"words of several spans stay together", text{plain("in "), code("canary"), plain(", now")}, 8, []string{"in", "canary,", "now"}},
		{"line ends", text{plain("a"), lineEnd(), plain("b")}, 0, []string{"a", "b"}},
		{"nothing", nil, 5, []string{""}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, line := range test.in.wrap(test.limit) {
				got = append(got, flat(line))
			}
			if strings.Join(got, "\n") != strings.Join(test.want, "\n") {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestClipTo(t *testing.T) {
	line := text{plain("abc"), strong("def")}
	for limit, want := range map[int]string{0: "abcdef", 6: "abcdef", 5: "abcd…", 3: "ab…"} {
		if got := flat(line.clipTo(limit)); got != want {
			t.Errorf("%d: got %q, want %q", limit, got, want)
		}
	}
}
