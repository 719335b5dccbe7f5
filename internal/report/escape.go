package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// visible shows what a rune must not do: control characters, escape sequences, bidirectional overrides and other
// invisible runes become their Go escape, any kind of space becomes a space.
func visible(into *strings.Builder, r rune) {
	switch {
	case unicode.IsSpace(r):
		into.WriteByte(' ')
	case unicode.IsPrint(r):
		into.WriteRune(r)
	case r < 0x80:
		fmt.Fprintf(into, `\x%02x`, r)
	case r < 0x10000:
		fmt.Fprintf(into, `\u%04x`, r)
	default:
		fmt.Fprintf(into, `\U%08x`, r)
	}
}

// clean makes text from outside harmless on one line: nothing invisible, no line breaks, no runs of spaces.
func clean(s string) string {
	if isClean(s) {
		return s
	}
	var into strings.Builder
	into.Grow(len(s))
	spaced := false
	for _, r := range strings.ToValidUTF8(s, "\uFFFD") {
		space := unicode.IsSpace(r)
		if space && spaced {
			continue
		}
		spaced = space
		visible(&into, r)
	}
	return into.String()
}

// visibleLine is clean for text whose spaces mean something, such as source lines.
func visibleLine(s string) string {
	var into strings.Builder
	for _, r := range strings.ToValidUTF8(s, "\uFFFD") {
		visible(&into, r)
	}
	return into.String()
}

// isClean is the common case, told without an allocation.
func isClean(s string) bool {
	for i := range len(s) {
		plainASCII := s[i] >= ' ' && s[i] < 0x7f
		if !plainASCII || s[i] == ' ' && i > 0 && s[i-1] == ' ' {
			return false
		}
	}
	return true
}

// clip shortens s to at most limit runes; the ellipsis tells that it did.
func clip(s string, limit int) string {
	if len(s) <= limit || utf8.RuneCountInString(s) <= limit {
		return s
	}
	return strings.TrimRight(string([]rune(s)[:limit-1]), " ") + "…"
}

// escapeMarkdown makes s mean itself and nothing else anywhere in a GitHub-flavoured Markdown line, table cells
// included. Where GitHub would link or notify after rendering (@name, #123, GH-123), when no escape is left to see, an
// invisible zero-width space keeps it from matching.
func escapeMarkdown(s string) string {
	s = clean(s)
	if !strings.ContainsAny(s, "\\`*_[]~$&<>|@#:-.") {
		return s
	}
	var into strings.Builder
	into.Grow(len(s) + 16)
	for i := range len(s) { // only ASCII is looked at, and a byte below 0x80 is never part of another rune
		if escape, found := markdownEscape(s, i); found {
			into.WriteString(escape)
		} else {
			into.WriteByte(s[i])
		}
	}
	return into.String()
}

func markdownEscape(s string, i int) (escape string, found bool) {
	rest := s[i+1:]
	switch s[i] {
	case '\\', '`', '*', '_', '[', ']', '~', '$':
		return `\` + s[i:i+1], true
	case '|': // an entity, because \| within a cell is unescaped before the rest of the cell is read
		return "&#124;", true
	case ':':
		return `\:`, strings.HasPrefix(rest, "//")
	case '.':
		return `\.`, i >= 3 && strings.EqualFold(s[i-3:i], "www")
	default:
		return htmlEscape(s, i)
	}
}

// htmlEscape is the part of escaping that HTML shares with Markdown.
func htmlEscape(s string, i int) (escape string, found bool) {
	digit := i+1 < len(s) && s[i+1] >= '0' && s[i+1] <= '9'
	switch s[i] {
	case '&':
		return "&amp;", true
	case '<':
		return "&lt;", true
	case '>':
		return "&gt;", true
	case '@':
		return "@&#8203;", true
	case '#':
		return "#&#8203;", digit
	case '-':
		return "-&#8203;", digit && i >= 2 && strings.EqualFold(s[i-2:i], "GH")
	default:
		return "", false
	}
}

// escapeHTML is for the one place where Markdown is not read: the summary line of folded details.
func escapeHTML(s string) string {
	s = clean(s)
	var into strings.Builder
	for i := range len(s) {
		if escape, found := htmlEscape(s, i); found {
			into.WriteString(escape)
		} else {
			into.WriteByte(s[i])
		}
	}
	return into.String()
}

// escapeStart keeps already escaped Markdown from being read as a heading, list item or rule where it begins a block.
func escapeStart(s string) string {
	s = strings.TrimLeft(s, " ")
	if s == "" {
		return s
	}
	switch s[0] {
	case '#', '-', '+', '=':
		return `\` + s
	}
	digits := len(s) - len(strings.TrimLeft(s, "0123456789"))
	if digits > 0 && digits < len(s) && (s[digits] == '.' || s[digits] == ')') {
		return s[:digits] + `\` + s[digits:]
	}
	return s
}

// escapeMermaid makes a label of s. Mermaid has no escape that holds in all of its places (a colon ends a label, a
// semicolon or hash the statement), so only what is known to be harmless stays.
func escapeMermaid(s string) string {
	harmless := func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune(" -_./()+,·→", r) {
			return r
		}
		return ' '
	}
	label := strings.Join(strings.Fields(strings.Map(harmless, clip(clean(s), 60))), " ")
	switch {
	case label == "":
		return "unnamed"
	case beginsStatement(label):
		return "· " + label
	default:
		return label
	}
}

// beginsStatement reports whether Mermaid's Gantt grammar could take a label for a statement or a date, which it
// recognises at the beginning of a line and in any case.
func beginsStatement(label string) bool {
	lower := strings.ToLower(label)
	for _, word := range []string{"gantt", "title", "section", "dateformat", "axisformat", "tickinterval", "todaymarker",
		"weekday", "weekend", "excludes", "includes", "inclusive", "topaxis", "click", "call", "href", "acc"} {
		if strings.HasPrefix(lower, word) {
			return true
		}
	}
	return !unicode.IsLetter([]rune(label)[0])
}

// guard keeps a finished terminal line from being read as a command by a GitHub runner: "::" counts where it begins a
// line after blanks, "##[" anywhere (actions/runner, ActionCommand.cs).
func guard(line string) string {
	line = strings.ReplaceAll(line, "##[", "## [")
	words := strings.TrimLeft(line, " ")
	if strings.HasPrefix(words, "::") {
		return line[:len(line)-len(words)] + ": :" + words[2:]
	}
	return line
}
