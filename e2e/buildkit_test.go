//go:build e2e

package e2e

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// buildKit is a BuildKit of this machine, with nothing built yet: the daemon that docker buildx has in a container. It
// has no registry; the image that the Dockerfile begins with is the Docker engine's.
type buildKit struct {
	folder string // of all that it keeps
	base   string // the name and the digest of the image that the Dockerfile begins with, in folder/base
}

// patience is the niceness of what takes minutes, all processors, and nobody's time: other tests go on beside it.
const patience = "19"

// startBuildKit starts it, for as long as the test runs. It needs root and runc, which any machine with a Docker engine
// has; sudo is as good where it asks for no password, as on GitHub's runners.
func startBuildKit(t testing.TB) *buildKit {
	t.Helper()
	if _, err := exec.LookPath("runc"); err != nil {
		notRun(t, "BuildKit needs runc: "+err.Error())
	}
	if err := run(asRoot("true")); err != nil {
		notRun(t, "BuildKit needs root: "+err.Error())
	}
	b := &buildKit{folder: filepath.Join(workshop, "buildkit")} // not t.TempDir: a socket's path is short
	must(t, os.MkdirAll(b.folder, 0o755))
	must(t, run(exec.Command("nice", "-n", patience, "go", "build", "-C", "buildkit", "-o", b.folder, "github.com/moby/buildkit/cmd/buildkitd", "github.com/moby/buildkit/cmd/buildctl")))
	var err error
	b.base, err = layOut(baseImage(t), filepath.Join(b.folder, "base"))
	must(t, err)
	b.start(t)
	return b
}

// daemon runs a command until its standard input ends, as it does when the tests end, however they do. Who has sudo may
// not signal what root runs.
const daemon = `"$0" "$@" & exec 2>/dev/null; read -r end; kill $!; wait $!`

func (b *buildKit) start(t testing.TB) {
	t.Helper()
	nothing := filepath.Join(b.folder, "none.toml") // and not what this machine has in /etc
	write(t, nothing, "")
	command := asRoot("nice", "-n", patience, "sh", "-c", daemon, filepath.Join(b.folder, "buildkitd"), "--config", nothing, "--root", filepath.Join(b.folder, "root"),
		"--addr", b.address(), "--group", strconv.Itoa(os.Getgid()), "--oci-worker=true", "--containerd-worker=false", "--oci-worker-net=host", "--allow-insecure-entitlement=network.host")
	stdin, err := command.StdinPipe()
	must(t, err)
	stderr, err := command.StderrPipe()
	must(t, err)
	must(t, command.Start())
	serving, ended := make(chan error, 1), make(chan struct{})
	go func() {
		serving <- untilServing(stderr)
		_, _ = io.Copy(io.Discard, stderr)
		_ = command.Wait()
		close(ended)
	}()
	t.Cleanup(func() {
		_ = stdin.Close()
		<-ended
		if err := run(asRoot("rm", "-r", b.folder)); err != nil {
			t.Error(err)
		}
	})
	must(t, <-serving)
}

// untilServing reads the daemon's log until it says that it serves.
func untilServing(log io.Reader) error {
	var said strings.Builder
	for lines := bufio.NewScanner(log); lines.Scan(); {
		if strings.Contains(lines.Text(), "running server on") {
			return nil
		}
		said.WriteString(lines.Text() + "\n")
	}
	return errors.New("buildkitd ended:\n" + said.String())
}

func (b *buildKit) address() string { return "unix://" + filepath.Join(b.folder, "socket") }

// build builds the Dockerfile of a folder for the release's platforms, with nothing of an earlier build, into an archive.
func (b *buildKit) build(folder, archive string, r rehearsal, modules string) error {
	name, digest, _ := strings.Cut(b.base, "@")
	command := exec.Command(filepath.Join(b.folder, "buildctl"), "--addr", b.address(), "build", "--no-cache", "--frontend", "dockerfile.v0",
		"--local", "context="+folder, "--local", "dockerfile="+folder, "--opt", "platform="+r.platforms, "--output", r.outputTo(archive),
		"--opt", "build-arg:SOURCE_DATE_EPOCH="+strconv.Itoa(epoch), "--opt", "build-arg:VERSION="+imageVersion, "--opt", "build-arg:GOPROXY="+modules,
		"--allow", "network.host", "--opt", "force-network-mode=host",
		"--oci-layout", "base="+filepath.Join(b.folder, "base"), "--opt", "context:"+name+"=oci-layout://base@"+digest)
	if err := run(command); err != nil {
		return fmt.Errorf("building %s: %w", folder, err)
	}
	return nil
}

// asRoot is a command that root runs.
func asRoot(arguments ...string) *exec.Cmd {
	if os.Getuid() != 0 {
		arguments = append([]string{"sudo", "--non-interactive"}, arguments...)
	}
	return exec.Command(arguments[0], arguments[1:]...)
}

// notRun skips a test that this machine has not the parts for. A passing run of go test shows no skips; .ci/run shows
// those in the file that NOT_RUN names.
func notRun(t testing.TB, why string) {
	t.Helper()
	if file := os.Getenv("NOT_RUN"); file != "" {
		notes, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
		must(t, err)
		_, err = fmt.Fprintf(notes, "NOT RUN: %s: %s\n", t.Name(), strings.TrimSpace(why))
		must(t, errors.Join(err, notes.Close()))
	}
	t.Skip(why)
}
