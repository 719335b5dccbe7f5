package main

import (
	"context"
	"io"
	"net/http"
	"os"
	"time"

	"golang.org/x/term"
)

// system is everything outside the process that a command may touch, besides the files it is told to read. Tests make
// their own.
type system struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	getenv         func(string) string
	terminal       bool                       // standard output is a terminal: live view, colour
	interactive    bool                       // somebody can read standard error and answer on standard input
	size           func() (width, height int) // of the terminal; 0 where standard output is none
	folder         func(path string) disk
	now            func() time.Time
	wait           func(ctx context.Context, until time.Time) error
	transport      http.RoundTripper // nil: the network
}

func newSystem() system {
	out := int(os.Stdout.Fd())
	return system{
		stdin: os.Stdin, stdout: &heard{to: os.Stdout}, stderr: &heard{to: os.Stderr},
		getenv:      os.Getenv,
		terminal:    term.IsTerminal(out) && os.Getenv("TERM") != "dumb",
		interactive: term.IsTerminal(int(os.Stdin.Fd())) && term.IsTerminal(int(os.Stderr.Fd())),
		size: func() (int, int) {
			width, height, err := term.GetSize(out)
			if err != nil {
				return 0, 0
			}
			return width, height
		},
		folder: func(path string) disk { return folder{path: path, open: os.Getenv("GITHUB_ACTIONS") == "true"} },
		now:    time.Now,
		wait:   waitUntil,
	}
}

// waitUntil returns when the system clock reaches until, or with the context's error.
func waitUntil(ctx context.Context, until time.Time) error {
	timer := time.NewTimer(time.Until(until))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// answerTime is how long a write that was sent may take to be answered after the process was told to stop.
const answerTime = 3 * time.Second

// outlive returns a context that ends answerTime after the given one: a write that was sent is to be recorded.
func outlive(ctx context.Context) (context.Context, context.CancelFunc) {
	longer, cancel := context.WithCancel(context.WithoutCancel(ctx))
	release := context.AfterFunc(ctx, func() { time.AfterFunc(answerTime, cancel) })
	return longer, func() {
		release()
		cancel()
	}
}
