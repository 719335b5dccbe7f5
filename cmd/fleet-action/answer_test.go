package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// noLogin is an error as azcore marks those of logins.
type noLogin struct{}

func (noLogin) Error() string { return "could not log in" }
func (noLogin) NonRetriable() {}

func TestErrorsHaveACodeAndSayWhatToDo(t *testing.T) {
	tests := []struct {
		name string
		err  error
		code exitCode
		what string
		next string
	}{
		{"our own", fmt.Errorf("above: %w", wrongInput("the file is wrong", "mend it")), exitInput, "the file is wrong", "mend it"},
		{"a login", fmt.Errorf("list clusters: %w", noLogin{}), exitInput, "list clusters: could not log in", "log in"},
		{"an interruption", fmt.Errorf("list clusters: %w", context.Canceled), exitAgain, "it was interrupted", "run the same command again"},
		{"the network", errors.New("connection refused"), exitAgain, "connection refused", "run the same command again"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			what, next := explain(test.err)
			if code := codeOf(test.err); code != test.code || what != test.what || !strings.Contains(next, test.next) {
				t.Errorf("got %d, %q, %q; want %d, %q, %q", code, what, next, test.code, test.what, test.next)
			}
		})
	}
}
