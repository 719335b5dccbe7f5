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
			all = append(all, s.item(itemMark, item)...)
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
	itemMark    = "- "
	fieldGap    = " · "
)

// table aligns the columns. Where they cannot be made narrow enough without cutting a word, the rows are a list.
func (s Style) table(t table) []text {
	widths := s.fitted(t)
	if s.Width > 0 && across(widths) > s.Width {
		return s.stacked(t)
	}
	return s.grid(t, widths)
}

func (s Style) grid(t table, widths []int) []text {
	var all []text
	for _, row := range append([][]text{t.head()}, t.rows...) {
		all = append(all, s.row(t.columns, widths, row)...)
	}
	return all
}

func (t table) head() []text {
	head := make([]text, len(t.columns))
	for i, c := range t.columns {
		head[i] = text{strong(c.name)}
	}
	return head
}

// natural is the width every column needs, and least the one that it needs to show its words whole.
func (t table) natural() (widths, least []int) {
	widths, least = make([]int, len(t.columns)), make([]int, len(t.columns))
	for _, row := range append([][]text{t.head()}, t.rows...) {
		for i, cell := range row {
			least[i] = max(least[i], cell.longestWord())
			for _, line := range cell.lines() {
				widths[i] = max(widths[i], line.width())
			}
		}
	}
	return widths, least
}

// across is how wide a row is.
func across(widths []int) int {
	total := columnGap * (len(widths) - 1)
	for _, w := range widths {
		total += w
	}
	return total
}

// fitted takes width from the widest column for as long as the row is too wide; firm columns give way last. No column
// becomes narrower than its words, but the last: what is too long for it has room below its row.
func (s Style) fitted(t table) []int {
	widths, least := t.natural()
	least[len(least)-1] = 0
	for _, firmToo := range []bool{false, true} {
		for s.Width > 0 && across(widths) > s.Width {
			widest := -1
			for i, w := range widths {
				gives := w > max(narrowest, least[i]) && (firmToo || !t.columns[i].firm)
				if gives && (widest < 0 || w > widths[widest]) {
					widest = i
				}
			}
			if widest < 0 {
				break
			}
			widths[widest]--
		}
	}
	return widths
}

// stacked is a table as a list: one item per row, with the names of its columns.
func (s Style) stacked(t table) []text {
	var all []text
	for _, row := range t.rows {
		var lines []text
		for i, cell := range row {
			if cell.empty() {
				continue
			}
			field := append(text{plain(t.columns[i].name + ": ")}, cell.oneLine()...)
			last := len(lines) - 1
			if last >= 0 && lines[last].width()+width(fieldGap)+field.width() <= s.Width-width(itemMark) {
				lines[last] = joined(plain(fieldGap), lines[last], field)
			} else {
				lines = append(lines, field)
			}
		}
		all = append(all, s.item(itemMark, joined(lineEnd(), lines...))...)
	}
	return all
}

// row is as many lines high as its highest cell. Prose that would make a tower of its cell stands below the row, and so
// does what has a word wider than the last column.
func (s Style) row(columns []column, widths []int, cells []text) []text {
	wrapped := make([][]text, len(cells))
	var below []text
	height := 0
	for i, cell := range cells {
		wrapped[i] = cell.wrap(widths[i])
		tooHigh, tooWide := len(wrapped[i]) > tower && len(cell.lines()) == 1, cell.longestWord() > widths[i]
		if tooHigh || tooWide {
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

// chart draws the bars of a Gantt chart to scale, and shorter where names leave them little room.
func (s Style) chart(c chart) []text {
	from, to := c.span()
	t := table{columns: []column{{name: c.title, firm: true}, {name: stamp(from) + " to " + stamp(to)}, {firm: true}}}
	length := s.barLength(c)
	for _, section := range c.sections {
		t.rows = append(t.rows, []text{words(section.name), nil, nil})
		for _, b := range section.bars {
			t.rows = append(t.rows, []text{b.name(), {b.drawn(from, to, length)}, b.took()})
		}
	}
	return s.grid(t, s.fitted(t))
}

func (s Style) barLength(c chart) int {
	names, durations := 0, 0
	for _, section := range c.sections {
		for _, b := range section.bars {
			names, durations = max(names, b.name().width()), max(durations, b.took().width())
		}
	}
	if s.Width <= 0 {
		return chartLength
	}
	return max(narrowest, min(chartLength, s.Width-across([]int{names, 0, durations})))
}

func (b bar) name() text { return words("· " + clean(b.label)) }

func (b bar) took() text { return words(duration(b.to.Sub(b.from))) }

func (b bar) drawn(from, to time.Time, length int) span {
	whole := max(to.Sub(from), time.Minute)
	begin := int(b.from.Sub(from) * time.Duration(length) / whole)
	end := max(begin+1, int(b.to.Sub(from)*time.Duration(length)/whole))
	return span{words: strings.Repeat("·", begin) + strings.Repeat("█", end-begin) + strings.Repeat("·", max(0, length-end)), tone: b.tone}
}
