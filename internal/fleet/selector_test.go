package fleet

import (
	"strings"
	"testing"
)

func TestSelectorMatches(t *testing.T) {
	canary := map[string]string{"env": "dev", "ring": "1", "example.com/team": "", "in": "side"}
	tests := []struct {
		selector string
		want     bool
	}{
		{"", true},
		{"  ", true},
		{"env=dev", true},
		{"env == dev", true},
		{"env=prod", false},
		{"region=eu", false},
		{"env!=dev", false},
		{"env != prod", true},
		{"region!=eu", true},
		{"env in (prod, dev)", true},
		{"env in(prod)", false},
		{"region in (eu)", false},
		{"env notin (prod)", true},
		{"env notin (prod,dev)", false},
		{"region notin (eu)", true},
		{"env", true},
		{"region", false},
		{"!env", false},
		{"! region", true},
		{"env=dev,ring=1", true},
		{"env=dev , ring=2", false},
		{"!region,env in (dev),ring notin (2,3)\n", true},
		{"example.com/team=", true},
		{"example.com/team", true},
		{"env=", false},
		{"env in (,dev)", true},
		{"example.com/team in (a,)", true},
		{"in in (side)", true},
		{"notin=x", false},
		{"ENV=dev", false},
	}
	for _, test := range tests {
		t.Run(test.selector, func(t *testing.T) {
			selector, err := ParseSelector(test.selector)
			if err != nil {
				t.Fatal(err)
			}
			if got := selector.Matches(canary); got != test.want {
				t.Errorf("got %t, want %t", got, test.want)
			}
		})
	}
}

func TestSelectorMatchesNoLabels(t *testing.T) {
	for text, want := range map[string]bool{"": true, "!env": true, "env!=dev": true, "env": false, "env=": false} {
		selector, err := ParseSelector(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := selector.Matches(nil); got != want {
			t.Errorf("%q on no labels: got %t, want %t", text, got, want)
		}
	}
}

func TestParseSelectorErrors(t *testing.T) {
	tests := map[string]string{
		"env=dev,":        "character 9 is the end, want a label key",
		",env":            `character 1 is ",", want a label key`,
		"env=dev,,ring":   `character 9 is ",", want a label key`,
		"=dev":            `character 1 is "=", want a label key`,
		"!":               "character 2 is the end, want a label key",
		"!env=dev":        `character 5 is "=", want ","`,
		"!!env":           `character 2 is "!", want a label key`,
		"env dev":         `character 5 is "dev", want =, ==, !=, in, notin or ","`,
		"env===dev":       `character 6 is "=", want ","`,
		"env=dev ring=1":  `character 9 is "ring", want ","`,
		"env>1":           `character 4 is ">", want =, ==, !=, in, notin or ","`,
		"env in dev":      `character 8 is "dev", want "("`,
		"env in":          `character 7 is the end, want "("`,
		"env in ()":       `character 9 is ")", want a label value`,
		"env notin (a b)": `character 14 is "b", want "," or ")"`,
		"env in (a":       `character 10 is the end, want "," or ")"`,
		"env in (a))":     `character 11 is ")", want ","`,
		"env in ((a))":    `character 9 is "(", want "," or ")"`,
		"env=-dev":        `character 5 is "-dev", want a label value: at most 63 letters, digits, -, _ and ., beginning and ending with a letter or digit`,
		"env in (a,b/c)":  `character 11 is "b/c", want a label value: at most 63`,
		"größe=1":         `character 1 is "größe", want a label key: a name of at most 63`,
		"env, größe=1":    `character 6 is "größe", want a label key`,
		"umwelt=ö, x y":   `character 8 is "ö", want a label value`,
		"Example.com/x":   `character 1 is "Example.com/x", want a label key`,
	}
	for text, want := range tests {
		t.Run(text, func(t *testing.T) {
			selector, err := ParseSelector(text)
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Fatalf("got %v and error %v, want %s", selector, err, want)
			}
			if !strings.HasPrefix(err.Error(), `selector "`) {
				t.Errorf("error %q does not name the selector", err)
			}
		})
	}
}

// FuzzParseSelector checks that what was understood means the same when written out plainly.
func FuzzParseSelector(f *testing.F) {
	for _, seed := range []string{"", "a", "!a", "a=b", "a!=b,c in (d,,e),f notin (g)", "x/y == z", "in in (in)", "a=,b", "ä", "a\x00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		selector, err := ParseSelector(text)
		if err != nil {
			return
		}
		again, err := ParseSelector(plainly(selector))
		if err != nil {
			t.Fatalf("%q was understood as %q, which is not: %v", text, plainly(selector), err)
		}
		if plainly(again) != plainly(selector) {
			t.Errorf("%q was understood as %q, then as %q", text, plainly(selector), plainly(again))
		}
		for _, labels := range []map[string]string{nil, {"a": "b"}, {"a": "", "c": "d"}, {"f": "g"}} {
			if again.Matches(labels) != selector.Matches(labels) {
				t.Errorf("%q and %q differ on %v", text, plainly(selector), labels)
			}
		}
	})
}

func plainly(s Selector) string {
	var parts []string
	for _, r := range s.requirements {
		part := map[operator]string{in: r.key + " in ", notIn: r.key + " notin ", exists: r.key, notExists: "!" + r.key}[r.operator]
		switch {
		case len(r.values) == 1 && r.values[0] == "" && r.operator == in:
			part = r.key + "="
		case len(r.values) == 1 && r.values[0] == "":
			part = r.key + "!="
		case len(r.values) > 0:
			part += "(" + strings.Join(r.values, ",") + ")"
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ",")
}
