package strategy

import (
	"fmt"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/schema"
)

func (r *reader) environment(n *schema.Node) *fleet.Environment {
	name := n.Field("name").Text()
	if name == "" {
		return nil
	}
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
	for _, requirement := range []string{"reviewers", "preventSelfReview", "adminBypass", "waitMinutes"} {
		value, first := n.Field(requirement), required[requirement]
		switch {
		case value == nil || value.Kind != schema.Bool && value.Kind != schema.Number:
		case first == nil:
			required[requirement] = value
		case first.Value != value.Value:
			r.fail(ruleEnvironmentConflict, value,
				fmt.Sprintf("the environment %q is required to have %s %s here, and %s in line %d", name, requirement, value.Value, first.Value, first.Line),
				"An environment has one set of rules: write the same at both places, or leave it out at one.")
		}
	}
}
