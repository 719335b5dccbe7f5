package fleet

import (
	"strings"
	"testing"
)

func TestLabelKey(t *testing.T) {
	tests := map[string]bool{
		"a": true, "A-b_c.9": true, "example.com/a": true, "a/b": true, "9.example-1/x": true,
		strings.Repeat("n", 63): true, strings.Repeat("n", 64): false,
		strings.Repeat("p", 253) + "/n": true, strings.Repeat("p", 254) + "/n": false,
		"": false, "-a": false, "a-": false, ".a": false, "a b": false, "a/": false, "/a": false, "a/b/c": false,
		"A/b": false, "a..b/c": false, "-a/b": false, "a-/b": false, "a_b/c": false, "é": false,
	}
	for key, want := range tests {
		if got := validLabelKey(key); got != want {
			t.Errorf("key %q: got %t, want %t", key, got, want)
		}
	}
}

func TestLabelValue(t *testing.T) {
	tests := map[string]bool{
		"": true, "a": true, "A-b_c.9": true, strings.Repeat("v", 63): true,
		strings.Repeat("v", 64): false, "-": false, "a.": false, "_a": false, "a/b": false, "a b": false, "é": false,
	}
	for value, want := range tests {
		if got := validLabelValue(value); got != want {
			t.Errorf("value %q: got %t, want %t", value, got, want)
		}
	}
}
