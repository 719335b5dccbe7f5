package simulator_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The world shares words with its clients, and no rules: where both went by one function, its mistakes would be seen by
// neither.
func TestTheWorldGoesByItsOwnRules(t *testing.T) {
	clientRules := regexp.MustCompile(`\.(AutoUpgrades|OnlyLongTerm|LongTermSupport|Legacy|Busy|Healthy|AtOrAhead|SameFamily|Family|Built|Valid|Version)\(|[iI]mage\.Compare\(`)
	for _, folder := range []string{".", "wire"} {
		files, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatal(files, err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for i, line := range strings.Split(string(content), "\n") {
				if found := clientRules.FindString(line); found != "" {
					t.Errorf("%s:%d: %s is a rule that clients go by", file, i+1, found)
				}
			}
		}
	}
}
