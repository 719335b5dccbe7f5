package schema

import (
	"strings"
	"testing"
)

func TestNearest(t *testing.T) {
	types := []string{"Full", "ControlPlaneOnly", "NodeImageOnly"}
	fields := []string{"name", "groups", "maxConcurrency", "maxAllowedFailures"}
	for _, c := range []struct {
		word       string
		candidates []string
		want       string
	}{
		{"NodeImage", types, "NodeImageOnly"}, // the beginning of it
		{"full", types, "Full"},
		{"fulll", types, "Full"},
		{"ControlPlane", types, "ControlPlaneOnly"},
		{"Everything", types, ""},
		{"maxConcurency", fields, "maxConcurrency"},
		{"maxconcurrency", fields, "maxConcurrency"},
		{"nmae", fields, "name"}, // neighbours swapped
		{"gruops", fields, "groups"},
		{"x", fields, ""},
		{"", fields, ""},
		{"ue", []string{"dev", "eu"}, "eu"},
		{"größe", []string{"grösse", "gross"}, "grösse"},
		{strings.Repeat("n", 200), fields, ""},
		{"name", nil, ""},
	} {
		if got := Nearest(c.word, c.candidates); got != c.want {
			t.Errorf("Nearest(%q, %v) = %q, want %q", c.word, c.candidates, got, c.want)
		}
	}
}
