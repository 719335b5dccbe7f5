package report

import (
	"slices"
	"strings"
)

// Markdown renders d as GitHub-flavoured Markdown of at most limit bytes. Where that is too little, tables and lists
// lose rows at their end, and then the document its last blocks; each place says how much is missing and which file
// has it. GitHub drops a job summary above 1 MiB as a whole, and takes comments of up to 65,536 characters.
func Markdown(d Document, limit int) string {
	return fit(markdownPieces(nil, d.blocks), limit, d.whole)
}

func markdownPieces(pieces []piece, blocks []block) []piece {
	for _, b := range blocks {
		switch b := b.(type) {
		case heading:
			pieces = append(pieces, piece{head: strings.Repeat("#", b.level) + " " + inline(b.words) + "\n\n"})
		case paragraph:
			pieces = append(pieces, piece{head: escapeStart(inline(b.words)) + "\n\n"})
		case callout:
			pieces = append(pieces, piece{head: "> [!" + b.kind + "]\n> " + escapeStart(inline(b.words)) + "\n\n"})
		case list:
			pieces = append(pieces, listPiece(b))
		case table:
			pieces = append(pieces, tablePiece(b))
		case commands:
			pieces = append(pieces, piece{head: fenced("sh", b.lines)})
		case difference:
			pieces = append(pieces, piece{head: fenced("diff", b.lines)})
		case chart:
			pieces = append(pieces, piece{head: fenced("mermaid", b.mermaid())})
		case details:
			pieces = append(pieces, piece{head: "<details><summary>" + summary(b.summary) + "</summary>\n\n", opens: true})
			pieces = markdownPieces(pieces, b.blocks)
			pieces = append(pieces, piece{head: closeDetails, closes: true})
		}
	}
	return pieces
}

func listPiece(l list) piece {
	p := piece{noun: l.noun, rows: make([]string, len(l.items))}
	for i, item := range l.items {
		p.rows[i] = "- " + escapeStart(inline(item)) + "\n"
	}
	return p
}

func tablePiece(t table) piece {
	var head, ruler strings.Builder
	for _, c := range t.columns {
		head.WriteString("| " + inline(words(c.name)) + " ")
		if c.right {
			ruler.WriteString("|--:")
		} else {
			ruler.WriteString("|---")
		}
	}
	p := piece{noun: t.noun, head: head.String() + "|\n" + ruler.String() + "|\n", rows: make([]string, len(t.rows))}
	var line strings.Builder
	for i, row := range t.rows {
		line.Reset()
		for _, cell := range row {
			line.WriteString("| ")
			writeInline(&line, cell)
			line.WriteByte(' ')
		}
		line.WriteString("|\n")
		p.rows[i] = line.String()
	}
	return p
}

// inline renders words for one line; a line's end within it is a <br>, which cells and items take alike.
func inline(t text) string {
	var into strings.Builder
	writeInline(&into, t)
	return into.String()
}

func writeInline(into *strings.Builder, t text) {
	var before span // the last one that has words
	ended := false  // a line has ended: said once there is more, so that nothing begins or ends with a <br>
	for _, s := range t {
		if s.kind == newLine {
			ended = before.words != ""
			continue
		}
		if strings.TrimSpace(s.words) == "" {
			if s.words != "" && before.words != "" {
				into.WriteByte(' ')
			}
			continue
		}
		if ended {
			into.WriteString("<br>")
		}
		switch s.kind {
		case codeWords:
			writeCode(into, s.words, before.kind == codeWords && !ended)
		case strongWords:
			writeStrong(into, s.words)
		case pageWords:
			into.WriteString("<" + s.words + ">")
		default:
			into.WriteString(escapeMarkdown(s.words))
		}
		before, ended = s, false
	}
}

// writeCode uses backticks where what is inside cannot end them early, end a table cell or touch other backticks.
func writeCode(into *strings.Builder, content string, afterCode bool) {
	content = strings.TrimSpace(clean(content))
	switch {
	case content == "":
	case afterCode || strings.ContainsAny(content, "`|\\"):
		into.WriteString("<code>" + escapeMarkdown(content) + "</code>")
	default:
		into.WriteString("`" + content + "`")
	}
}

func writeStrong(into *strings.Builder, content string) {
	if content = strings.TrimSpace(escapeMarkdown(content)); content != "" {
		into.WriteString("**" + content + "**")
	}
}

// summary renders words for a <summary>, within which GitHub reads HTML and no Markdown.
func summary(t text) string {
	var into strings.Builder
	for _, s := range t {
		content := escapeHTML(s.words)
		switch {
		case s.kind == codeWords && content != "":
			content = "<code>" + content + "</code>"
		case s.kind == strongWords && content != "":
			content = "<strong>" + content + "</strong>"
		case s.kind == newLine:
			content = " "
		}
		into.WriteString(content)
	}
	return into.String()
}

// fenced renders lines in a fence that is longer than any run of backticks within.
func fenced(language string, lines []string) string {
	clean := slices.Clone(lines)
	fence := "```"
	for i := range clean {
		clean[i] = visibleLine(clean[i])
		for strings.Contains(clean[i], fence) {
			fence += "`"
		}
	}
	return fence + language + "\n" + strings.Join(clean, "\n") + "\n" + fence + "\n\n"
}
