package main

import (
	"maps"
	"path/filepath"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
)

// typed is a command line of fleet-action as it would be typed here: options at their defaults, and those that the
// environment sets, are left out, and so are secrets and the format, which is about the reader and not about what is done.
func (c call) typed(wanted command, given values) string {
	words := append([]string{"fleet-action"}, strings.Fields(wanted.name)...)
	for _, name := range wanted.options {
		known, _ := lookupOption(name)
		value := given[name]
		fromEnvironment := known.env != "" && value == c.getenv(known.env)
		if known.secret || name == "format" || value == "" || value == known.fallback || fromEnvironment {
			continue
		}
		words = append(words, "--"+name, value)
	}
	return fleet.Command(words...)
}

// again is the command line that goes on with this command at a stage; run finds the stage by itself, and what failed in a
// run that is over is for a retry.
func (c call) again(stage string) string {
	if stage == "" {
		return c.retryLine()
	}
	given := maps.Clone(c.values)
	given["stage"] = stage
	return c.typed(c.command, given)
}

// retryLine is the command line that retries this run, where it is one of the command run, in another folder.
func (c call) retryLine() string {
	if c.command.name != runName {
		return ""
	}
	given := maps.Clone(c.values)
	for _, target := range []string{"profile", "upgrade-type", "kubernetes-version", "node-image-selection"} {
		delete(given, target) // a retry has those of the run
	}
	given["retry"], given["out"] = c.outFile(resultFile), "retry"
	if out := filepath.Clean(c.values["out"]); out != "." {
		given["out"] = out + "-retry"
	}
	return c.typed(c.command, given)
}

// stageLine is the command line that executes a stage of the plan this command makes.
func (c call) stageLine(stage string) string {
	if stage == "" { // it is not known of which strategy the plan is
		return ""
	}
	given := maps.Clone(c.values)
	given["stage"], given["plan"] = stage, filepath.Join(c.values["out"], planFile)
	return c.typed(stageCommand(), given)
}
