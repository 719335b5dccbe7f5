package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/report"
	"github.com/org/fleet-update-action/internal/strategy"
)

const saveName = "strategy save"

func strategySaveCommand() command {
	return command{
		name:    saveName,
		summary: "writes the stages and members of a plan as a strategy file",
		example: "fleet-action strategy save --plan out/plan.json --strategy .github/fleet/saved.yml",
		options: []string{"plan", "strategy", "name", "format"},
		run:     saveStrategy,
	}
}

func saveStrategy(_ context.Context, c call) (answer, error) {
	made, err := readPlan(c.values["plan"], "")
	if err != nil {
		return answer{}, err
	}
	content, findings, err := savedStrategy(made, c.values["name"])
	if err != nil {
		return answer{}, err
	}
	file := c.values["strategy"]
	if file == "-" {
		return answer{}, wrongInput(`--strategy "-" is no file`, "name the file to write with --strategy")
	}
	out, name := c.folder(filepath.Dir(file)), filepath.Base(file)
	switch _, err := out.read(name); {
	case err == nil:
		return answer{}, wrongInput(file+" is there already, and is not overwritten", "name another file with --strategy, or move that one away")
	case !errors.Is(err, fs.ErrNotExist):
		return answer{}, wrongInput(fmt.Sprintf("looking for the strategy: %v", err), "name another file with --strategy")
	}
	if err := out.write(name, content); err != nil {
		return answer{}, err
	}
	return answer{
		document: written(file, findings), data: map[string]any{"strategy": file, "findings": orEmpty(findings)}, findings: findings,
		next: "Check it, and what it would do:  " + c.typed(validateCommand(), c.values),
	}, nil
}

// written says that there is a strategy now, and what in it is otherwise than in the plan.
func written(file string, findings []fleet.Finding) report.Document {
	said := "Strategy " + file + " is written"
	if len(findings) == 0 {
		return report.Sentence(said + ".")
	}
	return report.Findings(said, findings)
}

// keepStages writes the stages of a plan as a strategy beside it, for the plan's artifact: no job may write to the
// repository. Where a plan cannot be saved, strategy save says why, and there is no such file.
func (c call) keepStages(made plan.Plan) error {
	content, _, err := savedStrategy(made, "")
	if err != nil {
		return nil
	}
	return c.out().write(strategyFile, content)
}

// savedStrategy is the file of a plan's strategy, with what it cannot hold said at its head.
func savedStrategy(made plan.Plan, name string) ([]byte, []fleet.Finding, error) {
	if name != "" {
		if err := strategy.CheckName(name); err != nil {
			return nil, nil, &failure{code: exitInput, err: err, next: "give the strategy another name with --name"}
		}
	}
	s, findings, err := made.Strategy()
	if err != nil {
		return nil, nil, &failure{code: exitInput, err: err, next: "save a plan of the whole run, made without that"}
	}
	s.Name = cmp.Or(name, s.Name)
	content, err := strategy.Write(s)
	if err != nil {
		return nil, nil, err
	}
	if _, problems := strategy.Parse("", content); fleet.HasErrors(problems) {
		return nil, nil, refuse("The strategy of plan "+made.Short(), inNoFile(problems), exitInput, "save a plan without errors")
	}
	head := fmt.Sprintf("# Saved from plan %s of %s, made at %s. A plan has no runners, limits of jobs, labels, donors of\n"+
		"# snapshots and auto-upgrade profiles: put in what you need of them.\n", made.Short(), made.Name, report.Time(made.CreatedAt))
	for _, finding := range findings {
		head += "# " + finding.Message + "\n"
	}
	return append([]byte(head), content...), findings, nil
}

// inNoFile are findings about a file that was not written: their places are in none.
func inNoFile(findings []fleet.Finding) []fleet.Finding {
	placeless := make([]fleet.Finding, len(findings))
	for i, finding := range findings {
		finding.Position = fleet.Position{}
		placeless[i] = finding
	}
	return placeless
}
