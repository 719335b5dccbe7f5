package main

import (
	"go/ast"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
)

const refusalPages = "../../docs/refusals/"

// said is a piece of text that the program says with a rule, as a pattern: what is put in stands for anything.
type said struct{ rule, place, pattern string }

// Every page of a refusal shows the words that the program has for it: the message and the advice, with values put in.
func TestRefusalPagesShowWhatIsSaid(t *testing.T) {
	block := regexp.MustCompile("(?s)```text\n(.*?)```")
	shown := map[string]string{}
	found := map[string]int{}
	for _, s := range refusalTexts(t) {
		if shown[s.rule] == "" {
			_, section, _ := strings.Cut(string(readFile(t, refusalPages+s.rule+".md")), "\n## What it says\n")
			section, _, _ = strings.Cut(section, "\n## ")
			for _, text := range block.FindAllStringSubmatch(section, -1) {
				shown[s.rule] += strings.Join(strings.Fields(text[1]), " ") + " "
			}
		}
		found[s.rule]++
		if !regexp.MustCompile(s.pattern).MatchString(shown[s.rule]) {
			t.Errorf("docs/refusals/%s.md does not show what %s says: %s", s.rule, s.place, s.pattern)
		}
	}
	for _, entry := range refusalRules(t) {
		if found[entry] == 0 {
			t.Errorf("this test does not find what is said with %s", entry)
		}
	}
}

func refusalRules(t *testing.T) []string {
	t.Helper()
	pages, err := filepath.Glob(refusalPages + "*.md")
	if err != nil {
		t.Fatal(err)
	}
	var rules []string
	for _, page := range pages {
		if rule := strings.TrimSuffix(filepath.Base(page), ".md"); fleet.HelpPage(rule) != "" {
			rules = append(rules, rule)
		}
	}
	return rules
}

// refusalTexts collects the texts that stand beside the rule of a refusal: in the fields of one literal, or among the
// arguments of one call.
func refusalTexts(t *testing.T) []said {
	t.Helper()
	var all []said
	for _, s := range sources(t) {
		if strings.HasPrefix(s.path, "internal/simulator/") || strings.HasPrefix(s.path, "internal/report/") {
			continue
		}
		ast.Inspect(s.file, func(node ast.Node) bool {
			parts := spoken(node)
			for _, rule := range parts.rules {
				for _, text := range parts.texts {
					all = append(all, said{rule: rule, place: s.path, pattern: text})
				}
			}
			return true
		})
	}
	return all
}

type utterance struct{ rules, texts []string }

// spoken reads the rule and the texts out of a literal or a call; there are none where it has no rule of a refusal.
func spoken(node ast.Node) (u utterance) {
	switch n := node.(type) {
	case *ast.CompositeLit:
		u.read(n.Elts)
		if name, ok := n.Type.(*ast.Ident); ok && name.Name == "failure" && len(u.rules) == 0 && refuses(n) {
			u.rules = []string{"not-approved"} // what approvers answer gets its rule where it is recorded
		}
	case *ast.CallExpr:
		u.read(n.Args)
		if name, ok := n.Fun.(*ast.Ident); ok && name.Name == "mayNot" {
			u.rules = []string{"no-permission"}
		}
	}
	return u
}

func (u *utterance) read(parts []ast.Expr) {
	for _, part := range parts {
		if field, ok := part.(*ast.KeyValueExpr); ok {
			part = field.Value
		}
		if rule := ruleIn(part); rule != "" {
			u.rules = append(u.rules, rule)
			continue
		}
		const enough = 12 // of words that are not put in
		if text := pattern(part); len(regexp.MustCompile(`\.\*`).ReplaceAllString(text, "")) > enough && strings.Contains(text, " ") {
			u.texts = append(u.texts, text)
		}
	}
}

func ruleIn(part ast.Expr) string {
	switch e := part.(type) {
	case *ast.BasicLit:
		if word, err := strconv.Unquote(e.Value); err == nil && fleet.HelpPage(word) != "" {
			return word
		}
	case *ast.SelectorExpr:
		if e.Sel.Name == "RuleDigestMismatch" {
			return "digest-mismatch"
		}
	case *ast.Ident:
		if e.Name == "RuleDigestMismatch" {
			return "digest-mismatch"
		}
	}
	return ""
}

func refuses(n *ast.CompositeLit) bool {
	return slices.ContainsFunc(n.Elts, func(part ast.Expr) bool {
		field, ok := part.(*ast.KeyValueExpr)
		if !ok {
			return false
		}
		code, ok := field.Value.(*ast.Ident)
		return ok && code.Name == "exitRefused"
	})
}

// pattern is what an expression may be printed as.
func pattern(part ast.Expr) string {
	const anything = ".*"
	switch e := part.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		if e.Kind != token.STRING || err != nil {
			return ""
		}
		verb := regexp.MustCompile(`%[sdqv]`)
		return verb.ReplaceAllString(regexp.QuoteMeta(strings.Join(strings.Fields(text), " ")), anything)
	case *ast.BinaryExpr:
		return pattern(e.X) + pattern(e.Y)
	case *ast.CallExpr:
		if name, ok := e.Fun.(*ast.SelectorExpr); ok && (name.Sel.Name == "Sprintf" || name.Sel.Name == "Errorf") {
			return pattern(e.Args[0])
		}
	}
	return anything
}

// Links between the pages of the documentation lead somewhere, headings included.
func TestLinksOfTheDocumentation(t *testing.T) {
	var pages []string
	for _, pattern := range []string{"../../*.md", "../../docs/*.md", "../../docs/*/*.md"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, found...)
	}
	link := regexp.MustCompile(`\]\(([^)#: ]*)(#[^)]*)?\)`)
	checked := 0
	for _, page := range pages {
		for _, match := range link.FindAllStringSubmatch(withoutCode(string(readFile(t, page))), -1) {
			checked++
			target := page
			if match[1] != "" {
				target = filepath.Join(filepath.Dir(page), match[1])
			}
			_, err := os.Stat(target)
			switch {
			case err != nil:
				t.Errorf("%s leads to %s, which is not there", page, match[1])
			case match[2] != "" && !slices.Contains(anchors(string(readFile(t, target))), match[2]):
				t.Errorf("%s leads to %s%s, and there is no such heading", page, match[1], match[2])
			}
		}
	}
	if len(pages) < 30 || checked < 100 {
		t.Fatalf("only %d pages and %d links", len(pages), checked)
	}
}

func withoutCode(text string) string {
	return regexp.MustCompile("(?s)```.*?```").ReplaceAllString(text, "")
}

// anchors are the addresses of headings, as GitHub makes them.
func anchors(text string) []string {
	var all []string
	for _, heading := range regexp.MustCompile(`(?m)^#+ (.*)$`).FindAllStringSubmatch(withoutCode(text), -1) {
		kept := regexp.MustCompile(`[^\p{L}\p{N}\- _]`).ReplaceAllString(strings.ToLower(heading[1]), "")
		all = append(all, "#"+strings.ReplaceAll(kept, " ", "-"))
	}
	return all
}

// What docs/workflow.md says of the approvals that resuming costs: one for each attempt where reviewers stand before the
// stage's own job, one in all where they stand before a job of a gate.
func TestAnApprovalBeforeTheStageIsGivenOnce(t *testing.T) {
	p := newPipeline(t,
		"    environment: {name: aks-second, reviewers: 1, preventSelfReview: true, adminBypass: false, branches: [main]}",
		"    environment: {name: aks-second, branches: [main]}",
		"    afterGates: [{type: Approval, displayName: Accept it, environment: {name: aks-accept}}]",
		"    beforeGates: [{type: Approval, displayName: Begin, environment: {name: aks-accept, adminBypass: false}}]",
		"{name: aks-accept, ", "{name: aks-accept, adminBypass: false, ",
		"{name: aks-second, reviewers: [{user: alice}], preventSelfReview: true, adminBypass: false, ", "{name: aks-second, ")
	p.must(p.plan(), exitDone)
	p.must(p.stage("aks-first", "first"), exitDone)
	p.approved("aks-accept", "bob")
	p.must(p.gate("aks-accept", "second", "before-1"), exitDone)
	p.must(p.stage("aks-second", "second", "--deadline", "5m"), exitAgain, "not before")
	p.again()
	p.world.AdvanceTo(p.world.Now().Add(10 * time.Minute))
	p.must(p.stage("aks-second", "second"), exitDone, "| second | before it: “Begin” | aks-accept | bob | looks good |")
}

// The README lists every command, in the order of the help.
func TestReadmeListsTheCommands(t *testing.T) {
	_, table, _ := strings.Cut(string(readFile(t, readmeFile)), "\n| command | does |\n")
	table, _, _ = strings.Cut(table, "\n\n")
	var listed []string
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z ]+)` \\|").FindAllStringSubmatch(table, -1) {
		listed = append(listed, row[1])
	}
	if !slices.Equal(listed, commandNames()) {
		t.Errorf("the README lists %q, and the commands are %q", listed, commandNames())
	}
}
