// Command fleet-action upgrades fleets of AKS clusters in stages. It is the program of the GitHub Action
// fleet-update-action and can be used by hand; "fleet-action help" says what it does.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// grace is how long a stopped process may take to record what it knows: the runner sends SIGINT, SIGTERM 7.5 s later,
// and then kills the client of the container, not the container.
const grace = 4500 * time.Millisecond

func main() {
	signal.Ignore(syscall.SIGPIPE) // see heard
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, func() {
		time.AfterFunc(grace, func() { os.Exit(int(exitAgain)) })
	})
	code := dispatch(ctx, newSystem(), os.Args[1:])
	stop()
	os.Exit(int(code))
}
