package main

import (
	"context"
	"strings"
	"testing"
	"unicode/utf8"
)

// asked is what a command line prints, on a terminal of that many columns; 0: on none.
func asked(t *testing.T, columns int, arguments ...string) (stdout, stderr string) {
	t.Helper()
	s, out, errors := streams(nil)
	s.size = func() (int, int) { return columns, 0 }
	dispatch(context.Background(), s, arguments)
	return out.String(), errors.String()
}

func TestHelpFitsTheTerminal(t *testing.T) {
	lines := [][]string{{"help"}}
	for _, known := range commands() {
		lines = append(lines, append(strings.Fields(known.name), "--help"))
	}
	for columns, most := range map[int]int{0: 100, 80: 80, 72: 72} {
		for _, arguments := range lines {
			text, _ := asked(t, columns, arguments...)
			body, _, _ := strings.Cut(text, "\nExample:\n") // a command is copied as a whole
			for line := range strings.SplitSeq(body, "\n") {
				if utf8.RuneCountInString(line) > most {
					t.Errorf("%v at %d columns: %q", arguments, columns, line)
				}
			}
		}
	}
	if text, _ := asked(t, 10, "plan", "--help"); !strings.Contains(text, "--node-image-selection") {
		t.Errorf("on a very narrow terminal there is no help:\n%s", text)
	}
}

// The texts of all options stand in one column, whatever their values are.
func TestHelpHasOneColumn(t *testing.T) {
	text, _ := asked(t, 0, "plan", "--help")
	for _, want := range []string{
		"  --strategy FILE           the strategy file (default .github/fleet/strategy.yml)\n",
		"  --upgrade-type Full|ControlPlaneOnly|NodeImageOnly\n                            what to upgrade, instead of what the strategy says\n",
		"  --format text|json|markdown\n                            how to print what came out (default text)\n",
		"  --profile NAME            take the target from the channel of this auto-upgrade profile of the\n                            strategy\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in:\n%s", want, text)
		}
	}
}

// What an option means to one command stands in the help of that one alone; an input is of all of them.
func TestHelpIsAboutItsCommand(t *testing.T) {
	for command, texts := range map[string]struct{ has, hasNot string }{
		"plan":          {"--environment NAME        the GitHub environment whose reviewers approve", "strategy save"},
		"stage":         {"--stage NAME              the stage to execute\n", "gate"},
		"gate":          {"--stage NAME              the stage that the gate belongs to\n", "the stage to execute"},
		"strategy save": {"--strategy FILE           the strategy file to write", "the plan to execute"},
		"status":        {"--out DIR                 the folder of a run", "is taken up"},
	} {
		text, _ := asked(t, 0, append(strings.Fields(command), "--help")...)
		if !strings.Contains(text, texts.has) || strings.Contains(text, texts.hasNot) {
			t.Errorf("%s: want %q and no %q in\n%s", command, texts.has, texts.hasNot, text)
		}
	}
	for _, known := range optionTable() {
		for name := range known.own {
			takes := false
			for _, c := range commands() {
				takes = takes || c.name == name && strings.Contains(" "+strings.Join(c.options, " ")+" ", " "+known.name+" ")
			}
			if !takes {
				t.Errorf("--%s has a text for %q, which does not take it", known.name, name)
			}
		}
	}
}

func TestWhatIsNearlyACommand(t *testing.T) {
	for typed, want := range map[string]string{
		"plann":            `did you mean plan? The commands are validate, plan,`,
		"--version":        `did you mean version? The commands are`,
		"workflow chek":    `did you mean workflow check? The`,
		"strategy":         `did you mean strategy save? The`,
		"stge --stage x":   `did you mean stage? The`,
		"":                 "the commands are validate, plan",
		"upgrade":          "the commands are validate, plan",
		"plan --strateyg":  "flag provided but not defined: --strateyg; did you mean --strategy?\nsee fleet-action plan --help\n",
		"plan --comand":    "flag provided but not defined: --comand; did you mean --comment?\n",
		"plan --something": "flag provided but not defined: --something\n",
	} {
		if _, said := asked(t, 0, strings.Split(typed, " ")...); !strings.Contains(said, want) {
			t.Errorf("%s: %q is not in %q", typed, want, said)
		}
	}
}
