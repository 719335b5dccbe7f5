package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

const capabilities = 83 // of Fleet Manager's update orchestration, as docs/parity.md numbers them

// TestParityIsShown: every capability of Fleet Manager has its row, in order. What works, or works differently, is shown by
// tests that are there; what differs or is not ours says why.
func TestParityIsShown(t *testing.T) {
	content, err := os.ReadFile("../../docs/parity.md")
	if err != nil {
		t.Fatal(err)
	}
	known := testNames(t)
	row := regexp.MustCompile(`(?m)^\| (\d+) \| ([^|]+) \| (works|differs|not ours) \| ([^|]*) \| ([^|]*) \|$`)
	rows := row.FindAllStringSubmatch(string(content), -1)
	for i, match := range rows {
		number, verdict, how, shown := match[1], match[3], strings.TrimSpace(match[4]), match[5]
		if number != strconv.Itoa(i+1) {
			t.Fatalf("row %s stands where row %d should", number, i+1)
		}
		if how == "" {
			t.Errorf("row %s does not say how, or why not", number)
		}
		tests := regexp.MustCompile("`(Test\\w+)`").FindAllStringSubmatch(shown, -1)
		if len(tests) == 0 && verdict == "works" {
			t.Errorf("row %s is shown by nothing", number)
		}
		for _, test := range tests {
			if !known[test[1]] {
				t.Errorf("row %s is shown by %s, which is not there", number, test[1])
			}
		}
	}
	if len(rows) != capabilities {
		t.Errorf("%d rows of %d", len(rows), capabilities)
	}
}

// testNames are the names of all tests of the repository.
func testNames(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	declared := regexp.MustCompile(`(?m)^func (Test\w+)\(t \*testing\.T\)`)
	err := filepath.WalkDir("../..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		content, err := os.ReadFile(path)
		for _, match := range declared.FindAllSubmatch(content, -1) {
			names[string(match[1])] = true
		}
		return err
	})
	if err != nil || len(names) < 300 {
		t.Fatalf("%d tests found: %v", len(names), err)
	}
	return names
}
