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

func TestFirstError(t *testing.T) {
	findings := []Finding{{Rule: "a", Severity: Warning}, {Rule: "b", Severity: Error}, {Rule: "c", Severity: Error}}
	if got := FirstError(findings).Rule; got != "b" {
		t.Errorf("got %q", got)
	}
	if got := FirstError(findings[:1]); got != (Finding{}) {
		t.Errorf("got %+v, where there is none", got)
	}
}
