package wire_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/simulator"
	"github.com/org/fleet-update-action/internal/simulator/wire"
)

func TestGetCluster(t *testing.T) {
	c := small(t)
	body := c.get(one + version).json(t)
	for _, test := range []struct {
		path []any
		want any
	}{
		{[]any{"id"}, subscription + "/resourcegroups/rg-fleet/providers/Microsoft.ContainerService/managedClusters/aks-one"}, // a lower-case g, as AKS writes it
		{[]any{"type"}, "Microsoft.ContainerService/ManagedClusters"},
		{[]any{"tags", "update-group"}, "dev"},
		{[]any{"properties", "currentKubernetesVersion"}, "1.33.5"},
		{[]any{"properties", "powerState", "code"}, "Running"},
		{[]any{"properties", "servicePrincipalProfile", "clientId"}, "msi"},
		{[]any{"properties", "agentPoolProfiles", 1, "name"}, "user"},
		{[]any{"properties", "agentPoolProfiles", 1, "nodeImageVersion"}, "AKSUbuntu-2204gen2containerd-202601.05.0"},
		{[]any{"properties", "agentPoolProfiles", 1, "upgradeSettings", "maxSurge"}, "50%"},
		{[]any{"properties", "futureProfile", "text"}, "café <&>"},
		{[]any{"identity", "type"}, "SystemAssigned"},
	} {
		if got := at(body, test.path...); got != test.want {
			t.Errorf("%v is %v, want %v", test.path, got, test.want)
		}
	}
	for _, path := range [][]any{{"eTag"}, {"properties", "resourceUID"}, {"properties", "agentPoolProfiles", 0, "eTag"}} {
		if text, _ := at(body, path...).(string); text == "" {
			t.Errorf("%v is empty", path)
		}
	}
}

func TestPathsHaveNoCase(t *testing.T) {
	c := small(t)
	if body := c.get(strings.ToUpper(one) + version).json(t); body["name"] != "aks-one" {
		t.Errorf("got %v", body["name"])
	}
}

func TestLeanClustersAreSmall(t *testing.T) {
	full := len(small(t).get(one + version).body)
	lean := len(small(t, func(d *simulator.Description) { d.Lean = true }).get(one + version).body)
	if lean*2 > full {
		t.Errorf("lean has %d bytes, full %d", lean, full)
	}
}

func TestPutOfAnUpgradeAnswers200WithWhereToAsk(t *testing.T) {
	c := small(t)
	got := c.put(one, func(p map[string]any) { p["kubernetesVersion"] = "1.34.2" })
	if got.status != http.StatusOK || got.header.Get("Azure-AsyncOperation") == "" || got.header.Get("Location") != "" || got.header.Get("Retry-After") != "" {
		t.Errorf("got %d %v", got.status, got.header)
	}
	body := got.json(t)
	if at(body, "properties", "provisioningState") != "Upgrading" || at(body, "properties", "currentKubernetesVersion") != "1.34.2" {
		t.Errorf("got %s", got.body)
	}
}

func TestPutOfWhatIsThereChangesNothing(t *testing.T) {
	c := small(t)
	before := c.get(one + version).body
	got := c.put(one, func(map[string]any) {})
	if got.status != http.StatusOK || got.header.Get("Azure-AsyncOperation") != "" {
		t.Errorf("got %d %v", got.status, got.header)
	}
	if diff := cmp.Diff(before, c.get(one+version).body); diff != "" {
		t.Error(diff)
	}
}

func TestFieldsTheSimulatorDoesNotKnowSurviveAPut(t *testing.T) {
	c := small(t)
	before, _ := c.world.Cluster(fleet.NewClusterID("00000000-0000-0000-0000-000000000001", "rg-fleet", "aks-one"))
	c.put(one, func(p map[string]any) { p["kubernetesVersion"] = "1.34.2" })
	after, _ := c.world.Cluster(before.ID)
	if diff := cmp.Diff(before.Extra, after.Extra); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(before.Pools[0].Extra, after.Pools[0].Extra); diff != "" {
		t.Error(diff)
	}
	if exact := string(after.Extra["futureProfile"]); !strings.Contains(exact, "12345678901234567890") || !strings.Contains(exact, "1.50") {
		t.Errorf("numbers were changed: %s", exact)
	}
}

func TestAClientThatLosesAFieldIsSeen(t *testing.T) {
	c := small(t)
	got := c.put(one, func(p map[string]any) { delete(p, "futureProfile") })
	if state := at(got.json(t), "properties", "provisioningState"); state != "Updating" {
		t.Errorf("the loss went unseen: %v", state)
	}
}

func TestReadOnlyFieldsOfABodyChangeNothing(t *testing.T) {
	c := small(t)
	before := c.get(one + version).body
	c.put(one, func(p map[string]any) {
		p["provisioningState"], p["currentKubernetesVersion"], p["resourceUID"], p["maxAgentPools"] = "Failed", "1.20.0", "other", 1
		p["powerState"] = map[string]any{"code": "Stopped"}
	})
	if diff := cmp.Diff(before, c.get(one+version).body); diff != "" {
		t.Error(diff)
	}
}

func TestServicePrincipalOfAManagedIdentitySentBackIsRefused(t *testing.T) {
	c := small(t)
	got := c.put(one, func(p map[string]any) { p["servicePrincipalProfile"] = map[string]string{"clientId": "msi"} })
	refused(t, got, 400, "InvalidParameter", false)
}

func TestPutsThatARMRefuses(t *testing.T) {
	firstPool := func(p map[string]any) map[string]any { return p["agentPoolProfiles"].([]any)[0].(map[string]any) }
	for _, test := range []struct {
		name    string
		edit    func(map[string]any)
		headers []string
		status  int
		code    string
	}{
		{"mixed versions", func(p map[string]any) {
			p["kubernetesVersion"] = "1.34.2"
			delete(firstPool(p), "orchestratorVersion")
		}, nil, 400, "NotAllAgentPoolOrchestratorVersionSpecifiedAndUnchanged"},
		{"another node image", func(p map[string]any) { firstPool(p)["nodeImageVersion"] = "AKSUbuntu-2204gen2containerd-202602.10.0" }, nil, 400, "InvalidParameter"},
		{"downgrade", func(p map[string]any) { p["kubernetesVersion"] = "1.32.9" }, nil, 400, "OperationNotAllowed"},
		{"an etag that is not the current one", func(map[string]any) {}, []string{"If-Match", "other"}, 412, "PreconditionFailed"},
		{"If-None-Match", func(map[string]any) {}, []string{"If-None-Match", "*"}, 412, "PreconditionFailed"},
	} {
		t.Run(test.name, func(t *testing.T) {
			refused(t, small(t).put(one, test.edit, test.headers...), test.status, test.code, false)
		})
	}
}

func TestBodiesThatAreNoJSON(t *testing.T) {
	c := small(t)
	for _, body := range []string{"{", "[]", `{"properties": 1}`, `{"properties": {"agentPoolProfiles": [1]}}`, strings.Repeat(" ", 9<<20)} {
		refused(t, c.send("PUT", one+version, body), 400, "InvalidRequestContent", true)
		refused(t, c.send("PUT", one+"/agentPools/user"+version, `{"properties": `+body), 400, "InvalidRequestContent", true)
	}
}

func TestClusterThatIsNotThere(t *testing.T) {
	c := small(t)
	for _, path := range []string{"", "/agentPools", "/agentPools/user", "/upgradeProfiles/default", "/maintenanceConfigurations", "/maintenanceConfigurations/default", "/agentPools/user/upgradeProfiles/default"} {
		refused(t, c.send("GET", clusters+"/aks-gone"+path+version, ""), 404, "ResourceNotFound", true)
	}
	refused(t, c.send("GET", one+"/agentPools/gone"+version, ""), 404, "NotFound", false)
}

func TestPutToAPathThatIsNotThereAnswers201(t *testing.T) {
	c := small(t)
	body := `{"location":"westeurope","properties":{"kubernetesVersion":"1.34.2","agentPoolProfiles":[{"name":"system","count":1}]}}`
	refused(t, c.send("PUT", clusters+"/aks-new"+version, body, "If-Match", "some"), 412, "PreconditionFailed", false)
	got := c.send("PUT", clusters+"/aks-new"+version, body)
	if got.status != http.StatusCreated || got.header.Get("Azure-AsyncOperation") == "" || at(got.json(t), "properties", "provisioningState") != "Creating" {
		t.Errorf("got %d %v %s", got.status, got.header, got.body)
	}
	if strings.Contains(got.body, "eTag") {
		t.Errorf("the first answer to a creation has an etag: %s", got.body)
	}
	read := c.get(clusters + "/aks-new" + version).json(t)
	if at(read, "eTag") == nil || at(read, "properties", "agentPoolProfiles", 0, "eTag") == nil {
		t.Errorf("a GET has no etags: %v", read)
	}
}

// AKS's own race has its reason among the details. Errors of AKS have all their fields, empty ones too.
func TestErrorsOfAKSHaveAllTheirFields(t *testing.T) {
	c := small(t, func(d *simulator.Description) {
		d.Faults.Exact = []simulator.Fault{{Kind: simulator.Conflict, Path: "put ", Call: 1}}
	})
	got := c.send("PUT", one+version, "{}")
	refused(t, got, 409, "EtagMismatch", false)
	if detail := at(got.json(t), "details", 0, "message"); detail != "rpc error: code = FailedPrecondition desc = Etag mismatched" || at(got.json(t), "subcode") == "" {
		t.Errorf("got %s", got.body)
	}
	other := c.send("GET", one+"/agentPools/gone"+version, "")
	for _, field := range []string{`"details":null`, `"subcode":""`, `"target":""`} {
		if !strings.Contains(other.body, field) {
			t.Errorf("%s lacks %s", other.body, field)
		}
	}
}

func TestAbort(t *testing.T) {
	c := small(t)
	if got := c.send("POST", one+"/abort"+version, ""); got.status != http.StatusNoContent {
		t.Errorf("with nothing ever begun: %d %s", got.status, got.body)
	}
	c.put(one, func(p map[string]any) { p["kubernetesVersion"] = "1.34.2" })
	got := c.send("POST", one+"/abort"+version, "")
	if got.status != http.StatusAccepted || got.header.Get("Azure-AsyncOperation") == "" || got.header.Get("Location") == "" {
		t.Errorf("got %d %v", got.status, got.header)
	}
	if result := c.send("GET", got.header.Get("Location"), ""); result.status != http.StatusAccepted {
		t.Errorf("while it runs its result is %d", result.status)
	}
	c.step(time.Minute)
	if result := c.send("GET", got.header.Get("Location"), ""); result.status != http.StatusNoContent {
		t.Errorf("when it has ended its result is %d", result.status)
	}
	refused(t, c.send("POST", one+"/abort"+version, ""), 409, "OperationNotAllowed", false)
	refused(t, c.send("POST", one+"/agentPools/gone/abort"+version, ""), 404, "NotFound", false)
}

func TestThrottledRequestsSayWhenToComeBack(t *testing.T) {
	c := small(t)
	for range 20 {
		c.send("PUT", one+"/agentPools/user"+version, "{")
	}
	got := c.send("PUT", one+"/agentPools/user"+version, "{")
	refused(t, got, 429, "Throttled", false)
	if got.header.Get("Retry-After") != "60" {
		t.Errorf("Retry-After is %q", got.header.Get("Retry-After"))
	}
}

func BenchmarkList1000Lean(b *testing.B) {
	w, findings := simulator.Load("many.yml", fmt.Appendf(nil, `start: 2026-03-02T06:00:00Z
lean: true
pageSize: 1000
subscription: s
resourceGroup: rg
versions: {1.33.5: {}}
regions: {westeurope: {}}
clusters:
  - name: aks-{n}
    count: 1000
    location: westeurope
    version: 1.33.5
    pools: [&p {name: system, image: AKSUbuntu-2204gen2containerd-202601.05.0}, {<<: *p, name: apps}]
`))
	if len(findings) > 0 {
		b.Fatal(findings)
	}
	c := &client{t: b, world: w, handler: wire.Handler(w)}
	c.login()
	transport := wire.Transport(c.handler)
	for b.Loop() {
		w.AdvanceTo(w.Now().Add(time.Second)) // a second of world time refills the buckets
		if w.Now().Minute() == 59 {
			c.login()
		}
		request, err := http.NewRequestWithContext(b.Context(), "GET", "https://arm/subscriptions/s/providers/Microsoft.ContainerService/managedClusters"+version, nil)
		if err != nil {
			b.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer "+c.token)
		response, err := transport.RoundTrip(request)
		if err != nil || response.StatusCode != http.StatusOK {
			b.Fatal(response, err)
		}
	}
}
