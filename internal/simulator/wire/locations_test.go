package wire_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

const location = subscription + provider + "/locations/westeurope"

func TestKubernetesVersionsAreOneGraph(t *testing.T) {
	body := small(t).get(location + "/kubernetesVersions" + version).json(t)
	minors := map[string]any{}
	for _, minor := range body["values"].([]any) {
		minors[at(minor, "version").(string)] = minor
	}
	if len(minors) != 6 {
		t.Fatalf("got %d minors", len(minors))
	}
	if diff := cmp.Diff([]any{"1.33.7", "1.34.2"}, at(minors["1.33"], "patchVersions", "1.33.5", "upgrades")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]any{"AKSLongTermSupport"}, at(minors["1.31"], "capabilities", "supportPlan")); diff != "" {
		t.Error(diff)
	}
	if at(minors["1.36"], "isPreview") != true || at(minors["1.35"], "isPreview") != nil || at(minors["1.33"], "isDefault") != true {
		t.Errorf("got %v", minors)
	}
}

func TestNodeImageVersionsAreThereInPreviewVersionsAlone(t *testing.T) {
	c := small(t)
	body := c.get(location + "/nodeImageVersions?api-version=2025-10-02-preview").json(t)
	want := map[string]any{"fullName": "AKSUbuntu-2204gen2containerd-202602.10.0", "os": "AKSUbuntu", "sku": "2204gen2containerd", "version": "202602.10.0"}
	if diff := cmp.Diff(want, at(body, "value", 0)); diff != "" {
		t.Error(diff)
	}
	refused(t, c.send("GET", location+"/nodeImageVersions"+version, ""), 404, "InvalidResourceType", true)
}

func TestUnknownLocation(t *testing.T) {
	refused(t, small(t).send("GET", subscription+provider+"/locations/mars/kubernetesVersions"+version, ""), 400, "NoRegisteredProviderFound", true)
}
