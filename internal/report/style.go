package report

import "strings"

// Style is how a terminal wants its text.
type Style struct {
	Width  int // columns; 0: lines are as long as they are
	Height int // lines; 0: no limit. Only Live keeps to it
	Colour bool
}

// paint renders one line of words, escaped and guarded. Colour is the only control sequence that can come out.
func (s Style) paint(line text) string {
	line = guardText(line)
	var into strings.Builder
	for _, sp := range line {
		if sp.words == "" {
			continue
		}
		if on := sgr(sp); s.Colour && on != "" {
			into.WriteString("\x1b[" + on + "m" + sp.words + "\x1b[0m")
		} else {
			into.WriteString(sp.words)
		}
	}
	return strings.TrimRight(into.String(), " ")
}

// guardText applies guard to a line across its spans: only where the whole line needs it, it loses its colours.
func guardText(line text) text {
	var whole strings.Builder
	cleaned := make(text, len(line))
	for i, sp := range line {
		sp.words = visibleLine(sp.words)
		whole.WriteString(sp.words)
		cleaned[i] = sp
	}
	if guarded := guard(whole.String()); guarded != whole.String() {
		return words(guarded)
	}
	return cleaned
}

// sgr is the terminal's "select graphic rendition" for a span.
func sgr(sp span) string {
	switch {
	case sp.tone == good:
		return "32"
	case sp.tone == bad:
		return "31"
	case sp.tone == waiting:
		return "33"
	case sp.tone == faint:
		return "2"
	case sp.kind == strongWords:
		return "1"
	case sp.kind == codeWords:
		return "36"
	default:
		return ""
	}
}
