package workflow

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/strategy"
)

const (
	action   = "org/fleet-update-action"
	checkout = "actions/checkout"
	upload   = "actions/upload-artifact"
	download = "actions/download-artifact"
)

// Folder is where GitHub looks for workflows.
const Folder = ".github/workflows"

// File is one generated workflow.
type File struct {
	Name    string // in Folder
	Content string
}

// Options are what workflows need to know besides the strategy.
type Options struct {
	StrategyPath string // the strategy's file, as seen from the root of the repository
	Pin          Pin    // the commit of the action; zero: the one in Pins
	Pins         Pins   // of the workflows there are
}

// RolloutFile is the name of the workflow that upgrades the fleet of a strategy.
func RolloutFile(strategyName string) string { return "fleet-" + strategyName + ".yml" }

func pullRequestFile(strategyName string) string {
	return "fleet-" + strategyName + "-pull-request.yml"
}

// ResumeFile is the name of the workflow that goes on with rollouts that had to wait.
func ResumeFile(strategyName string) string { return "fleet-" + strategyName + "-resume.yml" }

// Render makes the workflows of a strategy without errors. The findings are errors, and then there are no workflows.
func Render(s strategy.Strategy, o Options) ([]File, []fleet.Finding) {
	if finding, broken := checkPath(o.StrategyPath); broken {
		return nil, []fleet.Finding{finding}
	}
	pages := []*page{rollout(s, o)}
	for _, profile := range s.AutoUpgrade {
		pages = append(pages, followed(s, o, profile)...)
	}
	pages = append(pages, shared(s, o)...)
	if s.Workflow.Resume != "" {
		pages = append(pages, resume(s, o))
	}
	pages = slices.Insert(pages, 1, pullRequest(s, o, pages))
	files := make([]File, len(pages))
	names := map[string]bool{}
	for i, p := range pages {
		switch {
		case p.unpinned:
			return nil, []fleet.Finding{unpinned()}
		case names[p.name]:
			return nil, []fleet.Finding{sameName(p.name, s)}
		}
		names[p.name] = true
		files[i] = File{Name: p.name, Content: p.text.String()}
	}
	return files, nil
}

// harmlessPath is a path that means itself in YAML, in a shell and as a pattern of paths.
var harmlessPath = regexp.MustCompile(`^[A-Za-z0-9_.][-A-Za-z0-9_./]*$`)

func checkPath(file string) (fleet.Finding, bool) {
	if harmlessPath.MatchString(file) && path.Clean(file) == file && file != ".." && !strings.HasPrefix(file, "../") {
		return fleet.Finding{}, false
	}
	return fleet.Finding{
		Rule: "workflow-path", Severity: fleet.Error,
		Message: fmt.Sprintf("%q is not the path of a strategy in the repository that could stand in a workflow", file),
		Advice:  "Run this at the root of the repository, and use letters, digits, hyphens, underscores and periods only: .github/fleet/production.yml.",
	}, true
}

// Unpinned is the rule of an action whose commit is not known.
const Unpinned = "workflow-pin"

// GivePin is the option that gives the commit of the action's newest version.
const GivePin = `--pin "$(git ls-remote https://github.com/` + action + ` refs/tags/v1)"`

func unpinned() fleet.Finding {
	return fleet.Finding{
		Rule: Unpinned, Severity: fleet.Error,
		Message: "by which commit " + action + " is to be called is not known",
		Advice:  "Give it to fleet-action workflow generate: " + GivePin + ".",
	}
}

// sameName is about two profiles of which one has the name that the other's stages have.
func sameName(file string, s strategy.Strategy) fleet.Finding {
	return fleet.Finding{
		Rule: "workflow-name", Severity: fleet.Error, Position: s.AutoUpgrade[0].Position,
		Message: "two workflows of the strategy would be called " + file,
		Advice:  "Rename the profile that ends in -stages.",
	}
}

// page is a workflow being written.
type page struct {
	name     string
	text     strings.Builder
	strategy strategy.Strategy
	options  Options
	unpinned bool // the commit of an action is not known
}

// headline begins the header of a workflow that was generated from a strategy.
func headline(strategyPath string) string {
	return generated + strategyPath + headlineEnd
}

// newPage begins a workflow with the header that says where it comes from.
func newPage(name, title string, s strategy.Strategy, o Options) *page {
	p := &page{name: name, strategy: s, options: o}
	p.printf(`%s
# Change the strategy instead, and then run
#
#     fleet-action workflow generate --strategy %s
#
# The commits after an @ stay as they are here, so that Dependabot may update them.
name: %s
`, headline(o.StrategyPath), o.StrategyPath, scalar(title))
	return p
}

func (p *page) printf(format string, values ...any) { fmt.Fprintf(&p.text, format, values...) }

// uses writes what a step or job calls, by its commit.
func (p *page) uses(called string) string {
	pin := p.options.Pins.find(p.name, called, p.strategy.Workflow.Artifacts)
	if ours(called) && p.options.Pin.Commit != "" {
		pin = p.options.Pin
	}
	if pin.Commit == "" {
		p.unpinned = true
	}
	return "uses: " + called + "@" + pin.String()
}

func ours(called string) bool { return called == action || strings.HasPrefix(called, action+"/") }
