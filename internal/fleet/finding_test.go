package fleet

import "testing"

func TestHasErrors(t *testing.T) {
	tests := map[string]struct {
		findings []Finding
		want     bool
	}{
		"none":               {nil, false},
		"a warning, a note":  {[]Finding{{Severity: Warning}, {Severity: Note}}, false},
		"an error among all": {[]Finding{{Severity: Note}, {Severity: Error}, {Severity: Warning}}, true},
	}
	for name, test := range tests {
		if got := HasErrors(test.findings); got != test.want {
			t.Errorf("%s: got %t, want %t", name, got, test.want)
		}
	}
}
