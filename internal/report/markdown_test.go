package report

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	gmtext "github.com/yuin/goldmark/text"

	"github.com/org/fleet-update-action/internal/fleet"
)

// parse reads Markdown as GitHub does.
func parse(source string) ast.Node {
	return goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser().Parse(gmtext.NewReader([]byte(source)))
}

// sketch is what a parser sees of a document, block by block: "heading", "table 2x3" and so on.
func sketch(t *testing.T, source string) []string {
	t.Helper()
	var seen []string
	err := ast.Walk(parse(source), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Heading:
			seen = append(seen, fmt.Sprintf("heading %d", n.Level))
		case *ast.Paragraph:
			seen = append(seen, "paragraph")
		case *ast.Blockquote:
			seen = append(seen, "callout")
		case *ast.ListItem:
			seen = append(seen, "item")
		case *ast.FencedCodeBlock:
			seen = append(seen, fmt.Sprintf("fence %s %d", n.Language([]byte(source)), n.Lines().Len()))
		case *ast.CodeBlock, *ast.ThematicBreak, *ast.Link, *ast.AutoLink, *ast.Image, *east.Strikethrough, *east.TaskCheckBox:
			seen = append(seen, n.Kind().String())
		case *east.Table:
			seen = append(seen, "table")
		case *east.TableRow, *east.TableHeader:
			seen = append(seen, fmt.Sprintf("row of %d", n.ChildCount()))
		case *ast.HTMLBlock:
			seen = append(seen, "html "+tags(string(n.Lines().Value([]byte(source)))))
		case *ast.RawHTML:
			if tag := string(n.Segments.Value([]byte(source))); !slices.Contains([]string{"<br>", "<code>", "</code>"}, tag) {
				seen = append(seen, "raw "+tag)
			}
		}
		return ast.WalkContinue, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return seen
}

// tags are the tags of a piece of HTML without what is between them.
func tags(html string) string {
	return strings.Join(regexp.MustCompile(`<[^>]*>`).FindAllString(html, -1), "")
}

// everyBlock is a document that says s in every place there is.
func everyBlock(s string) Document {
	t := text{plain(s), code(s), strong(s), lineEnd(), code(s), code(s), plain(s)}
	return Document{whole: "`plan.json`", blocks: []block{
		heading{2, t}, paragraph{t}, callout{"NOTE", t}, list{noun: "items", items: []text{t, t}},
		table{noun: "rows", columns: []column{{name: s}, {name: "b"}}, rows: [][]text{{t, t}, {t, nil}}},
		details{words(s), []block{paragraph{t}}}, commands{[]string{s}},
		chart{title: s, sections: []section{{s, []bar{{label: s, from: noon, to: minutes(5)}}}}},
	}}
}

func FuzzMarkdown(f *testing.F) {
	for _, seed := range []string{"aks-dev-1", "|", "\\|", "\\", "`", "``` ```", "~~~", "# a", "- a", "1. a", "a\n\nb", "<b>", "</details>", "<!--", "&lt;",
		"[a](b)", "![a](b)", "<http://a>", "http://a.b", "www.a.b", "a@b.c", "---", "***", "> a", "    a", "[ ] a", "a\n---", "::error::", "\x00\x1b", "\u202e", "$a$",
		"a |", "`a|b`", "a  ", "[a]: b", "&#124;", "</summary>", "1)", "+", "=", "```mermaid", "```", "`````", "%%{init}%%", "a*b*c", "**"} {
		f.Add(seed)
	}
	want := []string{"heading 2", "paragraph", "callout", "paragraph", "item", "item", "table", "row of 2", "row of 2", "row of 2",
		"html <details><summary></summary>", "paragraph", "html </details>", "fence sh 1", "fence mermaid 7"}
	f.Fuzz(func(t *testing.T, s string) {
		source := Markdown(everyBlock("x"+s+"x"), megabyte)
		if got := sketch(t, source); !slices.Equal(got, want) {
			t.Errorf("%q is read as\n%q, want\n%q:\n%s", s, got, want, source)
		}
		bare := sketch(t, Markdown(everyBlock(s), megabyte)) // what is empty may be left out; nothing may be added
		for _, b := range bare {
			if !slices.Contains(want, b) {
				t.Errorf("%q alone adds %q:\n%s", s, b, Markdown(everyBlock(s), megabyte))
			}
		}
	})
}

func TestCodeKeepsItsContent(t *testing.T) {
	tests := map[string]string{"a b": "`a b`", "a`b": "<code>a\\`b</code>", "a|b": "<code>a&#124;b</code>", `a\`: `<code>a\\</code>`, " a ": "`a`", " ": "", "@a": "`@a`"}
	for in, want := range tests {
		if got := inline(text{code(in)}); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
	if got, want := inline(text{code("a"), code("b")}), "`a`<code>b</code>"; got != want {
		t.Errorf("side by side: got %q, want %q", got, want)
	}
}

func BenchmarkMarkdownPlan1000(b *testing.B) {
	p := large(1000)
	b.ReportAllocs()
	for b.Loop() {
		b.ReportMetric(float64(len(Markdown(Plan(p, fleet.Reading{}, byHand), megabyte))), "bytes")
	}
}

func BenchmarkMarkdownComment1000(b *testing.B) {
	p := large(1000)
	b.ReportAllocs()
	for b.Loop() {
		b.ReportMetric(float64(len(Markdown(Plan(p, fleet.Reading{}, byHand), 65536))), "bytes")
	}
}

func BenchmarkLive1000(b *testing.B) {
	p := large(1000)
	r := running(p)
	b.ReportAllocs()
	for b.Loop() {
		Live(p, r, minutes(3), Style{Width: 120, Height: 50, Colour: true})
	}
}
