package workflow

import (
	"fmt"
	"path"
	"regexp"
	"strings"
	"testing"
)

// The jobs of a run leave what they know to each other in artifacts, whose names are in the workflows, where they are
// uploaded, and in the command, where they are read: a name that is not the same loses every record. On a runner that
// keeps its files, what an earlier job left must not be uploaded as what this one did, so each has a folder of its own.
func TestArtifactsAreThoseThatAreRead(t *testing.T) {
	names := constants(t)
	artifacts := map[string]struct {
		name   string
		files  []string
		folder string
	}{
		"plan":   {"${{ steps.plan.outputs." + names["outputArtifact"] + " }}", []string{names["PlanFile"], names["strategyFile"]}, "plan"},
		"stage":  {names["resultArtifacts"] + "${{ inputs.stage }}-${{ github.run_attempt }}", []string{names["ResultFile"]}, "stage-${{ inputs.stage }}"},
		"gate":   {names["gateArtifacts"] + "${{ inputs.stage }}-${{ inputs.gate }}-${{ github.run_attempt }}", []string{names["ResultFile"]}, "gate-${{ inputs.stage }}-${{ inputs.gate }}"},
		"status": {folder: "report"},
	}
	uploads := map[string]int{}
	for file, content := range workflowFiles(t) {
		for id, job := range decode[caller](t, content).Jobs {
			var command, out, fetched string
			for _, step := range job.Steps {
				switch {
				case step.Uses.called == download:
					fetched = fmt.Sprint(step.With["path"])
				case step.Uses.called == action && step.With["out"] != nil:
					if records, _ := step.With["records"].(string); records != fetched || records != "" && records != fmt.Sprint(step.With["out"])+"-records" {
						t.Errorf("%s: job %s downloads to %q and reads %q", file, id, fetched, records)
					}
					command, out = fmt.Sprint(step.With["command"]), fmt.Sprint(step.With["out"])
					if want := ".fleet/${{ github.run_id }}-${{ github.run_attempt }}-" + artifacts[command].folder; out != want {
						t.Errorf("%s: job %s writes to %s, want %s", file, id, out, want)
					}
				case step.Uses.called == upload && command != "":
					uploads[command]++
					want := artifacts[command]
					if files := strings.TrimSpace(fmt.Sprint(step.With["path"])); step.With["name"] != want.name || files != within(out, want.files) {
						t.Errorf("%s: job %s uploads %q as %s, want %q as %s", file, id, files, step.With["name"], within(out, want.files), want.name)
					}
				}
			}
		}
	}
	if uploads["plan"] < 6 || uploads["stage"] != 2 || uploads["gate"] != 2 {
		t.Errorf("found the uploads %v", uploads)
	}
}

// within is how an upload lists files of a folder.
func within(folder string, names []string) string {
	var files []string
	for _, name := range names {
		files = append(files, path.Join(folder, name))
	}
	return strings.Join(files, "\n")
}

// constants are the texts that the command, and what reads the artifacts for it, give names to.
func constants(t *testing.T) map[string]string {
	t.Helper()
	names := map[string]string{}
	for _, file := range append(glob(t, repository+"cmd/fleet-action/*.go"), glob(t, repository+"internal/rollouts/*.go")...) {
		for _, constant := range regexp.MustCompile(`(?m)^\t(\w+) += "(.*)"$`).FindAllStringSubmatch(read(t, file), -1) {
			names[constant[1]] = constant[2]
		}
	}
	for _, name := range strings.Fields("PlanArtifacts resultArtifacts gateArtifacts PlanFile strategyFile ResultFile outputArtifact") {
		if names[name] == "" {
			t.Fatalf("nothing has a constant %s", name)
		}
	}
	return names
}
