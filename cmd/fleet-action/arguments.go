package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/schema"
)

// values holds a command's options by name: the flag, else the input, else the environment variable, else the default.
type values map[string]string

// parseArguments reads a command's flags and fills in what they leave open. The error is for the user.
func parseArguments(c command, arguments []string, runner *github.Runner, getenv func(string) string) (values, error) {
	set := flag.NewFlagSet(c.name, flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.Usage = func() {}
	given, twice := values{}, ""
	for _, name := range c.options {
		set.Func(name, "", func(value string) error {
			if _, known := given[name]; known {
				twice = name
			}
			given[name] = value
			return nil
		})
	}
	if err := set.Parse(arguments); errors.Is(err, flag.ErrHelp) {
		return nil, err
	} else if err != nil {
		return nil, misspelt(c, err)
	}
	switch {
	case set.NArg() > 0:
		return nil, fmt.Errorf("%q is one word too many", set.Arg(0))
	case twice != "":
		return nil, fmt.Errorf("--%s is given twice; what takes several takes them in one, as in --%s 'ONE TWO'", twice, twice)
	}
	result := values{}
	for _, name := range c.options {
		known, _ := lookupOption(name)
		if value, isGiven := given[name]; isGiven && value == "" && known.filled {
			return nil, fmt.Errorf("--%s is empty: what was to fill it found nothing", name)
		}
		result[name] = firstGiven(given, known, runner, getenv)
		if err := known.check(result[name]); err != nil {
			return nil, err
		}
	}
	return result, nil
}

// misspelt is an error of package flag in our words: with two dashes, and with the option that may be meant.
func misspelt(c command, err error) error {
	message := strings.ReplaceAll(err.Error(), ": -", ": --")
	if name, unknown := strings.CutPrefix(message, "flag provided but not defined: --"); unknown {
		if near := schema.Nearest(name, c.options); near != "" {
			message += "; did you mean --" + near + "?"
		}
	}
	return errors.New(message)
}

// check refuses a value that an option cannot have, before anything is read or written: a word that is not one of
// those it takes, or a length of time that is none.
func (o option) check(value string) error {
	words := strings.Split(o.argument, "|")
	switch {
	case len(words) > 1 && value != o.fallback && !slices.Contains(words, value):
		return fmt.Errorf("--%s %q is not known; use %s", o.name, value, strings.Join(words, " or "))
	case o.argument == durationArgument && value != "":
		if length, err := time.ParseDuration(value); err != nil || length <= 0 {
			return fmt.Errorf("--%s %q is not a length of time; write it like 30s, 15m or 5h40m", o.name, value)
		}
	case o.argument == numberArgument && value != "":
		if number, err := strconv.Atoi(value); err != nil || number < 1 || number > maxNumber {
			return fmt.Errorf("--%s %q is not a number from 1 to %d", o.name, value, maxNumber)
		}
	}
	return nil
}

func firstGiven(given values, known option, runner *github.Runner, getenv func(string) string) string {
	if value, ok := given[known.name]; ok {
		return value
	}
	if value := runner.Input(known.name); value != "" {
		return value
	}
	if known.env != "" && getenv(known.env) != "" {
		return getenv(known.env)
	}
	return known.fallback
}

// oneDocument reports whether standard output is to be one document, as JSON or Markdown, and nothing else.
func (v values) oneDocument() bool { return v["format"] == "json" || v["format"] == "markdown" }

// duration is an option such as "30s" or "5h40m", which was checked when it was read; empty is zero.
func (v values) duration(name string) time.Duration {
	length, _ := time.ParseDuration(v[name])
	return length
}

// number is an option such as "5", which was checked when it was read; empty is zero.
func (v values) number(name string) int {
	number, _ := strconv.Atoi(v[name])
	return number
}
