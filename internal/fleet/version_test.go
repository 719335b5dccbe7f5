package fleet

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// version reads a version; "" is none.
func version(t testing.TB, text string) KubernetesVersion {
	t.Helper()
	var v KubernetesVersion
	if err := v.UnmarshalText([]byte(text)); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestParseKubernetesVersion(t *testing.T) {
	tests := map[string]KubernetesVersion{
		"1.34.2":   {1, 34, 2},
		"1.34":     {1, 34, AnyPatch},
		"v1.34.0":  {1, 34, 0},
		"V1.34":    {1, 34, AnyPatch},
		"1.31.100": {1, 31, 100},
	}
	for text, want := range tests {
		if got, err := ParseKubernetesVersion(text); err != nil || got != want {
			t.Errorf("%q: got %v and error %v, want %v", text, got, err, want)
		}
	}
}

func TestParseKubernetesVersionErrors(t *testing.T) {
	for _, text := range []string{
		"", "1", "v", "1.", "1.34.", ".34", "1.34.2.1", "1.x", "1.-1", "+1.34", "1.+34", "1.34.2-preview", " 1.34", "1.34 ",
		"vv1.34", "1.34.70000", "0.0.0", "0.34", "latest",
	} {
		got, err := ParseKubernetesVersion(text)
		if want := "is not a Kubernetes version (want 1.34.2 or 1.34)"; err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v and error %v, want %s", text, got, err, want)
		}
	}
}

func TestKubernetesVersionOrder(t *testing.T) {
	want := []string{"", "1.31", "1.31.9", "1.31.100", "1.34", "1.34.0", "1.34.10", "1.35.0", "2.0"}
	var versions []KubernetesVersion
	for _, text := range want {
		versions = append(versions, version(t, text))
	}
	slices.Reverse(versions)
	slices.SortFunc(versions, KubernetesVersion.Compare)
	var got []string
	for _, v := range versions {
		got = append(got, v.String())
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
}

func TestKubernetesVersionAtOrAhead(t *testing.T) {
	tests := []struct {
		have, target string
		want         bool
	}{
		{"1.34.2", "1.34.2", true},
		{"1.34.3", "1.34.2", true},
		{"1.35.0", "1.34.9", true},
		{"1.34.1", "1.34.2", false},
		{"1.33.9", "1.34", false},
		{"1.34.0", "1.34", true},
		{"1.34", "1.34.0", false},
		{"", "1.34.0", false},
		{"", "", false},
		{"1.34.0", "", true},
	}
	for _, test := range tests {
		if got := version(t, test.have).AtOrAhead(version(t, test.target)); got != test.want {
			t.Errorf("%q at or ahead of %q: got %t, want %t", test.have, test.target, got, test.want)
		}
	}
}

func TestKubernetesVersionMinor(t *testing.T) {
	patch, minor := version(t, "1.34.2"), version(t, "1.34")
	if patch.IsMinor() || !minor.IsMinor() {
		t.Errorf("minor: got %t for %s and %t for %s", patch.IsMinor(), patch, minor.IsMinor(), minor)
	}
	if got := patch.MinorOnly(); got != minor {
		t.Errorf("minor of %s: got %s, want %s", patch, got, minor)
	}
	if !patch.SameMinor(minor) || patch.SameMinor(version(t, "1.35.2")) || patch.SameMinor(version(t, "2.34.2")) {
		t.Errorf("%s is of the minor %s and of no other", patch, minor)
	}
}

func TestKubernetesVersionInJSON(t *testing.T) {
	type document struct {
		Version KubernetesVersion         `json:"version,omitzero"`
		Counts  map[KubernetesVersion]int `json:"counts"`
	}
	tests := map[string]document{
		`{"version":"1.34.2","counts":{"1.33":1}}`: {KubernetesVersion{1, 34, 2}, map[KubernetesVersion]int{{1, 33, AnyPatch}: 1}},
		`{"counts":{"":2}}`:                        {KubernetesVersion{}, map[KubernetesVersion]int{{}: 2}},
	}
	for text, value := range tests {
		if written, err := json.Marshal(value); err != nil || string(written) != text {
			t.Errorf("wrote %s and error %v, want %s", written, err, text)
		}
		var read document
		if err := json.Unmarshal([]byte(text), &read); err != nil || !cmp.Equal(value, read) {
			t.Errorf("read %v and error %v, want %v", read, err, value)
		}
	}
	var v KubernetesVersion
	if err := json.Unmarshal([]byte(`"new"`), &v); err == nil {
		t.Errorf("read %v from what is no version", v)
	}
}
