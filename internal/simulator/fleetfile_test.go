package simulator_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/simulator"
)

const head = `start: 2026-03-02T06:00:00Z
subscription: 00000000-0000-0000-0000-000000000001
resourceGroup: rg
versions: {1.33.5: {}, 1.34.2: {}}
regions: {westeurope: {images: [{image: AKSUbuntu-2204gen2containerd-202602.10.0}]}}
`

const oneCluster = `clusters:
  - name: aks-one
    location: westeurope
    version: 1.33.5
    pools: [{name: system, image: AKSUbuntu-2204gen2containerd-202601.05.0}]
`

func TestWhatIsWrongWithAFleetFileIsSaidWithItsPlace(t *testing.T) {
	for _, test := range []struct {
		name, content string
		line          int
		text          string
	}{
		{"empty", "", 1, "the file is empty"},
		{"no start", "seed: 1\n", 1, "start: is required"},
		{"not YAML", "start: [\n", 1, "did not find expected node content"},
		{"a tab", "start:\n\tx: 1\n", 2, "cannot start any token"},
		{"a field there is not", head + "colour: red\n", 6, "field colour not found here"},
		{"a field there is not, deep down", head + "clusters:\n  - name: x\n    pools:\n      - {nme: y}\n", 9, "field nme not found here"},
		{"a key twice", head + "seed: 1\nseed: 2\n", 7, `mapping key "seed" already defined at line 6`},
		{"a number that is none", head + "seed: many\n", 6, "cannot unmarshal !!str `many`"},
		{"a duration that is none", head + "durations: {node: soon}\n", 6, "cannot unmarshal !!str `soon` into time.Duration"},
		{"a region that is not described", head + strings.Replace(oneCluster, "westeurope", "mars", 1), 8, `clusters[0].location: region "mars" is not described`},
		{"a region in its long name", "start: 2026-03-02T06:00:00Z\nregions:\n  West Europe: {}\n", 3, "not the short name of a region"},
		{"a version without patch", head + strings.Replace(oneCluster, "1.33.5", "1.33", 1), 9, `"1.33" lacks its patch`},
		{"a version that is none", head + strings.Replace(oneCluster, "1.33.5", "newest", 1), 9, `"newest" is not a Kubernetes version`},
		{"patches of a minor on different plans", strings.Replace(head, "1.34.2: {}", "1.33.9: {preview: true}", 1), 4, "preview and plans differ from those of 1.33.5"},
		{"an image that is none", strings.Replace(head, "AKSUbuntu-2204gen2containerd-202602.10.0", "ubuntu", 1), 5, `"ubuntu" is not a node image`},
		{"a pool without image", head + "clusters:\n  - {name: a, location: westeurope, version: 1.33.5, pools: [{name: system}]}\n", 7, `pool "system" needs an image`},
		{"a cluster twice", head + oneCluster + strings.TrimPrefix(oneCluster, "clusters:\n"), 11, `cluster "aks-one" is described twice`},
		{"a pool twice", head + strings.Replace(oneCluster, "}]", "}, {name: system, image: AKSUbuntu-2204gen2containerd-202601.05.0}]", 1), 10, `pool "system" is described twice`},
		{"a cluster without name", head + "clusters: [{location: westeurope}]\n", 6, "needs a name"},
		{"several of one name", head + strings.Replace(oneCluster, "location", "count: 3\n    location", 1), 7, `needs "{n}"`},
		{"too many", head + strings.Replace(oneCluster, "location", "count: 9999999\n    location", 1), 8, "want a number from 1 to 100000"},
		{"a fleet that is not described", head + oneCluster + "    member: {fleet: prod}\n", 11, `fleet "prod" is not described`},
		{"a fault of a kind there is not", head + "faults: {exact: [{kind: fire, path: GET}]}\n", 6, `"fire" is not a kind of fault`},
		{"a repository without an owner", head + "github: {repository: fleet}\n", 6, "want owner/name"},
		{"a plan there is not", head + "github: {plan: gold}\n", 6, `"gold" is none of free, team, enterprise`},
		{"an owner there is not", head + "github: {ownerType: Bot}\n", 6, `"Bot" is none of Organization, User`},
		{"an environment twice", head + "github: {environments: [{name: a}, {name: A}]}\n", 6, "a name of its own"},
		{"two kinds of branch policy", head + "github: {environments: [{name: a, protectedBranches: true, tags: [v]}]}\n", 6, "GitHub takes one of the two"},
		{"a reviewer that is two", head + "github: {environments: [{name: a, reviewers: [{user: x, team: y}]}]}\n", 6, "want a user or a team"},
		{"a run twice", head + "github: {runs: [{id: 1}, {id: 1}]}\n", 6, "two runs 1"},
		{"a job without a name", head + "github: {runs: [{jobs: [{}]}]}\n", 6, "needs a name"},
		{"an artifact without a name", head + "github: {runs: [{artifacts: [{}]}]}\n", 6, "needs a name"},
		{"a comment on nothing", head + "github: {comments: [{body: x}]}\n", 6, "want the number"},
		{"a rate of a kind there is not", head + "faults: {rates: {fire: 1}}\n", 6, `"fire" is not a kind of fault`},
		{"a rate above one", head + "faults: {rates: {drain: 5}}\n", 6, "want a rate from 0 to 1"},
		{"a fault of nothing", head + "faults: {exact: [{kind: drain}]}\n", 6, "needs the cluster"},
		{"a fault of a request on a cluster", head + oneCluster + "faults: {exact: [{kind: throttle, cluster: aks-one}]}\n", 11, "needs the path"},
		{"a fault of an operation on a path", head + "faults: {exact: [{kind: drain, path: PUT}]}\n", 6, "needs the cluster"},
		{"a fault of a cluster there is not", head + "faults: {exact: [{kind: drain, cluster: aks-x}]}\n", 6, `there is no cluster "aks-x"`},
		{"an event of a kind there is not", head + oneCluster + "events: [{kind: fire, cluster: aks-one}]\n", 11, `"fire" is not a kind of event`},
		{"an event of a cluster there is not", head + "events: [{kind: stop, cluster: aks-x}]\n", 6, `there is no cluster "aks-x"`},
		{"an event of nothing", head + "events: [{kind: stop}]\n", 6, "an event needs a cluster"},
		{"access of a kind there is not", head + oneCluster + "    access: some\n", 11, `"some" is not an access`},
		{"a fleet without name", head + "fleets: [{}]\n", 6, "a fleet needs a name"},
		{"a pool without name", head + strings.Replace(oneCluster, "name: system, ", "", 1), 10, "a pool needs a name"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w, findings := simulator.Load("fleet.yml", []byte(test.content))
			if w != nil || len(findings) == 0 {
				t.Fatal("it was loaded")
			}
			found := findings[0]
			if found.Position.Line != test.line || !strings.Contains(found.Message, test.text) {
				t.Errorf("got line %d: %s\nwant line %d with %q", found.Position.Line, found.Message, test.line, test.text)
			}
			if found.Position.File != "fleet.yml" || found.Position.Column < 1 || found.Severity != fleet.Error {
				t.Errorf("got %+v", found)
			}
		})
	}
}

func TestAllThatIsWrongIsSaidAtOnce(t *testing.T) {
	twoRegions := strings.Replace(head, "regions: {", "regions: {northeurope: {}, ", 1)
	_, findings := simulator.Load("fleet.yml", []byte(strings.Replace(twoRegions, "1.34.2", "1.34", 1)+"faults: {rates: {fire: 1}, exact: [{kind: flood, path: GET}]}\nevents: [{kind: stop, cluster: aks-x}]\n"))
	if len(findings) != 4 {
		t.Errorf("got %d findings: %v", len(findings), findings)
	}
}

func TestAFileTooLargeIsNotRead(t *testing.T) {
	_, findings := simulator.Load("fleet.yml", []byte(strings.Repeat("# comment\n", 500_000)))
	if len(findings) != 1 || !strings.Contains(findings[0].Message, "more than") {
		t.Errorf("got %v", findings)
	}
}

func TestExamplesLoad(t *testing.T) {
	for _, file := range []string{"testdata/example.yml", "testdata/small.yml", "demo.yml"} {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if _, findings := simulator.Load(file, content); len(findings) > 0 {
			t.Errorf("%s: %v", file, findings)
		}
	}
}

func TestNewNamesWhatIsWrong(t *testing.T) {
	_, err := simulator.New(simulator.Description{})
	if err == nil || !strings.Contains(err.Error(), "start: is required") {
		t.Errorf("got %v", err)
	}
}

func TestManyClustersInAFewLines(t *testing.T) {
	w := thousands(t, 10_000)
	perSubscription := map[string]int{}
	perRegion := map[string]int{}
	for _, c := range w.Clusters("", "") {
		perSubscription[c.ID.Subscription()]++
		perRegion[c.ID.Subscription()+c.Location]++
	}
	if len(perSubscription) != 10 || perSubscription["sub-3"] != 1000 || len(perRegion) != 50 || perRegion["sub-3b"] != 200 {
		t.Errorf("got %v, %v", perSubscription, perRegion)
	}
}

// thousands builds n lean clusters over ten subscriptions and five regions.
func thousands(t testing.TB, n int) *simulator.World {
	t.Helper()
	content := fmt.Sprintf(`start: 2026-03-02T06:00:00Z
lean: true
resourceGroup: rg
versions: {1.33.5: {}, 1.34.2: {}}
regions: {a: &r {images: [{image: AKSUbuntu-2204gen2containerd-202602.10.0}]}, b: *r, c: *r, d: *r, e: *r}
clusters:
  - name: aks-{n}
    count: %d
    spread: {subscriptions: [sub-0, sub-1, sub-2, sub-3, sub-4, sub-5, sub-6, sub-7, sub-8, sub-9], locations: [a, b, c, d, e]}
    version: 1.33.5
    pools: [&p {name: system, image: AKSUbuntu-2204gen2containerd-202601.05.0}, {<<: *p, name: apps}]
`, n)
	w, findings := simulator.Load("many.yml", []byte(content))
	if len(findings) > 0 {
		t.Fatal(findings)
	}
	return w
}

func FuzzLoad(f *testing.F) {
	for _, file := range []string{"testdata/example.yml", "testdata/small.yml", "demo.yml"} {
		content, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(content)
	}
	f.Add([]byte("a: &a [*a]"))
	f.Add([]byte(head + "clusters: [{name: '{n}', count: -1}]"))
	f.Fuzz(func(t *testing.T, content []byte) {
		w, findings := simulator.Load("fleet.yml", content)
		if (w == nil) != (len(findings) > 0) {
			t.Fatalf("got a world %v and findings %v", w != nil, findings)
		}
		if w != nil {
			w.AdvanceTo(w.Now().Add(time.Hour))
		}
	})
}

func BenchmarkLoad10000(b *testing.B) {
	for b.Loop() {
		thousands(b, 10_000)
	}
}
