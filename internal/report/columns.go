package report

import (
	"slices"
	"strings"
	"unicode"
)

// runeWidth is how many terminal cells a rune takes: none for combining marks, two for East Asian wide characters and
// emoji, else one.
func runeWidth(r rune) int {
	switch {
	case r < 0x300:
		return 1
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	case r >= 0x1100 && r <= 0x115f, r >= 0x2e80 && r <= 0xa4cf, r >= 0xac00 && r <= 0xd7a3, r >= 0xf900 && r <= 0xfaff,
		r >= 0xfe30 && r <= 0xfe6f, r >= 0xff00 && r <= 0xff60, r >= 0xffe0 && r <= 0xffe6, r >= 0x1f300 && r <= 0x1faff,
		r >= 0x20000 && r <= 0x3fffd:
		return 2
	default:
		return 1
	}
}

func width(s string) int {
	total := 0
	for _, r := range s {
		total += runeWidth(r)
	}
	return total
}

func (t text) width() int {
	total := 0
	for _, s := range t {
		total += width(s.words)
	}
	return total
}

// lines splits words at their line ends and cleans them.
func (t text) lines() []text {
	all := []text{{}}
	for _, s := range t {
		last := len(all) - 1
		if s.kind == newLine {
			all = append(all, text{})
			continue
		}
		s.words = clean(s.words)
		all[last] = append(all[last], s)
	}
	return all
}

// wrap breaks words into lines of at most limit cells; 0 breaks at line ends alone. It breaks at blanks and nowhere else:
// half a name is another name. A word that is longer than a line makes its line longer.
func (t text) wrap(limit int) []text {
	var all []text
	for _, line := range t.lines() {
		if limit <= 0 || line.width() <= limit {
			all = append(all, line)
			continue
		}
		current, used := text{}, 0
		for _, word := range atoms(line) {
			if used > 0 && used+word.width() > limit {
				all = append(all, current)
				current, used = text{}, 0
			}
			if used == 0 {
				word = trimStart(word)
			}
			current = append(current, word...)
			used += word.width()
		}
		all = append(all, current)
	}
	return all
}

// atoms are what a line may be broken between: a word with the blanks before it, whatever spans it is made of.
func atoms(line text) []text {
	var all []text
	for _, s := range line {
		for _, part := range parts(s.words) {
			if len(all) == 0 || strings.HasPrefix(part, " ") {
				all = append(all, text{})
			}
			s.words = part
			all[len(all)-1] = append(all[len(all)-1], s)
		}
	}
	return all
}

// longestWord is the width below which no line of t can be made.
func (t text) longestWord() int {
	longest := 0
	for _, line := range t.lines() {
		for _, word := range atoms(line) {
			longest = max(longest, trimStart(word).width())
		}
	}
	return longest
}

// parts splits before blanks: "a b c" becomes "a", " b", " c".
func parts(s string) []string {
	var all []string
	for s != "" {
		next := strings.IndexByte(s[1:], ' ') + 1
		if next == 0 {
			return append(all, s)
		}
		all, s = append(all, s[:next]), s[next:]
	}
	return all
}

func appendRune(t text, like span, r rune) text {
	if last := len(t) - 1; last >= 0 && t[last].kind == like.kind && t[last].tone == like.tone {
		t[last].words += string(r)
		return t
	}
	like.words = string(r)
	return append(t, like)
}

func trimStart(t text) text {
	if len(t) == 0 || !strings.HasPrefix(t[0].words, " ") {
		return t
	}
	t = slices.Clone(t)
	t[0].words = strings.TrimLeft(t[0].words, " ")
	return t
}

// clipTo cuts a line that is wider than limit; the ellipsis tells that it did.
func (t text) clipTo(limit int) text {
	if limit <= 0 || t.width() <= limit {
		return t
	}
	var kept text
	used := 0
	for _, s := range t {
		for _, r := range s.words {
			if used += runeWidth(r); used > limit-1 {
				return append(kept, plain("…"))
			}
			kept = appendRune(kept, s, r)
		}
	}
	return kept
}

// shortened leaves out the middle of a name that is too long: names that are alike differ at their ends.
func shortened(name string, limit int) text {
	if width(name) <= limit {
		return words(name)
	}
	runes, used := []rune(name), 0
	tail := len(runes)
	for tail > 0 && used+runeWidth(runes[tail-1]) <= (limit-1)/2 {
		tail--
		used += runeWidth(runes[tail])
	}
	return append(words(name).clipTo(limit-used), plain(string(runes[tail:])))
}

// padded fills a line up with blanks to its column's width.
func (t text) padded(to int, right bool) text {
	blanks := plain(strings.Repeat(" ", max(0, to-t.width())))
	if right {
		return append(text{blanks}, t...)
	}
	return append(slices.Clip(t), blanks)
}
