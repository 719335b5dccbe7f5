// Package github speaks to GitHub: to the runner by its commands and files, and to its API.
package github

import (
	"io"

	"github.com/sethvargo/go-githubactions"
)

// Runner is the GitHub Actions runner this process may have been started by.
type Runner struct {
	action *githubactions.Action
	getenv func(string) string
}

// NewRunner reads the runner's environment through getenv and writes its commands to out, which the runner must read
// (standard output or standard error of the step).
func NewRunner(getenv func(string) string, out io.Writer) *Runner {
	return &Runner{
		action: githubactions.New(githubactions.WithGetenv(getenv), githubactions.WithWriter(out)),
		getenv: getenv,
	}
}

// Active reports whether a runner is there.
func (r *Runner) Active() bool { return r.getenv("GITHUB_ACTIONS") == "true" }

// Input returns the action's input of that name, "" where it is not given.
func (r *Runner) Input(name string) string { return r.action.GetInput(name) }

// Mask has the runner replace a secret by *** in everything the job prints from here on. Without a runner it does
// nothing: the command itself would print the secret.
func (r *Runner) Mask(secret string) {
	if r.Active() && secret != "" {
		r.action.AddMask(secret)
	}
}
