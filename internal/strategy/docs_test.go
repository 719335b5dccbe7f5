package strategy

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/org/fleet-update-action/schema"
)

const docs = "../../docs/strategy.md"

// The tables of fields in the documentation are made from the schema; -update writes them.
func TestDocsFields(t *testing.T) {
	root := decodeSchema(t)
	text := string(read(t, docs))
	table := regexp.MustCompile(`(?s)<!-- fields: (\S+) -->\n.*?<!-- end -->`)
	documented := map[string]bool{}
	want := table.ReplaceAllStringFunc(text, func(found string) string {
		name := table.FindStringSubmatch(found)[1]
		documented[name] = true
		return fmt.Sprintf("<!-- fields: %s -->\n%s<!-- end -->", name, fieldTable(root, part(root, name)))
	})
	for name, definition := range root["$defs"].(map[string]any) {
		if _, object := definition.(map[string]any)["properties"]; object && !documented[name] {
			t.Errorf("docs/strategy.md has no table of the fields of %s", name)
		}
	}
	if !documented["strategy"] {
		t.Error("docs/strategy.md has no table of the fields of the strategy")
	}
	golden(t, docs, want)
}

// Every field of the schema says what it is for.
func TestSchemaDescribesEveryField(t *testing.T) {
	var walk func(path string, value any)
	walk = func(path string, value any) {
		object, _ := value.(map[string]any)
		if properties, ok := object["properties"].(map[string]any); ok {
			for name, field := range properties {
				if text, _ := field.(map[string]any)["description"].(string); !strings.HasSuffix(text, ".") {
					t.Errorf("%s.%s has no description that is a sentence", path, name)
				}
			}
			if object["additionalProperties"] != false {
				t.Errorf("%s accepts unknown fields", path)
			}
		}
		if _, ok := object["pattern"].(string); ok && object["patternErrorMessage"] == nil {
			t.Errorf("%s has a pattern without words for it", path)
		}
		for name, child := range object {
			walk(path+"."+name, child)
		}
	}
	walk("strategy", decodeSchema(t))
}

// Every rule stands in the documentation with its meaning and what to do, and no other.
func TestDocsRules(t *testing.T) {
	row := regexp.MustCompile("(?m)^\\| `([a-z0-9-]+)` \\| (error|warning|note) \\| [^|]+ \\| [^|]+ \\|$")
	_, section, ok := strings.Cut(string(read(t, docs)), "\n## Rules\n")
	if !ok {
		t.Fatal("docs/strategy.md has no section Rules")
	}
	var documented []string
	for _, match := range row.FindAllStringSubmatch(section, -1) {
		documented = append(documented, match[1])
	}
	for _, rule := range declaredRules(t) {
		if rule != "json-syntax" && !slices.Contains(documented, rule) {
			t.Errorf("docs/strategy.md does not explain the rule %s", rule)
		}
	}
	for _, rule := range documented {
		if !slices.Contains(declaredRules(t), rule) {
			t.Errorf("docs/strategy.md explains %s, which is no rule", rule)
		}
	}
}

// The examples in the documentation are what it says they are: right, or wrong by the rule in their heading. What an
// example leaves out of a strategy is filled in.
func TestDocsExamples(t *testing.T) {
	blocks := regexp.MustCompile("(?s)```(?:yaml|json)([^\n]*)\n(.*?)```").FindAllStringSubmatch(string(read(t, docs)), -1)
	if len(blocks) < 10 {
		t.Fatalf("only %d examples", len(blocks))
	}
	for i, block := range blocks {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			content := complete(block[2])
			_, findings := Parse("example.yml", []byte(content))
			rule, invalid := strings.CutPrefix(strings.TrimSpace(block[1]), "invalid ")
			switch {
			case invalid && !breaks(findings, rule):
				t.Errorf("does not break the rule %s:\n%s\n%s", rule, content, render(findings))
			case !invalid && len(findings) > 0:
				t.Errorf("has findings:\n%s\n%s", content, render(findings))
			}
		})
	}
}

func complete(example string) string {
	if strings.HasPrefix(example, "{") {
		example = "stages: " + example
	}
	for field, text := range map[string]string{
		"version": "version: 1\n",
		"name":    "name: production\n",
		"members": "members: [{discover: {subscriptions: [00000000-0000-0000-0000-000000000000], tags: {fleet: prod}}}]\n",
		"upgrade": "upgrade: {type: NodeImageOnly}\n",
	} {
		if !regexp.MustCompile("(?m)^" + field + ":").MatchString(example) {
			example += text
		}
	}
	return example
}

// What is filled in where a field is left out is what the schema promises.
func TestDefaults(t *testing.T) {
	root := decodeSchema(t)
	content := complete("members: [{clusters: [{id: /subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/r/providers/Microsoft.ContainerService/managedClusters/aks, group: g}]}]\n" +
		"snapshots: {}\nstages: [{name: s, environment: {name: e}, groups: [{name: g}]}]\n" +
		"autoUpgrade: {profiles: [{name: p, channel: Stable}]}\n")
	s, findings := Parse("strategy.yml", []byte(content))
	if len(findings) > 0 {
		t.Fatal(render(findings))
	}
	assigned, _ := Assign(s, s.Sources[0].Listed)
	stage := assigned.Stages[0]
	got := map[string]any{
		"strategy.stoppedClusters": s.StoppedClusters, "strategy.windowClose": s.WindowClose,
		"strategy.planMaxAge":           fmt.Sprintf("%.0fd", s.PlanMaxAge.Hours()/24),
		"upgrade.engine":                s.Upgrade.Engine,
		"nodeImageSelection.type":       string(s.Upgrade.Images),
		"stage.maxConcurrency":          stage.Concurrency,
		"stage.maxAllowedFailures":      stage.Budget,
		"stage.minSucceeded":            stage.MinSucceeded,
		"stage.afterStageWaitInSeconds": int(stage.Wait),
		"stage.jobLimit":                fmt.Sprintf("%.0fh", stage.JobLimit.Hours()),
		"workflow.runsOn":               s.StageRunsOn(stage.Stage).Labels[0],
		"workflow.branch":               s.Workflow.Branch,
		"workflow.approvals":            s.Workflow.Approvals,
		"workflow.artifacts":            s.Workflow.Artifacts,
		"workflow.onStrategyChange":     s.Workflow.OnStrategyChange,
		"group.maxConcurrency":          stage.Groups[0].Concurrency,
		"environment.reviewers":         stage.Environment.Reviewers, "environment.waitMinutes": stage.Environment.WaitMinutes,
		"environment.preventSelfReview":   stage.Environment.PreventSelfReview,
		"snapshots.allow":                 s.Snapshots.Allow,
		"profile.longTermSupport":         s.AutoUpgrade[0].LongTermSupport,
		"profile.disabled":                s.AutoUpgrade[0].Disabled,
		"profile.onWaiting":               s.AutoUpgrade[0].OnWaiting,
		"profile.schedule.timezone":       s.AutoUpgrade[0].Schedule.TimeZone,
		"profile.nodeImageSelection.type": string(s.AutoUpgrade[0].Images),
	}
	want := defaults(root)
	for name, value := range want {
		if fmt.Sprint(got[name]) != fmt.Sprint(value) {
			t.Errorf("%s: the schema promises %v, the code fills in %v", name, value, got[name])
		}
	}
	if len(want) != len(got) {
		t.Errorf("the schema states %d defaults, the test knows %d", len(want), len(got))
	}
}

// defaults returns the defaults the schema states, by the field's path.
func defaults(root map[string]any) map[string]any {
	found := map[string]any{}
	var walk func(path string, object map[string]any)
	walk = func(path string, object map[string]any) {
		properties, _ := object["properties"].(map[string]any)
		for name, each := range properties {
			field := each.(map[string]any)
			if value, ok := field["default"]; ok {
				found[path+"."+name] = value
			}
			walk(path+"."+name, field)
		}
	}
	walk("strategy", root)
	for name, definition := range root["$defs"].(map[string]any) {
		walk(name, definition.(map[string]any))
	}
	return found
}

func decodeSchema(t *testing.T) map[string]any {
	t.Helper()
	text, err := schema.Source(schema.Strategy)
	if err != nil {
		t.Fatal(err)
	}
	var root map[string]any
	if err := json.Unmarshal(text, &root); err != nil {
		t.Fatal(err)
	}
	return root
}

func part(root map[string]any, name string) map[string]any {
	if name == "strategy" {
		return root
	}
	definition, _ := root["$defs"].(map[string]any)[name].(map[string]any)
	return definition
}

func fieldTable(root, object map[string]any) string {
	var b strings.Builder
	b.WriteString("| Field | Value | Default | Meaning | In Fleet Manager |\n|---|---|---|---|---|\n")
	fieldRows(&b, root, object, "")
	return b.String()
}

func fieldRows(b *strings.Builder, root, object map[string]any, prefix string) {
	properties, _ := object["properties"].(map[string]any)
	required, _ := object["required"].([]any)
	var names []string
	for name := range properties {
		names = append(names, name)
	}
	slices.SortFunc(names, func(x, y string) int { // what is required first
		if slices.Contains(required, any(x)) != slices.Contains(required, any(y)) {
			if slices.Contains(required, any(x)) {
				return -1
			}
			return 1
		}
		return strings.Compare(x, y)
	})
	for _, name := range names {
		field := properties[name].(map[string]any)
		otherwise := "–"
		if value, ok := field["default"]; ok {
			otherwise = fmt.Sprintf("`%v`", value)
		} else if slices.Contains(required, any(name)) && prefix == "" {
			otherwise = "required"
		}
		inFleet, _ := field["x-fleet"].(string)
		fmt.Fprintf(b, "| `%s%s` | %s | %s | %s | %s |\n", prefix, name, valueOf(root, field), otherwise, field["description"], inFleet)
		fieldRows(b, root, field, prefix+name+".")
		if items, ok := field["items"].(map[string]any); ok {
			fieldRows(b, root, items, prefix+name+"[].")
		}
	}
}

// valueOf says in a few words what a field takes.
func valueOf(root, field map[string]any) string {
	if reference, ok := field["$ref"].(string); ok {
		name := strings.TrimPrefix(reference, "#/$defs/")
		if _, object := part(root, name)["properties"]; object {
			return "[" + name + "](#" + strings.ToLower(name) + ")"
		}
		return valueOf(root, part(root, name))
	}
	if values, ok := field["enum"].([]any); ok {
		var all []string
		for _, value := range values {
			all = append(all, fmt.Sprintf("`%v`", value))
		}
		return strings.Join(all, ", ")
	}
	if _, ok := field["patternErrorMessage"]; ok && strings.Contains(fmt.Sprint(field["pattern"]), "%") {
		return "number or percentage"
	}
	words := map[string]string{"string": "text", "integer": "whole number", "boolean": "`true`, `false`", "object": "mapping", "number": "number"}
	var kinds []string
	types, isList := field["type"].([]any)
	if !isList {
		types = []any{field["type"]}
	}
	for _, kind := range types {
		if kind == "array" {
			items, _ := field["items"].(map[string]any)
			kinds = append(kinds, "list of "+valueOf(root, items))
			continue
		}
		kinds = append(kinds, words[fmt.Sprint(kind)])
	}
	return strings.Join(kinds, " or ")
}
