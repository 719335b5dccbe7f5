package workflow

import "testing"

func TestTaken(t *testing.T) {
	files := []File{{Name: "fleet-x-stages.yml", Content: "new"}}
	o := Options{StrategyPath: ".github/fleet/x.yml"}
	exists := func(path string) bool { return path == ".github/fleet/y.yml" }
	for name, test := range map[string]struct {
		content string
		want    string
	}{
		"its own":                            {headline(o.StrategyPath) + "\nname: old\n", ""},
		"its own, with line ends of Windows": {headline(o.StrategyPath) + "\r\nname: old\r\n", ""},
		"of a strategy that was moved":       {headline(".github/fleet/gone.yml") + "\nname: old\n", ""},
		"of another strategy":                {headline(".github/fleet/y.yml") + "\nname: old\n", "this workflow is generated from .github/fleet/y.yml, and a workflow of this strategy is called so as well"},
		"written by hand":                    {"name: mine\n", "this workflow was not generated, and is not written over"},
		"empty":                              {"\n", ""},
	} {
		findings := Taken(files, map[string]string{"fleet-x-stages.yml": test.content, "other.yml": "name: other"}, o, exists)
		got := ""
		if len(findings) > 0 {
			got = findings[0].Message
		}
		if got != test.want {
			t.Errorf("%s: got %q", name, got)
		}
	}
	if findings := Taken(files, nil, o, exists); len(findings) != 0 {
		t.Errorf("nothing is there: %v", findings)
	}
}
