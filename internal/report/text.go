package report

import (
	"strings"
	"time"
)

// Text renders d for a terminal or a log: aligned columns, wrapped to the style's width, nothing folded away.
func Text(d Document, s Style) string {
	var into strings.Builder
	for _, line := range s.blocks(d.blocks) {
		into.WriteString(s.paint(line))
		into.WriteByte('\n')
	}
	return strings.TrimRight(into.String(), "\n") + "\n"
}

// blocks puts a blank line between blocks.
func (s Style) blocks(blocks []block) []text {
	var all []text
	for i, b := range blocks {
		if i > 0 {
			all = append(all, text{})
		}
		all = append(all, s.block(b)...)
	}
	return all
}

func (s Style) block(b block) []text {
	switch b := b.(type) {
	case heading:
		lines := text{strong(flat(b.words))}.wrap(s.Width)
		return append(lines, words(strings.Repeat("─", lines[len(lines)-1].width())))
	case paragraph:
		return b.words.wrap(s.Width)
	case callout:
		return s.item("! ", b.words)
	case list:
		var all []text
		for _, item := range b.items {
			all = append(all, s.item("- ", item)...)
		}
		return all
	case table:
		return s.table(b)
	case commands:
		all := make([]text, len(b.lines))
		for i, line := range b.lines {
			all[i] = text{plain("    "), code(visibleLine(line))}
		}
		return all
	case difference:
		all := make([]text, len(b.lines))
		for i, line := range b.lines {
			all[i] = text{span{words: visibleLine(line), tone: diffTone(line)}}
		}
		return all
	case chart:
		return s.chart(b)
	case details:
		return append(append(b.summary.wrap(s.Width), text{}), s.blocks(b.blocks)...)
	}
	return nil
}

// flat is the text without its kinds.
func flat(t text) string {
	var into strings.Builder
	for _, s := range t {
		into.WriteString(s.words)
	}
	return into.String()
}

// item hangs its lines behind a mark.
func (s Style) item(mark string, t text) []text {
	limit := 0
	if s.Width > 0 {
		limit = max(8, s.Width-len(mark))
	}
	lines := t.wrap(limit)
	for i, line := range lines {
		lines[i] = append(text{plain(mark)}, line...)
		mark = strings.Repeat(" ", len(mark))
	}
	return lines
}

const (
	columnGap   = 2
	narrowest   = 12 // no column is made narrower to fit the width
	chartLength = 40
	tower       = 3 // lines of a cell
)

func (s Style) table(t table) []text {
	head := make([]text, len(t.columns))
	for i, c := range t.columns {
		head[i] = text{strong(c.name)}
	}
	widths := s.fitted(t.columns, natural(append([][]text{head}, t.rows...)))
	all := s.row(t.columns, widths, head)
	for _, row := range t.rows {
		all = append(all, s.row(t.columns, widths, row)...)
	}
	return all
}

// natural is the width every column needs.
func natural(rows [][]text) []int {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			for _, line := range cell.lines() {
				widths[i] = max(widths[i], line.width())
			}
		}
	}
	return widths
}

// fitted takes width from the widest column for as long as the row is too wide; firm columns give way last.
func (s Style) fitted(columns []column, widths []int) []int {
	excess := columnGap*(len(widths)-1) - s.Width
	for _, w := range widths {
		excess += w
	}
	for _, firmToo := range []bool{false, true} {
		for s.Width > 0 && excess > 0 {
			widest := -1
			for i, w := range widths {
				gives := w > narrowest && (firmToo || !columns[i].firm)
				if gives && (widest < 0 || w > widths[widest]) {
					widest = i
				}
			}
			if widest < 0 {
				break
			}
			widths[widest]--
			excess--
		}
	}
	return widths
}

// row is as many lines high as its highest cell. Prose that would make a tower of its cell stands below the row.
func (s Style) row(columns []column, widths []int, cells []text) []text {
	wrapped := make([][]text, len(cells))
	var below []text
	height := 0
	for i, cell := range cells {
		wrapped[i] = cell.wrap(widths[i])
		if len(wrapped[i]) > tower && len(cell.lines()) == 1 {
			below = append(below, s.item("    ", cell)...)
			wrapped[i] = nil
		}
		height = max(height, len(wrapped[i]))
	}
	lines := make([]text, height)
	for n := range lines {
		for i := range cells {
			var part text
			if n < len(wrapped[i]) {
				part = wrapped[i][n]
			}
			if i > 0 {
				lines[n] = append(lines[n], plain(strings.Repeat(" ", columnGap)))
			}
			lines[n] = append(lines[n], part.padded(widths[i], columns[i].right)...)
		}
	}
	return append(lines, below...)
}

// chart draws the bars of a Gantt chart to scale.
func (s Style) chart(c chart) []text {
	from, to := c.span()
	t := table{columns: []column{{name: c.title}, {name: stamp(from) + " to " + stamp(to)}, {name: ""}}}
	for _, section := range c.sections {
		t.rows = append(t.rows, []text{words(section.name), nil, nil})
		for _, b := range section.bars {
			t.rows = append(t.rows, []text{words("· " + b.label), {b.drawn(from, to)}, words(duration(b.to.Sub(b.from)))})
		}
	}
	return s.table(t)
}

func (b bar) drawn(from, to time.Time) span {
	whole := max(to.Sub(from), time.Minute)
	begin := int(b.from.Sub(from) * chartLength / whole)
	end := max(begin+1, int(b.to.Sub(from)*chartLength/whole))
	return span{words: strings.Repeat("·", begin) + strings.Repeat("█", end-begin) + strings.Repeat("·", max(0, chartLength-end)), tone: b.tone}
}
