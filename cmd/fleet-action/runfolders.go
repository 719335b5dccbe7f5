package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/rollouts"
)

// runFolders lists the folders of runs in a folder that is none itself.
func runFolders(parent string) []string {
	if holdsPlan(parent) {
		return nil
	}
	entries, err := os.ReadDir(parent)
	if err != nil {
		return nil // the reading of its plan says what is wrong
	}
	var found []string
	for _, entry := range entries {
		if inside := filepath.Join(parent, entry.Name()); entry.IsDir() && holdsPlan(inside) {
			found = append(found, inside)
		}
	}
	return found
}

func holdsPlan(folder string) bool {
	_, err := os.Stat(filepath.Join(folder, planFile))
	return !errors.Is(err, fs.ErrNotExist)
}

// recordedIn reads the runs in folders, newest first. What is no run is passed over with a warning.
func (c call) recordedIn(folders []string) (runs []rollouts.Rollout, findings []fleet.Finding) {
	for _, inside := range folders {
		run, err := c.recordedRun(inside)
		if err != nil {
			what, _ := explain(err)
			var refused *refusal
			if errors.As(err, &refused) {
				what = refused.Error()
			}
			findings = append(findings, fleet.Finding{
				Rule: "run-unreadable", Severity: fleet.Warning, Message: fmt.Sprintf("the run in %s is not shown: %s", inside, what),
				Advice: "remove the folder, or see what wrote it",
			})
			continue
		}
		runs = append(runs, run)
	}
	slices.SortStableFunc(runs, func(a, b rollouts.Rollout) int { return b.Plan.CreatedAt.Compare(a.Plan.CreatedAt) })
	return runs, findings
}

// recordedRun reads the run in a folder.
func (c call) recordedRun(inside string) (rollouts.Rollout, error) {
	run, err := readRun(inside, folder{path: inside}, "")
	if err != nil {
		return rollouts.Rollout{}, err
	}
	shown := rollouts.Of(run.made, []fleet.Result{run.result}, c.now())
	shown.Status.Folder = inside
	return shown, nil
}

// left is what a run left in its folder: its plan and its record, which is empty where nothing was recorded.
type left struct {
	made   plan.Plan
	result fleet.Result
}

// readRun reads what a run left in its folder. Another digest than the one given, where one is, is refused.
func readRun(path string, files disk, digest string) (left, error) {
	file := filepath.Join(path, planFile)
	content, err := os.ReadFile(file)
	if err != nil {
		return left{}, wrongInput(fmt.Sprintf("reading the plan: %v", err), "name the folder of a run with --out; fleet-action plan and run write one")
	}
	made, err := decodePlan(file, content, digest)
	if err != nil {
		return left{}, err
	}
	result, err := readResult(files, made.Digest)
	return left{made, result}, err
}
