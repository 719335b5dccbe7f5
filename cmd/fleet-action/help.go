package main

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/org/fleet-update-action/schema"
)

// Columns of help.
const (
	offTerminal   = 100 // how wide help is where there is no terminal
	optionColumn  = 28  // where the texts of options begin
	commandColumn = 21  // and those of commands
	leastText     = 24  // what a text has, however narrow the terminal is
)

func commandNames() []string {
	var names []string
	for _, known := range commands() {
		names = append(names, known.name)
	}
	return names
}

// whichCommand says what may be meant by words that name no command.
func whichCommand(arguments []string) string {
	words := strings.Fields(strings.Join(arguments, " "))
	two := strings.Join(words[:min(2, len(words))], " ")
	first, _, _ := strings.Cut(two, " ")
	var ofTwo []string
	for _, name := range commandNames() {
		if strings.Contains(name, " ") {
			ofTwo = append(ofTwo, name)
		}
	}
	known := "he commands are " + strings.Join(commandNames(), ", ")
	if near := cmp.Or(schema.Nearest(two, ofTwo), schema.Nearest(strings.Trim(first, "-"), commandNames())); near != "" {
		return "did you mean " + near + "? T" + known
	}
	return "t" + known
}

func isHelp(word string) bool { return word == "help" || word == "--help" || word == "-h" }

func helpWidth(s system) int {
	width, _ := s.size()
	return cmp.Or(width, offTerminal)
}

func help(width int) string {
	var text strings.Builder
	text.WriteString("fleet-action upgrades fleets of AKS clusters in stages.\n\nUsage: fleet-action COMMAND [OPTIONS]\n\n")
	for _, known := range commands() {
		text.WriteString(entry(known.name, known.summary, commandColumn, width))
	}
	text.WriteString("\n")
	for _, said := range []string{
		"Every command has --help. Each option is also an input of the action.",
		"Exit codes: 0 done, 1 more failed than is allowed, 2 the input is wrong, 3 work left (run it again), 4 refused.",
	} {
		text.WriteString(strings.Join(filled(said, width), "\n") + "\n")
	}
	return text.String()
}

func (c command) help(width int) string {
	var text strings.Builder
	text.WriteString(strings.Join(filled("fleet-action "+c.name+": "+c.summary, width), "\n") + "\n\nOptions:\n")
	for _, name := range c.options {
		known, _ := lookupOption(name)
		text.WriteString(entry("--"+known.name+" "+known.argument, known.helpOf(c.name)+known.defaultText(), optionColumn, width))
	}
	if len(c.options) == 0 {
		text.WriteString("  none\n")
	}
	fmt.Fprintf(&text, "\nExample:\n  %s\n", c.example)
	return text.String()
}

// entry is a name with what is said of it in a column, below the name where that is too long.
func entry(name, said string, column, width int) string {
	head := fmt.Sprintf("  %-*s", column-2, name)
	if len(head) > column || !strings.HasSuffix(head, " ") {
		head = "  " + name + "\n" + strings.Repeat(" ", column)
	}
	lines := filled(said, max(leastText, width-column))
	return head + strings.Join(lines, "\n"+strings.Repeat(" ", column)) + "\n"
}

// filled breaks a text at blanks into lines of at most width, and of one word at least.
func filled(said string, width int) []string {
	var lines []string
	for _, word := range strings.Fields(said) {
		last := len(lines) - 1
		if last < 0 || len(lines[last])+1+len(word) > width {
			lines = append(lines, word)
		} else {
			lines[last] += " " + word
		}
	}
	return lines
}

// helpOf is what an option means to a command.
func (o option) helpOf(command string) string { return cmp.Or(o.own[command], o.help) }

func (o option) defaultText() string {
	switch {
	case o.fallback != "":
		return " (default " + o.fallback + ")"
	case o.env != "":
		return " (default $" + o.env + ")"
	default:
		return ""
	}
}
