package main

import (
	"context"
	"runtime"
	"runtime/debug"

	"github.com/org/fleet-update-action/internal/report"
)

// release is the version that the linker writes into the binary of the image, where there is no repository to tell it.
var release string

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
	number := versionNumber()
	return answer{
		document: report.Sentence("fleet-action " + number + " " + runtime.Version() + " " + runtime.GOOS + "/" + runtime.GOARCH),
		data:     map[string]string{"version": number, "go": runtime.Version(), "platform": runtime.GOOS + "/" + runtime.GOARCH},
	}, nil
}

func versionNumber() string {
	if release != "" {
		return release
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
