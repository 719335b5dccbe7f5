package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// BenchmarkStartup starts `fleet-action version` and `node -e 0` in turn, and reports the ratio of their times, the
// largest memory of fleet-action and the size of its stripped binary.
func BenchmarkStartup(b *testing.B) {
	node, err := exec.LookPath("node")
	if err != nil {
		b.Skip("node is not installed: there is nothing to compare with")
	}
	binary := filepath.Join(b.TempDir(), "fleet-action")
	build := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", binary, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		b.Fatalf("building: %v\n%s", err, out)
	}
	var ours, nodes time.Duration
	for b.Loop() {
		ours += startOnce(b, binary, "version")
		nodes += startOnce(b, node, "-e", "0")
	}
	measured := exec.Command(binary, "version")
	used := withMemory(b, measured)
	if err := measured.Run(); err != nil {
		b.Fatal(err)
	}
	info, err := os.Stat(binary)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(ours)/float64(nodes), "of-node")
	b.ReportMetric(float64(ours.Microseconds())/float64(b.N)/1000, "ms/start")
	b.ReportMetric(used(), "MiB-max")
	b.ReportMetric(float64(info.Size())/1e6, "MB-binary")
}

func startOnce(b *testing.B, name string, arguments ...string) time.Duration {
	b.Helper()
	process := exec.Command(name, arguments...)
	process.Env = []string{}
	started := time.Now()
	if err := process.Run(); err != nil {
		b.Fatalf("%s: %v", name, err)
	}
	return time.Since(started)
}

// withMemory has a command started by GNU time, and returns what tells its largest memory in MiB once it has run. What
// Linux reports for a direct child counts this process as well, which the child was before it became its program.
func withMemory(b *testing.B, command *exec.Cmd) (used func() float64) {
	b.Helper()
	gnuTime, err := exec.LookPath("time")
	if err != nil {
		b.Skip("GNU time is not installed: memory cannot be measured")
	}
	file := filepath.Join(b.TempDir(), "memory")
	command.Args = append([]string{gnuTime, "-f", "%M", "-o", file, command.Path}, command.Args[1:]...)
	command.Path = gnuTime
	return func() float64 {
		content, err := os.ReadFile(file)
		if err != nil {
			b.Fatal(err)
		}
		kib, err := strconv.ParseFloat(strings.TrimSpace(string(content)), 64)
		if err != nil {
			b.Fatal(err)
		}
		return kib / 1024
	}
}
