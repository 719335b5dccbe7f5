//go:build e2e

package e2e

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// workflowCommand is one line of a step's log that the runner obeyed.
type workflowCommand struct {
	name       string
	properties map[string]string
	data       string
}

// obeyed are the commands that the runner knows.
var obeyed = []string{
	"add-mask", "add-matcher", "add-path", "debug", "echo", "endgroup", "error", "group", "internal-set-repo-path", "notice",
	"remove-matcher", "save-state", "set-env", "set-output", "stop-commands", "warning",
}

// workflowCommands reads lines of a log as the runner does.
func workflowCommands(log []string) []workflowCommand {
	var commands []workflowCommand
	stopped := ""
	for _, line := range log {
		command, ok := workflowCommandOf(line)
		switch {
		case stopped != "":
			if strings.TrimSpace(line) == "::"+stopped+"::" {
				stopped = ""
			}
		case ok:
			commands = append(commands, command)
			if command.name == "stop-commands" {
				stopped = command.data
			}
		}
	}
	return commands
}

// workflowCommandOf reads one line. "::name k=v::data" must begin it, but for blanks; the old form "##[name k=v]data" is
// a command anywhere in it.
func workflowCommandOf(line string) (workflowCommand, bool) {
	if rest, ok := strings.CutPrefix(strings.TrimLeft(line, " \t"), "::"); ok {
		if head, data, ok := strings.Cut(rest, "::"); ok {
			if command, ok := commandHead(head, ",", "%3A", ":", "%2C", ","); ok {
				command.data = unescape(data)
				return command, true
			}
		}
	}
	if _, rest, ok := strings.Cut(line, "##["); ok {
		if head, data, ok := strings.Cut(rest, "]"); ok {
			if command, ok := commandHead(head, ";", "%3B", ";", "%5D", "]"); ok {
				command.data = unescape(data)
				return command, true
			}
		}
	}
	return workflowCommand{}, false
}

func commandHead(head, separator string, escapes ...string) (workflowCommand, bool) {
	name, properties, _ := strings.Cut(head, " ")
	command := workflowCommand{name: name, properties: map[string]string{}}
	for _, property := range strings.Split(strings.TrimSpace(properties), separator) {
		if key, value, ok := strings.Cut(property, "="); ok {
			command.properties[key] = unescape(value, escapes...)
		}
	}
	return command, slices.Contains(obeyed, name)
}

func unescape(text string, more ...string) string {
	return strings.NewReplacer(append(more, "%0D", "\r", "%0A", "\n", "%25", "%")...).Replace(text)
}

func TestWorkflowCommandsAreReadAsTheRunnerDoes(t *testing.T) {
	for name, c := range map[string]struct {
		log  []string
		want []workflowCommand
	}{
		"properties and data": {
			[]string{"  ::error file=a.yml,line=2,title=x%3Ay%2Cz::one%0Atwo%2525"},
			[]workflowCommand{{"error", map[string]string{"file": "a.yml", "line": "2", "title": "x:y,z"}, "one\ntwo%25"}},
		},
		"not at the beginning": {[]string{"see ::error::x"}, nil},
		"unknown":              {[]string{"::errors::x", "::x", "##[x"}, nil},
		"old form anywhere":    {[]string{"see ##[set-output name=a;]b"}, []workflowCommand{{"set-output", map[string]string{"name": "a"}, "b"}}},
		"stopped": {
			[]string{"::stop-commands::word", "::error::x", "::word::", "::notice::y"},
			[]workflowCommand{{"stop-commands", map[string]string{}, "word"}, {"notice", map[string]string{}, "y"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, workflowCommands(c.log), cmp.AllowUnexported(workflowCommand{})); diff != "" {
				t.Error(diff)
			}
		})
	}
}
