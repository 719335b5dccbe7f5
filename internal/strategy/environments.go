package strategy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/schema"
)

func (r *reader) environment(n *schema.Node) *fleet.Environment {
	name := n.Field("name").Text()
	if name == "" {
		return nil
	}
	r.noExpression(n.Field("name"))
	r.agree(name, n)
	e := &fleet.Environment{
		Name:        name,
		Reviewers:   number(n.Field("reviewers"), 0),
		WaitMinutes: number(n.Field("waitMinutes"), 0),
		Position:    r.lines.Position(n.Field("name")),
	}
	e.PreventSelfReview, _ = n.Field("preventSelfReview").Bool()
	if bypass, given := n.Field("adminBypass").Bool(); given {
		e.AdminBypass = &bypass
	}
	e.ProtectedBranches, e.Branches = branches(n.Field("branches"))
	return e
}

// agree checks that an environment that is named several times is required to be the same each time. What is left out
// at one place is not a contradiction. GitHub does not tell names apart by case.
func (r *reader) agree(name string, n *schema.Node) {
	if r.environments == nil {
		r.environments = map[string]map[string]*schema.Node{}
	}
	required := r.environments[strings.ToLower(name)]
	if required == nil {
		required = map[string]*schema.Node{}
		r.environments[strings.ToLower(name)] = required
	}
	for _, requirement := range []string{"reviewers", "preventSelfReview", "adminBypass", "waitMinutes", "branches"} {
		value, first := n.Field(requirement), required[requirement]
		switch {
		case demand(value) == "":
		case first == nil:
			required[requirement] = value
		case demand(first) != demand(value):
			r.fail(ruleEnvironmentConflict, value,
				fmt.Sprintf("the environment %q is required to have %s %s here, and %s in line %d", name, requirement, demand(value), demand(first), first.Line),
				"An environment has one set of rules: write the same at both places, or leave it out at one.")
		}
	}
}

// demand writes a requirement as text; "" where it is none, of which the schema has spoken. The order of branches has
// no meaning.
func demand(n *schema.Node) string {
	switch {
	case n == nil || n.Kind == schema.Null || n.Kind == schema.Map:
		return ""
	case n.Kind != schema.List:
		return n.Value
	}
	_, patterns := branches(n)
	return strings.Join(patterns, ", ")
}

// branches reads from where may be deployed: only from protected branches, or from those that match a pattern, in order.
func branches(n *schema.Node) (protected bool, patterns []string) {
	for _, each := range n.Elements() {
		if each.Text() != "" {
			patterns = append(patterns, each.Text())
		}
	}
	slices.Sort(patterns)
	return n.Text() == branchesProtected, slices.Compact(patterns)
}

const branchesProtected = "protected"

// noExpression refuses what GitHub would not take literally where a workflow says it.
func (r *reader) noExpression(n *schema.Node) {
	if strings.Contains(n.Text(), "${{") {
		r.fail(ruleWorkflowExpression, n, "in a workflow, GitHub reads what stands after ${{ as an expression", "Choose a name without it.")
	}
}
