package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/report"
	"github.com/org/fleet-update-action/internal/strategy"
	"github.com/org/fleet-update-action/internal/workflow"
)

func workflowGenerateCommand() command {
	return command{
		name:    "workflow generate",
		summary: "writes the workflows of a strategy, one job per stage",
		example: `fleet-action workflow generate --strategy .github/fleet/strategy.yml ` + workflow.GivePin,
		options: []string{"strategy", "workflows", "pin", "format"},
		run:     generateWorkflows,
	}
}

func workflowCheckCommand() command {
	return command{
		name:    "workflow check",
		summary: "fails where the workflows are not what the strategy says",
		example: "fleet-action workflow check --strategy .github/fleet/strategy.yml",
		options: []string{"strategy", "workflows", "format"},
		run:     checkWorkflows,
	}
}

// generated is what the workflows of a strategy should be, and what they are.
type generated struct {
	strategy    strategy.Strategy
	files       []workflow.File
	there       map[string]string // all workflows on disk, by name
	options     workflow.Options
	differences []workflow.Difference
}

func isFile(path string) bool {
	at, err := os.Stat(path)
	return err == nil && at.Mode().IsRegular()
}

func generateWorkflows(_ context.Context, c call) (answer, error) {
	g, err := c.workflows()
	if err != nil {
		return answer{}, err
	}
	if findings := workflow.Taken(g.files, g.there, g.options, isFile); len(findings) > 0 {
		for i := range findings {
			findings[i].Position.File = c.workflowPath(findings[i].Position.File)
		}
		return answer{}, &refusal{c.answerWorkflows(g, nil, findings, "nothing was written")}
	}
	stale := map[string]bool{}
	var left []fleet.Finding
	for _, difference := range g.differences {
		stale[difference.Name] = true
		if finding := c.placed(difference); finding.Rule == workflow.LeftOver {
			finding.Severity = fleet.Warning
			left = append(left, finding)
		}
	}
	next := "the workflows are what the strategy says"
	var said []report.Workflow
	for _, file := range g.files {
		state := "unchanged"
		if stale[file.Name] {
			state, next = "written", "commit the workflows; fleet-action workflow check tells in pull requests whether they are still right"
			if err := c.folder(c.values["workflows"]).write(file.Name, []byte(file.Content)); err != nil {
				return answer{}, err
			}
		}
		said = append(said, report.Workflow{Path: c.workflowPath(file.Name), State: state})
	}
	return c.answerWorkflows(g, said, append(left, workflow.WithoutEnvironment(g.strategy)...), next), nil
}

func checkWorkflows(_ context.Context, c call) (answer, error) {
	g, err := c.workflows()
	if err != nil {
		return answer{}, err
	}
	var said []report.Workflow
	var findings []fleet.Finding
	different := map[string]bool{}
	for _, difference := range g.differences {
		finding := c.placed(difference)
		findings = append(findings, finding)
		different[difference.Name] = true
		state := strings.ReplaceAll(strings.TrimPrefix(finding.Rule, "workflow-"), "-", " ")
		said = append(said, report.Workflow{Path: finding.Position.File, State: state, Diff: difference.Diff})
	}
	for _, file := range g.files {
		if !different[file.Name] {
			said = append(said, report.Workflow{Path: c.workflowPath(file.Name), State: "what the strategy says"})
		}
	}
	unguarded := workflow.WithoutEnvironment(g.strategy)
	if len(findings) == 0 {
		return c.answerWorkflows(g, said, unguarded, "the workflows are what the strategy says"), nil
	}
	return c.answerWorkflows(g, said, append(findings, unguarded...), "make the workflows right and commit them:  "+c.typed(workflowGenerateCommand(), c.values)), nil
}

func (c call) answerWorkflows(g generated, said []report.Workflow, findings []fleet.Finding, next string) answer {
	result := answer{
		document: report.Workflows("Workflows of "+g.strategy.Name, said, findings),
		data:     map[string]any{"current": !fleet.HasErrors(findings), "workflows": said, "findings": orEmpty(findings)},
		findings: findings,
		next:     next,
	}
	if fleet.HasErrors(findings) {
		result.code = exitInput
	}
	return result
}

// workflows renders what the strategy says and compares it with what is there. A strategy with errors, and one of which
// no workflow can be made, is refused.
func (c call) workflows() (generated, error) {
	s, err := soundStrategy(c.values)
	if err != nil {
		return generated{}, err
	}
	there, err := readWorkflows(c.values["workflows"])
	if err != nil {
		return generated{}, err
	}
	o := workflow.Options{StrategyPath: filepath.ToSlash(filepath.Clean(c.values["strategy"])), Pins: workflow.ReadPins(there)}
	if given := c.values["pin"]; given != "" {
		if o.Pin, err = workflow.ParsePin(given); err != nil {
			return generated{}, wrongInput(fmt.Sprintf("--pin %q: %v", given, err),
				"write it like "+workflow.GivePin)
		}
	}
	files, findings := workflow.Render(s, o)
	if fleet.HasErrors(findings) {
		next := ""
		if findings[0].Rule == workflow.Unpinned {
			next = c.typed(workflowGenerateCommand(), c.values) + " " + workflow.GivePin
		}
		return generated{}, &refusal{c.answerWorkflows(generated{strategy: s}, nil, findings, next)}
	}
	return generated{strategy: s, files: files, there: there, options: o, differences: workflow.Check(files, there, o)}, nil
}

// readWorkflows reads all workflows of a folder, by name. A folder that is not there has none.
func readWorkflows(dir string) (map[string]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, wrongInput(fmt.Sprintf("reading the workflows: %v", err), "name their folder with --workflows")
	}
	there := map[string]string{}
	for _, entry := range entries {
		extension := filepath.Ext(entry.Name())
		if entry.IsDir() || extension != ".yml" && extension != ".yaml" {
			continue
		}
		content, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			return nil, wrongInput(fmt.Sprintf("reading the workflows: %v", err), "name their folder with --workflows")
		}
		there[entry.Name()] = string(content)
	}
	return there, nil
}

func (c call) workflowPath(name string) string {
	return filepath.ToSlash(filepath.Join(c.values["workflows"], name))
}

// placed is the finding of a difference where the file is, with what mends it.
func (c call) placed(d workflow.Difference) fleet.Finding {
	finding := d.Finding
	finding.Position.File = c.workflowPath(d.Name)
	finding.Advice = "Run `" + c.typed(workflowGenerateCommand(), c.values) + "` and commit what it writes."
	if finding.Rule == workflow.LeftOver {
		finding.Advice = "Remove it: `" + fleet.Command("git", "rm", finding.Position.File) + "`."
	}
	return finding
}
