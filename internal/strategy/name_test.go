package strategy

import (
	"strings"
	"testing"
)

func TestCheckName(t *testing.T) {
	for name, fine := range map[string]bool{
		"a": true, "second-run-2": true, strings.Repeat("x", 50): true,
		"": false, "-a": false, "a-": false, "Second": false, "a b": false, "a\n": false, strings.Repeat("x", 51): false,
	} {
		if err := CheckName(name); (err == nil) != fine {
			t.Errorf("%q: %v", name, err)
		}
	}
}

// What holds for names in the file holds for names that are asked for.
func TestNamesAreThoseOfTheSchema(t *testing.T) {
	name := part(decodeSchema(t), "name")
	if name["pattern"] != namePattern.String() || name["maxLength"] != float64(MaxName) {
		t.Errorf("the schema has %v and %v", name["pattern"], name["maxLength"])
	}
}
