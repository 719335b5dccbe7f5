package report

import (
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/org/fleet-update-action/internal/fleet"
)

// harmless reports what a terminal or a runner could take a text for besides words.
func harmless(t *testing.T, rendered string) {
	t.Helper()
	for line := range strings.SplitSeq(strings.TrimSuffix(rendered, "\n"), "\n") {
		for _, r := range line {
			if !unicode.IsPrint(r) {
				t.Errorf("%U in %q", r, line)
			}
		}
		if strings.HasPrefix(strings.TrimSpace(line), "::") || strings.Contains(line, "##[") {
			t.Errorf("a runner reads a command in %q", line)
		}
	}
}

func FuzzText(f *testing.F) {
	for _, seed := range []string{"aks-dev-1", "::error::x", "\n::error::x", "##[error]x", "a ##", "[", ":", "\x1b[2J", "\x1b]0;t\a", "\r", "\u202e", "\u2028::a", "\u0085::a",
		"\x9b31m", "\xff", "\t", "a\u0301", "東京", "🙂", "a b c d e f g h i j k l m n", strings.Repeat("x", 300)} {
		f.Add(seed, uint8(20))
	}
	f.Fuzz(func(t *testing.T, s string, columns uint8) {
		style := Style{Width: int(columns)}
		harmless(t, Text(everyBlock(s), style))
		finding := fleet.Finding{Rule: s, Severity: fleet.Error, Message: s, Advice: s, Position: fleet.Position{File: s, Line: 1, Column: 1 + len(s)/2, Length: 3, Source: s}}
		harmless(t, Diagnostics([]fleet.Finding{finding}, style))

		p, r := threeStages(), halfway()
		p.Name, p.Stages[0].Name, r.Stages[0].Name = s, s, s
		m := &r.Stages[0].Groups[0].Members[0]
		m.Name, m.Reason, m.State, m.Problem = s, s, fleet.Failed, &fleet.Problem{Code: s, Message: s, Advice: s}
		harmless(t, strings.Join(Live(p, r, noon, style), "\n"))
		harmless(t, strings.Join(Changes(p, fleet.Result{}, r), "\n"))
	})
}

func TestColourIsTheOnlyControlSequence(t *testing.T) {
	coloured := Text(everyBlock("a\x1b[2Jb"), Style{Colour: true})
	if !strings.Contains(coloured, "\x1b[1m") {
		t.Errorf("no colour: %q", coloured)
	}
	harmless(t, regexp.MustCompile("\x1b\\[[0-9]+m").ReplaceAllString(coloured, ""))
}

func TestTextFitsItsWidth(t *testing.T) {
	text := Text(Plan(threeStages(), sampleReading(), byHand), Style{Width: 140})
	for line := range strings.SplitSeq(text, "\n") {
		if width(line) > 140 && !strings.HasPrefix(line, "    ") { // commands are never wrapped: they are copied
			t.Errorf("%d columns: %q", width(line), line)
		}
	}
}

func TestLongProseStandsBelowItsRow(t *testing.T) {
	reason := "pending: eastus2 does not offer the image of this run, it is older than 90 days, and so no snapshot of it can be used"
	d := Document{blocks: []block{table{columns: []column{{name: "Cluster"}, {name: "Kubernetes", firm: true}, {name: "Action"}},
		rows: [][]text{{words("aks-us-1"), words("1.33.8 → 1.34.2"), words(reason)}, {words("aks-us-2"), words("1.33.8 → 1.34.2"), words("upgrade")}}}}}
	want := `Cluster   Kubernetes       Action
aks-us-1  1.33.8 → 1.34.2
    pending: eastus2 does not offer the image of this
    run, it is older than 90 days, and so no snapshot of
    it can be used
aks-us-2  1.33.8 → 1.34.2  upgrade
`
	if got := Text(d, Style{Width: 56}); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// At no width is a name, a version, an image, a route or a code another than the one that is meant.
func TestIdentifiersAreNeverCut(t *testing.T) {
	planned, result := threeStages(), halfway()
	long := "aks-payments-production-300"
	planned.Stages[2].Groups[0].Members[1].Name = long
	planned.Stages[2].Name, result.Stages[0].Groups[0].Members[0].Name = "production-in-western-europe", long
	failed := &result.Stages[0].Groups[0].Members[1]
	failed.State, failed.Problem = fleet.Failed, &fleet.Problem{Code: "InternalOperationError", Message: "it failed"}
	documents := map[string]Document{"plan": Plan(planned, sampleReading(), byHand), "result": Result(planned, result, byHand)}
	for name, d := range documents {
		known := map[string]bool{}
		for _, word := range strings.Fields(Text(d, Style{})) {
			known[strings.Trim(word, ",:─█·")] = true
		}
		for columns := 1; columns <= 160; columns++ {
			for _, word := range strings.Fields(Text(d, Style{Width: columns})) {
				if !known[strings.Trim(word, ",:─█·")] {
					t.Fatalf("%s at %d columns: %q is no word of it", name, columns, word)
				}
			}
		}
	}
}

func TestATableThatIsTooWideIsAList(t *testing.T) {
	d := Document{blocks: []block{table{columns: []column{{name: "Group"}, {name: "Cluster"}, {name: "Node image", firm: true}, {name: "Action"}},
		rows: [][]text{
			{words("payments"), words("aks-payments-production-1"), {plain("system: 202611.08.0"), lineEnd(), plain("apps: 202610.12.0")}, words("upgrade")},
			{words("payments"), words("aks-payments-production-10"), nil, words("blocked: its auto-upgrade channel is stable")},
		}}}}
	for columns, want := range map[int]string{
		64: `Group     Cluster                     Node image    Action
payments  aks-payments-production-1   system:       upgrade
                                      202611.08.0
                                      apps:
                                      202610.12.0
payments  aks-payments-production-10
    blocked: its auto-upgrade channel is stable
`,
		50: `- Group: payments
  Cluster: aks-payments-production-1
  Node image: system: 202611.08.0, apps:
  202610.12.0
  Action: upgrade
- Group: payments
  Cluster: aks-payments-production-10
  Action: blocked: its auto-upgrade channel is
  stable
`,
		20: `- Group: payments
  Cluster:
  aks-payments-production-1
  Node image:
  system:
  202611.08.0, apps:
  202610.12.0
  Action: upgrade
- Group: payments
  Cluster:
  aks-payments-production-10
  Action: blocked:
  its auto-upgrade
  channel is stable
`,
	} {
		if got := Text(d, Style{Width: columns}); got != want {
			t.Errorf("%d columns, got\n%s\nwant\n%s", columns, got, want)
		}
	}
}

func TestWhatIsTooLongForTheLastColumnStandsBelow(t *testing.T) {
	d := Document{blocks: []block{table{columns: []column{{name: "State"}, {name: "Run"}},
		rows: [][]text{{words("pending"), words("auto-weekly-nodeimage-202611-08-0")}, {words("failed"), words("production")}}}}}
	want := `State    Run
pending
    auto-weekly-nodeimage-202611-08-0
failed   production
`
	if got := Text(d, Style{Width: 30}); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestAChartFitsItsWidth(t *testing.T) {
	drawn, _ := newChart("Planned run, UTC", foreseen(threeStages()))
	for line := range strings.SplitSeq(Text(Document{blocks: []block{drawn}}, Style{Width: 50}), "\n") {
		if width(line) > 50 {
			t.Errorf("%d columns: %q", width(line), line)
		}
		if strings.Contains(line, "█") && !strings.HasPrefix(line, "· ") {
			t.Errorf("a bar without its name: %q", line)
		}
	}
}
