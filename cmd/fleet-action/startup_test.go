package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
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
	var memory int64
	for b.Loop() {
		took, used := startOnce(b, binary, "version")
		ours, memory = ours+took, max(memory, used)
		took, _ = startOnce(b, node, "-e", "0")
		nodes += took
	}
	info, err := os.Stat(binary)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(ours)/float64(nodes), "of-node")
	b.ReportMetric(float64(ours.Microseconds())/float64(b.N)/1000, "ms/start")
	b.ReportMetric(float64(memory)/1024, "MiB-max")
	b.ReportMetric(float64(info.Size())/1e6, "MB-binary")
}

func startOnce(b *testing.B, name string, arguments ...string) (time.Duration, int64) {
	b.Helper()
	process := exec.Command(name, arguments...)
	process.Env = []string{}
	started := time.Now()
	if err := process.Run(); err != nil {
		b.Fatalf("%s: %v", name, err)
	}
	took := time.Since(started)
	usage, ok := process.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		b.Fatal("the system does not say how much memory was used")
	}
	return took, usage.Maxrss // KiB on Linux
}
