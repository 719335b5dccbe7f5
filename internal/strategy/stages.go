package strategy

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/schema"
)

// stages reads a list of stages, or the mapping around one that a stages file of the Azure CLI has.
func (r *reader) stages(n *schema.Node, otherwise RunsOn) []Stage {
	if n != nil && n.Kind == schema.Map {
		n = n.Field("stages")
	}
	stageNames, groupNames := map[string]*schema.Node{}, map[string]*schema.Node{}
	var stages []Stage
	for _, each := range n.Elements() {
		r.once(ruleDuplicateStage, "stage", each.Field("name"), stageNames)
		stages = append(stages, r.stage(each, otherwise, groupNames))
	}
	return stages
}

func (r *reader) stage(n *schema.Node, otherwise RunsOn, groupNames map[string]*schema.Node) Stage {
	s := Stage{
		Name:               n.Field("name").Text(),
		Selector:           r.selector(n.Field("memberSelector")),
		Environment:        r.environment(n.Field("environment")),
		MaxConcurrency:     r.share(n.Field("maxConcurrency")),
		MaxAllowedFailures: r.share(n.Field("maxAllowedFailures")),
		MinSucceeded:       number(n.Field("minSucceeded"), 1),
		Wait:               time.Duration(number(n.Field("afterStageWaitInSeconds"), 0)) * time.Second,
		BeforeGates:        r.gates(n.Field("beforeGates"), beforeStage),
		AfterGates:         r.gates(n.Field("afterGates"), afterStage),
		RunsOn:             r.runsOn(n.Field("runsOn")),
		Position:           r.namePosition(n),
	}
	on := s.RunsOn
	if !on.Given() {
		on = otherwise
	}
	s.JobLimit = r.jobLimit(n.Field("jobLimit"), on)
	for _, each := range n.Field("groups").Elements() {
		r.once(ruleDuplicateGroup, "group", each.Field("name"), groupNames)
		s.Groups = append(s.Groups, r.group(each))
	}
	r.notEmpty(n, s)
	return s
}

// notEmpty reports a stage that says nowhere which members are in it.
func (r *reader) notEmpty(n *schema.Node, s Stage) {
	groups, name := n.Field("groups"), n.Field("name")
	says := len(s.Groups) > 0 || groups != nil && groups.Kind != schema.List || n.Key("memberSelector") != nil
	if !says && name != nil {
		r.fail(ruleEmptyStage, name, fmt.Sprintf("the stage %q has neither groups nor a memberSelector, so no member is in it", s.Name),
			"Add groups, or a memberSelector.")
	}
}

func (r *reader) group(n *schema.Node) Group {
	g := Group{
		Name:               n.Field("name").Text(),
		Selector:           r.selector(n.Field("memberSelector")),
		MaxConcurrency:     r.share(n.Field("maxConcurrency")),
		MaxAllowedFailures: r.share(n.Field("maxAllowedFailures")),
		BeforeGates:        r.gates(n.Field("beforeGates"), beforeGroup),
		Position:           r.namePosition(n),
	}
	r.gates(n.Field("afterGates"), afterGroup) // only for its findings: a group has no gate after it
	return g
}

func (r *reader) namePosition(n *schema.Node) fleet.Position {
	if name := n.Field("name"); name != nil {
		return r.lines.Position(name)
	}
	return r.lines.Position(n)
}

// once reports a name that was seen before.
func (r *reader) once(broken rule, what string, name *schema.Node, seen map[string]*schema.Node) {
	text := name.Text()
	if text == "" {
		return
	}
	if first := seen[text]; first != nil {
		r.fail(broken, name, fmt.Sprintf("there is another %s %q, in line %d", what, text, first.Line), "Give one of them another name, or remove it.")
		return
	}
	seen[text] = name
}

func (r *reader) selector(n *schema.Node) *fleet.Selector {
	label := n.Field("byLabel")
	if label.Text() == "" {
		return nil
	}
	selector, err := fleet.ParseSelector(label.Text())
	if err != nil {
		r.cascades = true
		r.fail(ruleSelector, label, "this is not a label selector: "+err.Error(),
			"Write requirements with commas between them, such as `env=prod,tier notin (edge,lab),!canary`.")
		return nil
	}
	return &selector
}

// share reads a number of members or a percentage of them.
func (r *reader) share(n *schema.Node) Share {
	text, percent := strings.CutSuffix(n.Text(), "%")
	if value, ok := n.Int(); ok {
		text = strconv.Itoa(value)
	}
	value, err := strconv.Atoi(text)
	if err != nil {
		return Share{}
	}
	return Share{Number: value, Percent: percent, Set: true, Position: r.lines.Position(n)}
}

// number reads a whole number; what is not one is left to the schema.
func number(n *schema.Node, otherwise int) int {
	if value, ok := n.Int(); ok {
		return value
	}
	return otherwise
}
