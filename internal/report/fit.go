package report

import (
	"fmt"
	"strings"
)

// piece is rendered Markdown that can be cut without breaking what is around it: after any number of its rows.
type piece struct {
	head          string
	rows          []string
	noun          string // what a row is, in the plural
	opens, closes bool   // details
}

const closeDetails = "</details>\n\n"

// render writes the piece with at most limit rows.
func (p piece) render(into *strings.Builder, limit int, whole string) {
	into.WriteString(p.head)
	shown := min(limit, len(p.rows))
	for _, row := range p.rows[:shown] {
		into.WriteString(row)
	}
	into.WriteString(p.after(shown, whole))
}

// after is what stands behind the rows when only the first of them are shown.
func (p piece) after(shown int, whole string) string {
	switch {
	case len(p.rows) == 0:
		return ""
	case shown == len(p.rows):
		return "\n"
	default:
		return fmt.Sprintf("\n… and %d more %s; all are in %s.\n\n", len(p.rows)-shown, p.noun, whole)
	}
}

// fit joins the pieces within limit bytes. All of them are cut at the same number of rows, so that long tables pay for
// the lack of space and short ones stay whole.
func fit(pieces []piece, limit int, whole string) string {
	sizes := measure(pieces)
	fits := func(rows int) bool { return sizes.total(pieces, rows, whole) <= limit }
	enough := 0
	for _, p := range pieces {
		enough = max(enough, len(p.rows))
	}
	if fits(enough) {
		return assemble(pieces, enough, whole)
	}
	if !fits(0) {
		return cutShort(pieces, limit, whole)
	}
	low, high := 0, enough // low fits, high does not
	for high-low > 1 {
		if middle := (low + high) / 2; fits(middle) {
			low = middle
		} else {
			high = middle
		}
	}
	return assemble(pieces, low, whole)
}

func assemble(pieces []piece, rows int, whole string) string {
	var into strings.Builder
	for _, p := range pieces {
		p.render(&into, rows, whole)
	}
	return finish(into.String())
}

func finish(markdown string) string {
	if trimmed := strings.TrimRight(markdown, "\n"); trimmed != "" {
		return trimmed + "\n"
	}
	return ""
}

// measured holds, for each piece, how many bytes its first n rows have.
type measured [][]int

func measure(pieces []piece) measured {
	sizes := make(measured, len(pieces))
	for i, p := range pieces {
		sizes[i] = make([]int, len(p.rows)+1)
		for n, row := range p.rows {
			sizes[i][n+1] = sizes[i][n] + len(row)
		}
	}
	return sizes
}

func (m measured) total(pieces []piece, rows int, whole string) int {
	total := 0
	for i, p := range pieces {
		shown := min(rows, len(p.rows))
		total += len(p.head) + m[i][shown] + len(p.after(shown, whole))
	}
	return total
}

// cutShort is for a limit that is too small even for headings: it keeps the first pieces, without rows, and closes
// what they opened.
func cutShort(pieces []piece, limit int, whole string) string {
	note := fmt.Sprintf("… cut here for lack of space; all is in %s.\n", whole)
	var kept, next strings.Builder
	open := 0
	for _, p := range pieces {
		next.Reset()
		p.render(&next, 0, whole)
		opened := open
		switch {
		case p.opens:
			opened++
		case p.closes:
			opened--
		}
		if kept.Len()+next.Len()+opened*len(closeDetails)+len(note) > limit {
			break
		}
		kept.WriteString(next.String())
		open = opened
	}
	end := strings.Repeat(closeDetails, open) + note
	if kept.Len()+len(end) > limit {
		return ""
	}
	return kept.String() + end
}
