package strategy

import (
	"fmt"
	"regexp"
)

// MaxName is how many characters a name in a strategy may have, as its schema says.
const MaxName = 50

var namePattern = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`)

// CheckName says what is wrong with a name, by the rule that holds for every name in a strategy.
func CheckName(name string) error {
	switch {
	case len(name) > MaxName:
		return fmt.Errorf("the name %q has %d characters; it may have %d", name, len(name), MaxName)
	case !namePattern.MatchString(name):
		return fmt.Errorf("%q is not a name: use lower-case letters, digits and hyphens, and begin and end with a letter or digit", name)
	default:
		return nil
	}
}
