package main

import (
	"context"
	"runtime"
	"runtime/debug"

	"github.com/org/fleet-update-action/internal/report"
)

func versionCommand() command {
	return command{
		name:    "version",
		summary: "prints the version",
		example: "fleet-action version --format json",
		options: []string{"format"},
		run:     version,
	}
}

func version(context.Context, call) (answer, error) {
	number := "(devel)"
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		number = info.Main.Version
	}
	return answer{
		document: report.Sentence("fleet-action " + number + " " + runtime.Version() + " " + runtime.GOOS + "/" + runtime.GOARCH),
		data:     map[string]string{"version": number, "go": runtime.Version(), "platform": runtime.GOOS + "/" + runtime.GOARCH},
	}, nil
}
