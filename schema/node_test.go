package schema

import "testing"

func TestIsNumber(t *testing.T) {
	for text, want := range map[string]bool{
		"0": true, "5": true, "-5": true, "1.30": true, "123456789012345": true,
		"": false, "-": false, ".5": false, "5.": false, "05": false, "+5": false, "1e9": false, "0x1": false,
		"1_000": false, "1.2.3": false, ".inf": false, "1234567890123456": false, "--5": false,
	} {
		if got := IsNumber(text); got != want {
			t.Errorf("IsNumber(%q) = %v", text, got)
		}
	}
}

// A document is read before it is known to be well-formed.
func TestNodeOfAnotherKind(t *testing.T) {
	for _, n := range []*Node{nil, {Kind: Null}, {Kind: List}, {Kind: Map}} {
		_, isInt := n.Int()
		_, isBool := n.Bool()
		if n.Field("a") != nil || n.Key("a") != nil || n.Text() != "" || isInt || isBool || len(n.Elements()) > 0 {
			t.Errorf("%+v is not empty", n)
		}
	}
}

func TestInt(t *testing.T) {
	for text, want := range map[string]int{"5": 5, "5.0": 5, "-1": -1} {
		if got, ok := (&Node{Kind: Number, Value: text}).Int(); got != want || !ok {
			t.Errorf("Int of %s = %d, %v", text, got, ok)
		}
	}
	if _, ok := (&Node{Kind: Number, Value: "5.5"}).Int(); ok {
		t.Error("5.5 is a whole number")
	}
}
