package azure

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/fleet-update-action/internal/fleet"
)

var update = flag.Bool("update", false, "write the golden files")

func target() fleet.KubernetesVersion { return fleet.KubernetesVersion{Major: 1, Minor: 34, Patch: 1} }

func content(t testing.TB, name string) []byte {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// golden compares a body with its golden file, field by field in order.
func golden(t *testing.T, name string, body []byte) {
	t.Helper()
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, body, "", "  "); err != nil {
		t.Fatal(err)
	}
	pretty.WriteByte('\n')
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, pretty.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(string(content(t, name)), pretty.String()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

func TestPatchedBodies(t *testing.T) {
	tests := []struct {
		golden string
		patch  func() ([]byte, error)
	}{
		{"control-plane.golden.json", func() ([]byte, error) { return clusterUpgrade(content(t, "cluster.json"), target(), false) }},
		{"whole-cluster.golden.json", func() ([]byte, error) { return clusterUpgrade(content(t, "cluster.json"), target(), true) }},
		{"pool-version.golden.json", func() ([]byte, error) { return poolUpgrade(content(t, "pool.json"), target(), "") }},
		{"pool-snapshot.golden.json", func() ([]byte, error) {
			return poolUpgrade(content(t, "pool.json"), target(), "/subscriptions/s/resourcegroups/g/providers/microsoft.containerservice/snapshots/n")
		}},
	}
	for _, test := range tests {
		t.Run(test.golden, func(t *testing.T) {
			body, err := test.patch()
			if err != nil {
				t.Fatal(err)
			}
			golden(t, test.golden, body)
		})
	}
}

// What is not ours to change goes back as it came, numbers that no float64 holds included.
func TestPatchLosesNothing(t *testing.T) {
	body, err := clusterUpgrade(content(t, "cluster.json"), target(), false)
	if err != nil {
		t.Fatal(err)
	}
	for _, exact := range []string{"12345678901234567890", "1.10", "1e400", `"futureProperty":0.10`, `"futureKnob":7.0`} {
		if !bytes.Contains(body, []byte(exact)) {
			t.Errorf("the body lost %s", exact)
		}
	}
	before, after := fields(t, content(t, "cluster.json")), fields(t, body)
	for path := range after {
		if _, known := before[path]; !known {
			t.Errorf("the body gained %s", path)
		}
	}
	for path, value := range before {
		got, kept := after[path]
		if kept == readOnly(path) || (kept && path != "properties.kubernetesVersion" && got != value) {
			t.Errorf("%s: %s became %q", path, value, got)
		}
	}
}

// readOnly reports whether a field is not to be sent back.
func readOnly(path string) bool {
	switch path {
	case "id", "name", "type", "eTag", "systemData.createdAt", "properties.provisioningState", "properties.powerState.code",
		"properties.currentKubernetesVersion", "properties.fqdn", "properties.azurePortalFQDN", "properties.maxAgentPools",
		"properties.resourceUID", "properties.status.provisioningError.code", "properties.status.provisioningError.message", "properties.servicePrincipalProfile.clientId":
		return true
	}
	pool, ofPool := strings.CutPrefix(path, "properties.agentPoolProfiles[")
	if !ofPool {
		return false
	}
	_, field, _ := strings.Cut(pool, "].")
	return slices.Contains([]string{"eTag", "provisioningState", "currentOrchestratorVersion", "nodeImageVersion"}, field)
}

// fields flattens JSON to paths and exact values.
func fields(t *testing.T, body []byte) map[string]string {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var tree any
	if err := decoder.Decode(&tree); err != nil {
		t.Fatal(err)
	}
	flat := map[string]string{}
	flatten(flat, "", tree)
	return flat
}

func flatten(flat map[string]string, path string, node any) {
	switch node := node.(type) {
	case map[string]any:
		for name, child := range node {
			flatten(flat, strings.TrimPrefix(path+"."+name, "."), child)
		}
	case []any:
		for i, child := range node {
			flatten(flat, path+"["+strconv.Itoa(i)+"]", child)
		}
	default:
		text, _ := json.Marshal(node)
		flat[path] = string(text)
	}
}

// A cluster whose pools are AKS's own shows none; an empty list would ask for something else.
func TestPatchKeepsPoolsThatAreNull(t *testing.T) {
	body, err := clusterUpgrade([]byte(`{"properties":{"agentPoolProfiles":null}}`), target(), false)
	if err != nil || !strings.Contains(string(body), `"agentPoolProfiles":null`) {
		t.Errorf("%s, %v", body, err)
	}
}

func TestPatchRefusesWhatIsNoCluster(t *testing.T) {
	for _, body := range []string{``, `null`, `[]`, `{}`, `{"properties":null}`, `{"properties":{"agentPoolProfiles":[null]}}`, `{"properties":{"agentPoolProfiles":{}}}`} {
		if _, err := clusterUpgrade([]byte(body), target(), true); err == nil {
			t.Errorf("%q was patched", body)
		}
	}
	for _, body := range []string{``, `null`, `{}`, `{"properties":3}`} {
		if _, err := poolUpgrade([]byte(body), target(), ""); err == nil {
			t.Errorf("%q was patched", body)
		}
	}
}
