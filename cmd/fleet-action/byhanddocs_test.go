package main

import (
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/strategy"
)

// The commands in docs/by-hand.md are ones: fleet-action takes their options and can do what they say, and the fields of a
// workflow's form are inputs of the action, or of the form alone.
func TestCommandsOfByHand(t *testing.T) {
	text := string(readFile(t, "../../docs/by-hand.md"))
	typed, started := 0, 0
	for _, line := range regexp.MustCompile(`(?m)^    ((?:fleet-action|gh workflow run) .*)$`).FindAllStringSubmatch(text, -1) {
		words := shellWords(line[1])
		if words[0] == "fleet-action" {
			typed++
			takes(t, line[1], words[1:])
			continue
		}
		started++
		for i, word := range words {
			if word == "-f" {
				name, value, _ := strings.Cut(words[i+1], "=")
				formTakes(t, line[1], name, value)
			}
		}
	}
	if typed < 8 || started < 6 {
		t.Errorf("only %d commands and %d starts of a workflow were looked at", typed, started)
	}
}

// shellWords splits a command line; quotes keep blanks in a word.
func shellWords(line string) []string {
	var words []string
	for _, word := range regexp.MustCompile(`(?:'[^']*'|"[^"]*"|[^\s'"])+`).FindAllString(line, -1) {
		words = append(words, strings.NewReplacer("'", "", `"`, "").Replace(word))
	}
	return words
}

func takes(t *testing.T, line string, words []string) {
	t.Helper()
	for _, known := range commands() {
		rest, named := known.namedBy(words)
		if !named {
			continue
		}
		none := func(string) string { return "" }
		given, err := parseArguments(known, rest, github.NewRunner(none, io.Discard), none)
		if err != nil {
			t.Errorf("%s: %v", line, err)
		}
		if _, err := skipTargets(given["skip"]); err != nil {
			t.Errorf("%s: %v", line, err)
		}
		if name := given["name"]; name != "" && strategy.CheckName(name) != nil {
			t.Errorf("%s: %v", line, strategy.CheckName(name))
		}
		return
	}
	t.Errorf("%s is no command", line)
}

func formTakes(t *testing.T, line, name, value string) {
	t.Helper()
	if _, known := lookupOption(name); !known && !slices.Contains([]string{"do", "dry-run"}, name) {
		t.Errorf("%s: there is no input %s", line, name)
	}
	if name == "skip" {
		for _, word := range strings.Fields(value) {
			if _, err := plan.ParseSkip(word); err != nil {
				t.Errorf("%s: %v", line, err)
			}
		}
	}
}
