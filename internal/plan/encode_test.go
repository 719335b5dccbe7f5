package plan

import (
	"bytes"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/strategy"
	"github.com/org/fleet-update-action/schema"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares with a file of testdata, or writes it with -update.
func golden(t *testing.T, file string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got)\n%s", file, diff)
	}
}

// rollout is a run with something of everything.
func rollout() *world {
	w := newWorld(strategy.Full, strategy.Consistent)
	w.s.Upgrade.Kubernetes = version("1.34")
	w.allowSnapshots()
	w.cluster("dev-1", "dev", "northeurope", pools(pool("work", user), pool("system")))
	w.cluster("dev-2", "dev", "northeurope", func(c *fleet.Cluster) { c.Stopped = true })
	w.cluster("eu-1", "eu", "westeurope", opensIn(6, fleet.UpgradeWindow))
	w.cluster("eu-2", "eu", "westeurope", onVersion("1.32.9"))
	w.cluster("us-1", "us", "westeurope", pools(pool("system", size("Standard_E4s_v5"))))
	w.cluster("us-2", "us", "westeurope", pools(pool("system", image(slow))), onVersion("1.34.2"))
	w.member("new", "nowhere", fleet.NewClusterID(subscription, "rg", "new"))
	environment := &fleet.Environment{Name: "aks-production", Reviewers: 1}
	w.s.Stages = []strategy.Stage{
		{Name: "canary", MinSucceeded: 1, Wait: time.Hour, Groups: []strategy.Group{{Name: "dev"}}},
		{
			Name: "production", MinSucceeded: 2, Environment: environment, Groups: []strategy.Group{{Name: "eu"}, {Name: "us"}},
			MaxConcurrency: strategy.Share{Number: 2, Set: true},
		},
	}
	w.snapshot("of-last-week", "production", oldImage)
	return w
}

func TestPlanAsWritten(t *testing.T) {
	text, err := Encode(rollout().build(t, SkipTarget{"AfterStageWait", "canary"}))
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/plan.golden.json", text)
}

// Maps are walked in a random order, so the same inputs are tried often.
func TestSameInputsSameBytes(t *testing.T) {
	var first []byte
	for range 50 {
		w := rollout()
		clusters := map[fleet.ClusterID]fleet.Cluster{}
		maps.Copy(clusters, w.inv.Clusters)
		w.inv.Clusters = clusters
		text, err := Encode(Build(w.s, w.inv, Orders{}))
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = text
		}
		if !bytes.Equal(first, text) {
			t.Fatalf("another plan:\n%s", cmp.Diff(string(first), string(text)))
		}
	}
}

func TestBuildLeavesItsInputsAlone(t *testing.T) {
	w, untouched := rollout(), rollout()
	w.build(t, SkipTarget{"Stage", "canary"})
	if diff := cmp.Diff(untouched.inv, w.inv); diff != "" {
		t.Errorf("the inventory was changed (-before +after)\n%s", diff)
	}
	if diff := cmp.Diff(untouched.s, w.s); diff != "" {
		t.Errorf("the strategy was changed (-before +after)\n%s", diff)
	}
}

func TestDecodeRefuses(t *testing.T) {
	text, err := Encode(rollout().build(t))
	if err != nil {
		t.Fatal(err)
	}
	for name, spec := range map[string]struct{ old, changed, rule string }{
		"another target":         {`"toVersion": "1.34.2"`, `"toVersion": "1.34.1"`, "digest-mismatch"},
		"a larger budget":        {`"maxAllowedFailures": 0`, `"maxAllowedFailures": 9`, "digest-mismatch"},
		"a longer life":          {`"expiresAt": "2025-12-08`, `"expiresAt": "2026-12-08`, "digest-mismatch"},
		"a field nobody knows":   {`"schemaVersion": 1`, `"schemaVersion": 1, "force": true`, "unknown-field"},
		"another format":         {`"schemaVersion": 1`, `"schemaVersion": 2`, ""},
		"a version that is none": {`"kubernetes": "1.34.2"`, `"kubernetes": "latest"`, ""},
		"no JSON":                {`"schemaVersion": 1,`, `"schemaVersion": 1`, ""},
	} {
		changed := strings.Replace(string(text), spec.old, spec.changed, 1)
		if changed == string(text) {
			t.Fatalf("%s: nothing was changed", name)
		}
		p, findings := Decode("plan.json", []byte(changed))
		if !fleet.HasErrors(findings) || p.Digest != "" {
			t.Fatalf("%s: accepted", name)
		}
		if spec.rule != "" && findings[0].Rule != spec.rule {
			t.Errorf("%s: %s: %s", name, findings[0].Rule, findings[0].Message)
		}
		if position := findings[0].Position; position.File != "plan.json" || position.Line == 0 {
			t.Errorf("%s: the finding has no place: %+v", name, position)
		}
	}
	if _, findings := Decode("plan.json", nil); !fleet.HasErrors(findings) {
		t.Errorf("an empty file is accepted")
	}
}

func TestDecodeIgnoresWhatWasOnlySeen(t *testing.T) {
	text, err := Encode(rollout().build(t))
	if err != nil {
		t.Fatal(err)
	}
	changed := bytes.Replace(text, []byte(`"expectedSeconds": 600`), []byte(`"expectedSeconds": 900`), 1)
	if bytes.Equal(changed, text) {
		t.Fatal("nothing was changed")
	}
	if _, findings := Decode("plan.json", changed); len(findings) > 0 {
		t.Errorf("%+v", findings)
	}
}

// TestSchemasDescribeTheTypes keeps the schemas and the Go types the same: every field, and which of them may be absent.
func TestSchemasDescribeTheTypes(t *testing.T) {
	for name, root := range map[schema.Name]reflect.Type{schema.Plan: reflect.TypeFor[Plan](), schema.Result: reflect.TypeFor[fleet.Result]()} {
		text, err := schema.Source(name)
		if err != nil {
			t.Fatal(err)
		}
		s := schemaWalk{t: t, seen: map[reflect.Type]bool{}}
		if err := json.Unmarshal(text, &s.root); err != nil {
			t.Fatal(err)
		}
		s.compare(string(name), s.root, root)
		s.described(string(name), s.root)
	}
}

type schemaWalk struct {
	t    *testing.T
	root map[string]any
	seen map[reflect.Type]bool
}

func (s schemaWalk) resolve(node map[string]any) map[string]any {
	ref, ok := node["$ref"].(string)
	if !ok {
		return node
	}
	defs, _ := s.root["$defs"].(map[string]any)
	resolved, ok := defs[strings.TrimPrefix(ref, "#/$defs/")].(map[string]any)
	if !ok {
		s.t.Fatalf("%s leads nowhere", ref)
	}
	return resolved
}

func (s schemaWalk) compare(path string, node map[string]any, of reflect.Type) {
	node = s.resolve(node)
	switch {
	case of == reflect.TypeFor[time.Time]() || of == reflect.TypeFor[fleet.KubernetesVersion]():
		return
	case of.Kind() == reflect.Pointer:
		s.compare(path, node, of.Elem())
		return
	case of.Kind() == reflect.Slice:
		items, _ := node["items"].(map[string]any)
		s.compare(path+"[]", items, of.Elem())
		return
	case of.Kind() != reflect.Struct || s.seen[of]:
		return
	}
	s.seen[of] = true
	properties, _ := node["properties"].(map[string]any)
	var fields, required []string
	for i := range of.NumField() {
		name, options, _ := strings.Cut(of.Field(i).Tag.Get("json"), ",")
		if name == "-" {
			continue
		}
		fields = append(fields, name)
		if options == "" {
			required = append(required, name)
		}
		if property, ok := properties[name].(map[string]any); ok {
			s.compare(path+"."+name, property, of.Field(i).Type)
		}
	}
	slices.Sort(fields)
	if diff := cmp.Diff(fields, slices.Sorted(maps.Keys(properties))); diff != "" {
		s.t.Errorf("%s: fields (-Go +schema)\n%s", path, diff)
	}
	var inSchema []string
	demanded, _ := node["required"].([]any)
	for _, name := range demanded {
		inSchema = append(inSchema, name.(string))
	}
	if diff := cmp.Diff(required, inSchema); diff != "" {
		s.t.Errorf("%s: required (-Go +schema)\n%s", path, diff)
	}
	if node["additionalProperties"] != false {
		s.t.Errorf("%s: other fields are accepted", path)
	}
}

// described demands a description of every property and definition.
func (s schemaWalk) described(path string, node map[string]any) {
	for _, kind := range []string{"properties", "$defs"} {
		children, _ := node[kind].(map[string]any)
		for name, child := range children {
			child := child.(map[string]any)
			if s.resolve(child)["description"] == nil && child["description"] == nil {
				s.t.Errorf("%s.%s has no description", path, name)
			}
			s.described(path+"."+name, child)
		}
	}
}
