package plan

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/strategy"
)

// fill sets every field below a value, so that none of them can be overlooked.
func fill(v reflect.Value) {
	switch {
	case v.Type() == reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(now()))
	case v.Type() == reflect.TypeFor[fleet.KubernetesVersion]():
		v.Set(reflect.ValueOf(version("1.34.2")))
	case v.Kind() == reflect.String:
		v.SetString("text")
	case v.Kind() == reflect.Int:
		v.SetInt(7)
	case v.Kind() == reflect.Bool:
		v.SetBool(true)
	case v.Kind() == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case v.Kind() == reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0))
	case v.Kind() == reflect.Map:
		v.Set(reflect.ValueOf(map[string]string{"key": "value"}))
	default:
		for i := range v.NumField() {
			fill(v.Field(i))
		}
	}
}

// eachLeaf calls visit with every value below v that a plan can differ in, and its path of field names.
func eachLeaf(v reflect.Value, path string, visit func(path string, leaf reflect.Value)) {
	leaf := v.Type() == reflect.TypeFor[time.Time]() || v.Type() == reflect.TypeFor[fleet.KubernetesVersion]()
	switch {
	case !leaf && v.Kind() == reflect.Pointer:
		eachLeaf(v.Elem(), path, visit)
	case !leaf && v.Kind() == reflect.Slice:
		eachLeaf(v.Index(0), path, visit)
	case !leaf && v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			eachLeaf(v.Field(i), strings.TrimPrefix(path+"."+v.Type().Field(i).Name, "."), visit)
		}
	default:
		visit(path, v)
	}
}

// change makes a value another one.
func change(v reflect.Value) {
	switch value := v.Interface().(type) {
	case time.Time:
		v.Set(reflect.ValueOf(value.Add(time.Hour)))
	case fleet.KubernetesVersion:
		v.Set(reflect.ValueOf(version("1.35.0")))
	default:
		switch v.Kind() {
		case reflect.String:
			v.SetString(v.String() + "!")
		case reflect.Int:
			v.SetInt(v.Int() + 1)
		case reflect.Bool:
			v.SetBool(!v.Bool())
		case reflect.Map:
			v.Set(reflect.ValueOf(map[string]string{"key": "other"}))
		}
	}
}

// notDecided are the fields that may differ between two plans of one digest; all others may not.
func notDecided() []string {
	const member = "Stages.Groups.Members."
	return []string{
		"Digest", "Findings", "Unassigned", "Forecast",
		"Upgrade.Targets.Regions", "Upgrade.Targets.Expires",
		"Stages.Skip", // the reason; whether it is skipped is decided
		"Stages.Environment.Position", "Stages.BeforeGates.Environment.Position", "Stages.AfterGates.Environment.Position",
		"Stages.Groups.BeforeGates.Environment.Position",
		member + "Reason", member + "Command", member + "Until", member + "Closes", member + "ExpectedSeconds", member + "LaterRuns",
		member + "ControlPlane.From", member + "ControlPlane.ExpectedSeconds",
		member + "Pools.Reason", member + "Pools.ExpectedSeconds", member + "Pools.FromVersion", member + "Pools.FromImage",
	}
}

func TestDigestCoversEveryDecision(t *testing.T) {
	leaves := 0
	var p Plan
	fill(reflect.ValueOf(&p).Elem())
	p.Upgrade.Images = strategy.Consistent
	before := digest(p)
	eachLeaf(reflect.ValueOf(&p).Elem(), "", func(path string, leaf reflect.Value) {
		if path == "CreatedAt" || path == "ExpiresAt" {
			return // see TestDigestOfTimes
		}
		leaves++
		old := reflect.New(leaf.Type()).Elem()
		old.Set(leaf)
		change(leaf)
		exempt := slices.ContainsFunc(notDecided(), func(name string) bool { return path == name || strings.HasPrefix(path, name+".") })
		if changed := digest(p) != before; changed == exempt {
			t.Errorf("%s: the digest changed %v, is a decision %v", path, changed, !exempt)
		}
		leaf.Set(old)
	})
	if leaves < 60 || digest(p) != before {
		t.Errorf("%d fields were looked at; the plan is as before: %v", leaves, digest(p) == before)
	}
}

func TestDigestOfTimes(t *testing.T) {
	w := newWorld(strategy.Full, strategy.Consistent)
	w.cluster("a", "dev", "westeurope")
	before := w.build(t).Digest
	w.inv.At = w.inv.At.Add(36 * time.Hour)
	if got := w.build(t).Digest; got != before {
		t.Errorf("the same decisions at another time have another digest")
	}
	w.s.PlanMaxAge += time.Hour
	if got := w.build(t).Digest; got == before {
		t.Errorf("a longer life of the plan is not in the digest")
	}
}

func TestDigestOfLatestImages(t *testing.T) {
	for images, want := range map[strategy.ImageSelection]bool{strategy.Latest: true, strategy.Consistent: false} {
		w := newWorld(strategy.NodeImageOnly, images)
		w.cluster("a", "dev", "westeurope")
		before := w.build(t).Digest
		w.region("westeurope", "AKSUbuntu-2204gen2containerd-202511.19.0", noble)
		if same := w.build(t).Digest == before; same != want {
			t.Errorf("%s: the region's image moved, and the digest is the same: %v", images, same)
		}
	}
}

func TestDigestIgnoresTheOrderOfSkips(t *testing.T) {
	a, b := SkipTarget{"Group", "eu"}, SkipTarget{"Member", "p2"}
	if gated().build(t, a, b).Digest != gated().build(t, b, a, b).Digest {
		t.Errorf("the order and repetition of skip targets is in the digest")
	}
	if gated().build(t, a).Digest == gated().build(t).Digest {
		t.Errorf("skip targets are not in the digest")
	}
}
