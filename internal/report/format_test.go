package report

import (
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
)

func TestDuration(t *testing.T) {
	const h = time.Hour
	tests := map[time.Duration]string{
		-h: "0 s", 0: "0 s", 42 * time.Second: "42 s", time.Minute: "1 min", 90 * time.Second: "2 min", 59*time.Minute + 40*time.Second: "1 h",
		65 * time.Minute: "1 h 05 min", 47*h + 59*time.Minute: "47 h 59 min", 48 * h: "2 d", 76*h + 30*time.Minute: "3 d 04 h",
	}
	for d, want := range tests {
		if got := duration(d); got != want {
			t.Errorf("%v: got %q, want %q", d, got, want)
		}
	}
}

func TestStampIsInUTC(t *testing.T) {
	at := time.Date(2026, 11, 23, 15, 5, 59, 0, time.FixedZone("", 3600))
	if got := stamp(at); got != "2026-11-23 14:05Z" {
		t.Errorf("got %q", got)
	}
	if got := stamp(time.Time{}); got != "" {
		t.Errorf("no time: got %q", got)
	}
}

func TestShortNames(t *testing.T) {
	for in, want := range map[fleet.NodeImage]string{"AKSUbuntu-2204gen2containerd-202611.08.0": "202611.08.0", "custom": "custom", "": ""} {
		if got := shortImage(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]string{"sha256:0123456789abcdef": "0123456789ab", "sha256:01": "01", "": ""} {
		if got := shortDigest(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestAnd(t *testing.T) {
	for want, parts := range map[string][]string{"": nil, "a": {"a"}, "a and b": {"a", "b"}, "a, b and c": {"a", "b", "c"}} {
		if got := and(parts); got != want {
			t.Errorf("%q: got %q, want %q", parts, got, want)
		}
	}
}
