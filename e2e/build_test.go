//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// The images of the tests: the action's own, built from the repository's Dockerfile, and the one that stands in for
// actions that come from elsewhere.
const (
	actionImage  = "fleet-update-action:e2e"
	standinImage = "fleet-update-action-standin:e2e"
	imageVersion = "v0.0.0-e2e"
	jobImage     = "fleet-runner:bookworm" // a job's own container: Debian and nothing else
)

// repository is the root of the repository, seen from this folder.
const repository = ".."

// workshop holds the programs that the tests build, once for all of them.
var workshop string

func TestMain(m *testing.M) {
	code, err := work(m)
	if err != nil {
		fmt.Fprintf(os.Stderr, "e2e: %v\n", err)
		os.Exit(1)
	}
	os.Exit(code)
}

func work(m *testing.M) (int, error) {
	if out, err := exec.Command("docker", "version", "--format", "{{.Server.Version}}").CombinedOutput(); err != nil {
		return 0, fmt.Errorf("these tests need a Docker engine: %v\n%s", err, out)
	}
	folder, err := os.MkdirTemp("", "fleet-e2e-")
	if err != nil {
		return 0, err
	}
	workshop = folder
	defer func() { _ = os.RemoveAll(workshop) }()
	for _, prepare := range []func() error{buildBinary, buildActionImage, buildStandin, ensureJobImage} {
		if err := prepare(); err != nil {
			return 0, err
		}
	}
	return m.Run(), nil
}

// fleetAction is the binary on this machine, which serves the simulator and generates workflows.
func fleetAction() string { return filepath.Join(workshop, "fleet-action") }

func buildBinary() error {
	return toolchain("build", "-C", repository, "-o", fleetAction(), "./cmd/fleet-action")
}

// buildActionImage builds the repository's Dockerfile with the Docker engine.
func buildActionImage() error {
	modules, err := serveModules()
	if err != nil {
		return err
	}
	defer modules.close()
	return docker("build", "--network", "host", "--tag", actionImage, "--build-arg", "GOPROXY="+modules.address, "--build-arg", "VERSION="+imageVersion, repository)
}

// moduleServer gives this machine's module cache to builds, on loopback: the same bytes, held against go.sum, wherever
// there is no way out.
type moduleServer struct {
	address string
	close   func()
}

func serveModules() (moduleServer, error) {
	download := exec.Command("go", "mod", "download")
	download.Dir = repository
	if err := run(download); err != nil {
		return moduleServer{}, err
	}
	cache, err := exec.Command("go", "env", "GOMODCACHE").Output()
	if err != nil {
		return moduleServer{}, fmt.Errorf("finding the module cache: %w", err)
	}
	listener, err := listenForModules()
	if err != nil {
		return moduleServer{}, err
	}
	modules := http.FileServer(http.Dir(filepath.Join(strings.TrimSpace(string(cache)), "cache", "download")))
	server := &http.Server{Handler: modules, ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(listener) }()
	return moduleServer{address: "http://" + listener.Addr().String(), close: func() { _ = server.Shutdown(context.Background()) }}, nil
}

// listenForModules takes one port where it can: another would be another build argument, and nothing built before would
// be found again.
func listenForModules() (net.Listener, error) {
	if listener, err := net.Listen("tcp", "127.0.0.1:38126"); err == nil {
		return listener, nil
	}
	return net.Listen("tcp", "127.0.0.1:0")
}

// buildStandin makes the image of the actions under standin/: one static program.
func buildStandin() error {
	folder := filepath.Join(workshop, "standin")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	build := exec.Command("go", "build", "-tags", "e2e", "-o", filepath.Join(folder, "upload-artifact"), "./standin/upload-artifact")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if err := run(build); err != nil {
		return err
	}
	dockerfile := "FROM scratch\nCOPY upload-artifact /upload-artifact\nENTRYPOINT [\"/upload-artifact\"]\n"
	if err := os.WriteFile(filepath.Join(folder, "Dockerfile"), []byte(dockerfile), 0o644); err != nil {
		return err
	}
	return docker("build", "--tag", standinImage, folder)
}

// ensureJobImage takes Debian's own image where nobody has made that of the jobs.
func ensureJobImage() error {
	if docker("image", "inspect", jobImage) == nil {
		return nil
	}
	if err := docker("pull", "--quiet", "debian:bookworm-slim"); err != nil {
		return err
	}
	return docker("tag", "debian:bookworm-slim", jobImage)
}

// buildAct builds act, which tools/go.mod pins: about a minute where nothing is cached.
var buildAct = sync.OnceValues(func() (string, error) {
	act := filepath.Join(workshop, "act")
	return act, toolchain("build", "-C", "tools", "-o", act, "github.com/nektos/act")
})

// actBinary is the workflow runner act.
func actBinary(t testing.TB) string {
	t.Helper()
	act, err := buildAct()
	if err != nil {
		t.Fatal(err)
	}
	return act
}

func toolchain(arguments ...string) error { return run(exec.Command("go", arguments...)) }

func docker(arguments ...string) error { return run(exec.Command("docker", arguments...)) }

// run runs a command whose output is of interest only when it fails.
func run(command *exec.Cmd) error {
	if out, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", command, err, out)
	}
	return nil
}
