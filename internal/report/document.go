package report

import "slices"

// Document is what there is to say, as blocks without any markup. Plan, Result and Findings build it from data alone;
// Markdown and Text render it. Every word in it may come from outside, so the renderers escape every word.
type Document struct {
	whole  string // what holds everything, in Markdown: named wherever something is left out
	blocks []block
}

func (d *Document) add(blocks ...block) {
	d.blocks = append(d.blocks, blocks...)
}

// block is one of the types below.
type block interface{ isBlock() }

type heading struct {
	level int
	words text
}

type paragraph struct{ words text }

// callout is a paragraph that must not be overlooked.
type callout struct {
	kind  string // one of GitHub's alerts: NOTE, IMPORTANT, WARNING or CAUTION
	words text
}

// list and table are cut at the end where space is short; noun says what an item or row is, in the plural.
type list struct {
	items []text
	noun  string
}

type table struct {
	columns []column
	rows    [][]text
	noun    string
}

type column struct {
	name  string
	right bool // aligned to the right
	firm  bool // figures, which read badly when wrapped: the last to be made narrower
}

// details is folded away until a reader asks for it.
type details struct {
	summary text
	blocks  []block
}

// commands are lines to be copied into a shell.
type commands struct{ lines []string }

// difference is a unified diff.
type difference struct{ lines []string }

func (heading) isBlock()    {}
func (paragraph) isBlock()  {}
func (callout) isBlock()    {}
func (list) isBlock()       {}
func (table) isBlock()      {}
func (details) isBlock()    {}
func (commands) isBlock()   {}
func (difference) isBlock() {}
func (chart) isBlock()      {}

// text is a run of words within one paragraph, item or cell.
type text []span

type span struct {
	words string
	kind  kind
	tone  tone
}

type kind int

const (
	plainWords kind = iota
	codeWords
	strongWords
	pageWords // the address of a page of our own documentation
	newLine   // ends a line within a cell or item
)

// tone is what a terminal shows as colour; nothing is said by tone alone.
type tone int

const (
	calm tone = iota
	good
	bad
	waiting
	faint
)

func plain(words string) span  { return span{words: words} }
func code(words string) span   { return span{words: words, kind: codeWords} }
func strong(words string) span { return span{words: words, kind: strongWords} }
func page(url string) span     { return span{words: url, kind: pageWords} }
func lineEnd() span            { return span{kind: newLine} }

func words(s string) text { return text{plain(s)} }

func (t text) empty() bool {
	for _, s := range t {
		if s.words != "" {
			return false
		}
	}
	return true
}

// joined puts parts one after another and leaves out the empty ones.
func joined(separator span, parts ...text) text {
	var all text
	for _, part := range parts {
		if part.empty() {
			continue
		}
		if len(all) > 0 {
			all = append(all, separator)
		}
		all = append(all, part...)
	}
	return all
}

// oneLine has a comma where t has a line end.
func (t text) oneLine() text {
	line := slices.Clone(t)
	for i, s := range line {
		if s.kind == newLine {
			line[i] = plain(", ")
		}
	}
	return line
}

// used returns the table without the columns in which no row has anything to say.
func (t table) used() table {
	keep := make([]bool, len(t.columns))
	for _, row := range t.rows {
		for i, cell := range row {
			keep[i] = keep[i] || !cell.empty()
		}
	}
	trimmed := table{noun: t.noun}
	for i, c := range t.columns {
		if keep[i] {
			trimmed.columns = append(trimmed.columns, c)
		}
	}
	for _, row := range t.rows {
		cells := make([]text, 0, len(trimmed.columns))
		for i, cell := range row {
			if keep[i] {
				cells = append(cells, cell)
			}
		}
		trimmed.rows = append(trimmed.rows, cells)
	}
	return trimmed
}
