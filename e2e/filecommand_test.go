//go:build e2e

package e2e

import (
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"
)

// fileCommand reads a file of assignments (GITHUB_OUTPUT, GITHUB_ENV, GITHUB_STATE) by the runner's grammar: NAME=VALUE
// on a line, or NAME<<DELIMITER, the value's lines, and a line that is the delimiter. What the runner throws at fails the
// step. Only \n ends a line; a \r belongs to the value.
func fileCommand(content string) (map[string]string, error) {
	values := map[string]string{}
	for content != "" {
		line, rest, _ := strings.Cut(content, "\n")
		content = rest
		equals, heredoc := strings.Index(line, "="), strings.Index(line, "<<")
		switch {
		case line == "":
		case heredoc >= 0 && (equals < 0 || heredoc < equals):
			value, rest, err := untilDelimiter(line[:heredoc], line[heredoc+2:], content)
			if err != nil {
				return nil, err
			}
			values[line[:heredoc]], content = value, rest
		case equals > 0:
			values[line[:equals]] = line[equals+1:]
		default:
			return nil, fmt.Errorf("invalid format %q", line)
		}
	}
	return values, nil
}

func untilDelimiter(name, delimiter, content string) (value, rest string, err error) {
	if name == "" || delimiter == "" {
		return "", "", errors.New("name and delimiter must not be empty")
	}
	var lines []string
	for content != "" {
		line, after, ended := strings.Cut(content, "\n")
		if line == delimiter {
			return strings.Join(lines, "\n"), after, nil
		}
		if !ended {
			break
		}
		lines, content = append(lines, line), after
	}
	return "", "", fmt.Errorf("matching delimiter not found %q", delimiter)
}

func TestFileCommandsAreReadAsTheRunnerDoes(t *testing.T) {
	for name, c := range map[string]struct {
		content string
		want    map[string]string // nil: the runner fails the step
	}{
		"assignment":                   {"a=1\nb=x=y\n", map[string]string{"a": "1", "b": "x=y"}},
		"last line without its end":    {"a=1", map[string]string{"a": "1"}},
		"empty lines between":          {"\na=1\n\nb=2\n", map[string]string{"a": "1", "b": "2"}},
		"carriage return is the value": {"a=1\r\n", map[string]string{"a": "1\r"}},
		"heredoc":                      {"a<<EOF\n1\n2=3\nEOF\nb=2\n", map[string]string{"a": "1\n2=3", "b": "2"}},
		"empty heredoc":                {"a<<EOF\nEOF\n", map[string]string{"a": ""}},
		"heredoc in a value":           {"a=x<<y\n", map[string]string{"a": "x<<y"}},
		"delimiter ends the file":      {"a<<EOF\n1\nEOF", map[string]string{"a": "1"}},
		"delimiter is missing":         {"a<<EOF\n1\n", nil},
		"value without its line's end": {"a<<EOF\n1", nil},
		"delimiter is empty":           {"a<<\n1\n\n", nil},
		"neither":                      {"a\n", nil},
		"no name":                      {"=1\n", nil},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := fileCommand(c.content)
			if (err != nil) != (c.want == nil) || !maps.Equal(got, c.want) {
				t.Errorf("got %q, %v, want %q", got, err, c.want)
			}
		})
	}
}
