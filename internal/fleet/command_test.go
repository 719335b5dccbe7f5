package fleet

import "testing"

func TestCommandQuotesWhatIsNotPlain(t *testing.T) {
	for word, want := range map[string]string{
		"rg-1_a.b": "rg-1_a.b", "rg (old)": "'rg (old)'", "": "''", "it's": `'it'\''s'`, "$(reboot)": "'$(reboot)'", "a;b": "'a;b'", "größe": "'größe'",
		"a\nb": "'a\nb'", "/subscriptions/s/resourceGroups/g": "/subscriptions/s/resourceGroups/g",
	} {
		if got := Command("az", word, "--yes"); got != "az "+want+" --yes" {
			t.Errorf("%q: %s, want %s", word, got, want)
		}
	}
}
