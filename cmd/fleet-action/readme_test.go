package main

import (
	"os"
	"regexp"
	"testing"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/strategy"
)

// The strategies in the README are valid ones.
func TestReadmeStrategiesAreValid(t *testing.T) {
	content, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllSubmatch(content, -1)
	if len(blocks) == 0 {
		t.Fatal("the README shows no strategy")
	}
	for _, block := range blocks {
		if _, findings := strategy.Parse("README.md", block[1]); fleet.HasErrors(findings) {
			t.Errorf("%s\n%+v", block[1], findings)
		}
	}
}
