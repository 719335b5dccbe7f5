package azure_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/org/fleet-update-action/internal/azure"
	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/simulator"
	"github.com/org/fleet-update-action/internal/simulator/wire"
)

// These tests run the client against the simulated ARM and Entra: the real login, pipeline and bodies, in process, in
// the world's own time.

const (
	subOne      = "11111111-1111-1111-1111-111111111111"
	subTwo      = "22222222-2222-2222-2222-222222222222"
	family      = "AKSUbuntu-2204gen2containerd-"
	imageOld    = fleet.NodeImage(family + "202610.01.0")
	imageMiddle = fleet.NodeImage(family + "202610.19.0")
	imageNew    = fleet.NodeImage(family + "202611.02.0")
)

func patch(minor, patch int) fleet.KubernetesVersion {
	return fleet.KubernetesVersion{Major: 1, Minor: minor, Patch: patch}
}

// twoRegions describes a fleet in two regions of which one is ahead with its images.
func twoRegions() simulator.Description {
	versions := map[string]simulator.OfferedVersion{"1.33.5": {}, "1.34.1": {}, "1.34.2": {Default: true}}
	pools := []simulator.PoolFile{{Name: "system", Image: string(imageOld)}, {Name: "work", Image: string(imageOld)}}
	return simulator.Description{
		Start: time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC), Subscription: subOne, ResourceGroup: "rg", PageSize: 2, TokenLifetime: 1000 * time.Hour,
		Versions: versions,
		Regions: map[string]simulator.RegionFile{
			"westeurope": {Images: []simulator.RegionImage{{Image: string(imageNew)}}},
			"eastus":     {Images: []simulator.RegionImage{{Image: string(imageMiddle)}, {Image: string(imageNew), After: 100 * time.Hour}}},
		},
		Fleets: []simulator.FleetFile{{Name: "prod", Subscription: subTwo, ResourceGroup: "rg"}},
		Clusters: []simulator.ClusterFile{
			{Name: "weu-{n}", Count: 3, Location: "westeurope", Version: "1.33.5", Pools: pools, Member: &simulator.MemberFile{Fleet: "prod", Group: "eu", Labels: map[string]string{"ring": "1"}}},
			{Name: "eus-{n}", Count: 3, Location: "eastus", Subscription: subTwo, Version: "1.33.5", Pools: pools, Tags: map[string]string{"fleet": "prod", "update-group": "us"}},
		},
	}
}

type scene struct {
	*simulator.World
	client *azure.Client
}

// enter builds the world and logs in to it as a job of GitHub does. Waiting moves the world's clock.
func enter(t testing.TB, description simulator.Description) scene {
	t.Helper()
	world, err := simulator.New(description)
	if err != nil {
		t.Fatal(err)
	}
	wait := func(ctx context.Context, until time.Time) error {
		world.AdvanceTo(until)
		return ctx.Err()
	}
	return scene{world, connect(t, wire.Handler(world), world.Now, wait, 1)}
}

// connect makes the client of a handler.
func connect(t testing.TB, handler http.Handler, now func() time.Time, wait func(context.Context, time.Time) error, parallel int) *azure.Client {
	t.Helper()
	transport := &http.Client{Transport: wire.Transport(handler)}
	env := map[string]string{
		"ACTIONS_ID_TOKEN_REQUEST_URL": "https://arm.example/oidc/token", "ACTIONS_ID_TOKEN_REQUEST_TOKEN": wire.RequestToken,
		"AZURE_CLIENT_ID": "44444444-4444-4444-4444-444444444444", "AZURE_TENANT_ID": "33333333-3333-3333-3333-333333333333",
	}
	cloud, err := azure.Cloud("", "https://arm.example", "https://arm.example/")
	if err != nil {
		t.Fatal(err)
	}
	credential, err := azure.Credential(azure.CredentialConfig{
		Env: func(name string) (string, bool) { value, ok := env[name]; return value, ok }, Cloud: cloud, Transport: transport, Now: now, Wait: wait,
	})
	if err != nil {
		t.Fatal(err)
	}
	client, err := azure.NewClient(azure.Config{Credential: credential, Cloud: cloud, Transport: transport, Now: now, Wait: wait, Parallel: parallel})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func (s scene) count(kind string) int {
	for _, request := range s.client.Requests() {
		if request.Kind == kind {
			return request.Count
		}
	}
	return 0
}

func (s scene) state(t *testing.T, name string) simulator.Cluster {
	t.Helper()
	for _, cluster := range s.Clusters("", "") {
		if cluster.Name == name {
			return cluster
		}
	}
	t.Fatalf("there is no cluster %s", name)
	return simulator.Cluster{}
}

func id(subscription, name string) fleet.ClusterID {
	return fleet.NewClusterID(subscription, "rg", name)
}

func everywhere() []fleet.Source {
	return []fleet.Source{
		{Fleet: "/subscriptions/" + subTwo + "/resourceGroups/rg/providers/Microsoft.ContainerService/fleets/prod"},
		{Discover: &fleet.Discovery{Subscriptions: []string{subTwo}, Tags: map[string]string{"fleet": "prod"}, GroupTag: "update-group"}},
		{Listed: []fleet.Member{{Name: "gone", Cluster: id(subOne, "gone"), Group: "eu"}}},
	}
}

func TestInventoryOfAFleet(t *testing.T) {
	s := enter(t, twoRegions())
	inventory, err := s.client.Inventory(t.Context(), azure.Query{Sources: everywhere(), Versions: true, Images: true, SnapshotGroup: "snapshots"})
	if err != nil {
		t.Fatal(err)
	}
	var members []string
	for _, member := range inventory.Members {
		members = append(members, member.Name+"@"+member.Group)
	}
	if got, want := strings.Join(members, " "), "weu-1@eu weu-2@eu weu-3@eu eus-1@us eus-2@us eus-3@us gone@eu"; got != want {
		t.Errorf("members are %s, want %s", got, want)
	}
	if inventory.Members[0].Labels["ring"] != "1" || inventory.Clusters[id(subOne, "weu-1")].Settings.FleetMembership == "" {
		t.Error("the Fleet's labels or membership were lost")
	}
	if _, found := inventory.Clusters[id(subOne, "gone")]; found || len(inventory.Clusters) != 6 {
		t.Errorf("%d clusters", len(inventory.Clusters))
	}
	for region, want := range map[string]fleet.NodeImage{"westeurope": imageNew, "eastus": imageMiddle} {
		latest, _ := inventory.Regions[region].Latest(want.Family())
		if latest != want || len(inventory.Regions[region].Versions) != 3 {
			t.Errorf("%s offers %s and %d versions", region, latest, len(inventory.Regions[region].Versions))
		}
	}
	for kind, want := range map[string]int{"list clusters": 4, "list fleet members": 2, "read cluster": 1, "list Kubernetes versions": 2, "list node images": 2, "list snapshots": 2} {
		if got := s.count(kind); got != want {
			t.Errorf("%s: %d requests, want %d", kind, got, want)
		}
	}
}

// A thousand clusters over ten subscriptions and five regions take few requests, and none of them is throttled.
func TestInventoryOfAThousand(t *testing.T) {
	description := twoRegions()
	description.PageSize, description.Lean = 100, true
	spread := simulator.Spread{}
	for i := range 10 {
		spread.Subscriptions = append(spread.Subscriptions, fmt.Sprintf("00000000-0000-0000-0000-%012d", i))
	}
	for i := range 5 {
		region := fmt.Sprintf("region%d", i)
		spread.Locations = append(spread.Locations, region)
		description.Regions[region] = simulator.RegionFile{Images: []simulator.RegionImage{{Image: string(imageNew)}}}
	}
	description.Clusters = []simulator.ClusterFile{{Name: "aks-{n}", Count: 1000, Spread: spread, Version: "1.33.5", Tags: map[string]string{"fleet": "prod"},
		Pools: []simulator.PoolFile{{Name: "system", Image: string(imageOld)}}}}
	s := enter(t, description)
	inventory, err := s.client.Inventory(t.Context(), azure.Query{Versions: true, Images: true,
		Sources: []fleet.Source{{Discover: &fleet.Discovery{Subscriptions: spread.Subscriptions, Tags: map[string]string{"fleet": "*"}}}}})
	if err != nil || len(inventory.Clusters) != 1000 {
		t.Fatal(len(inventory.Clusters), err)
	}
	total := 0
	for _, request := range s.client.Requests() {
		total += request.Count
	}
	if total > 60 {
		t.Errorf("%d requests, want at most 60", total)
	}
	if _, err := s.client.Details(t.Context(), inventory, azure.Detail{Clusters: idsOf(inventory), Window: fleet.UpgradeWindow}); err != nil {
		t.Fatal(err)
	}
	if got := s.count("read maintenance window"); got != 1000 {
		t.Errorf("%d windows read, want one per cluster", got)
	}
	if throttled := s.Throttled(); len(throttled) != 0 {
		t.Errorf("%d requests overdrew a bucket", len(throttled))
	}
}

func idsOf(inventory fleet.Inventory) []fleet.ClusterID {
	var ids []fleet.ClusterID
	for _, member := range inventory.Members {
		ids = append(ids, member.Cluster)
	}
	return ids
}

func TestWhatRolesHide(t *testing.T) {
	query := azure.Query{Sources: everywhere(), Versions: true, Images: true}
	t.Run("a cluster without access", func(t *testing.T) {
		description := twoRegions()
		description.Clusters = append(description.Clusters, simulator.ClusterFile{Name: "hidden", Location: "eastus", Version: "1.33.5", Access: "none",
			Pools: description.Clusters[0].Pools, Member: &simulator.MemberFile{Fleet: "prod", Group: "eu"}})
		s := enter(t, description)
		_, err := s.client.Inventory(t.Context(), query)
		if err == nil || !strings.Contains(err.Error(), "managedClusters/hidden") || !strings.Contains(err.Error(), "Azure Kubernetes Service Contributor Role") {
			t.Errorf("error is %v", err)
		}
	})
	t.Run("a cluster that LIST does not show", func(t *testing.T) {
		description := twoRegions()
		description.Clusters[0].Unlisted = true
		s := enter(t, description)
		inventory, err := s.client.Inventory(t.Context(), query)
		if err != nil || len(inventory.Clusters) != 6 {
			t.Errorf("%d clusters, %v", len(inventory.Clusters), err)
		}
	})
	t.Run("no list of images", func(t *testing.T) {
		description := twoRegions()
		description.Denied = []simulator.Denial{{Action: "*nodeImageVersions*"}}
		s := enter(t, description)
		inventory, err := s.client.Inventory(t.Context(), query)
		latest, _ := inventory.Regions["eastus"].Latest(imageOld.Family())
		if err != nil || latest != imageMiddle || s.count("read upgrade profile") != 2 {
			t.Errorf("latest is %q, %v, after %d profiles", latest, err, s.count("read upgrade profile"))
		}
	})
	t.Run("no right to write", func(t *testing.T) {
		description := twoRegions()
		description.Clusters[0].Access = "read"
		s := enter(t, description)
		findings, err := s.client.MayWrite(t.Context(), []fleet.ClusterID{id(subOne, "weu-1"), id(subTwo, "eus-1"), id(subOne, "gone")})
		if err != nil || len(findings) != 1 || findings[0].Cluster != id(subOne, "weu-1") {
			t.Errorf("got %+v, %v", findings, err)
		}
	})
}

// follow observes until the cluster is idle, and returns how its operation ended.
func (s scene) follow(t *testing.T, engine *azure.Engine, cluster fleet.ClusterID, begun fleet.Answer) (fleet.Inventory, fleet.Answer) {
	t.Helper()
	if begun.Verdict != fleet.Accepted {
		t.Fatalf("the step was not accepted: %+v %v", begun, begun.Err)
	}
	for range 1000 {
		s.AdvanceTo(s.Now().Add(time.Minute))
		inventory, answers, err := engine.Observe(t.Context(), []fleet.ClusterID{cluster}, map[fleet.ClusterID]string{cluster: begun.Operation})
		if err != nil {
			t.Fatal(err)
		}
		if answer, asked := answers[cluster]; asked && answer.Verdict == fleet.Ended {
			return inventory, answer
		}
	}
	t.Fatal("the operation never ended")
	return fleet.Inventory{}, fleet.Answer{}
}

// One cluster goes all the way: control plane, pools, an image from a snapshot of another region's pool, and the
// snapshot's removal.
func TestUpgradeInSteps(t *testing.T) {
	s := enter(t, twoRegions())
	engine := s.client.Engine(azure.EngineConfig{Window: fleet.UpgradeWindow, SnapshotGroup: "snapshots", Subscriptions: []string{subTwo}})
	eus, weu := id(subTwo, "eus-1"), id(subOne, "weu-1")
	snapshot := fleet.SnapshotID(subTwo, "snapshots", "middle")
	steps := []fleet.Step{
		{Cluster: eus, Kind: fleet.ControlPlane, Version: patch(34, 2)},
		{Cluster: eus, Kind: fleet.PoolVersion, Pool: "system", Version: patch(34, 2), Image: imageMiddle, Pinned: true},
		{Cluster: eus, Kind: fleet.PoolVersion, Pool: "work", Version: patch(34, 2), Image: imageMiddle, Pinned: true},
		{Cluster: weu, Kind: fleet.ControlPlane, Version: patch(34, 2)},
		{Cluster: weu, Kind: fleet.TakeSnapshot, Snapshot: snapshot, Donor: fleet.PoolID{Cluster: eus, Pool: "work"}, Tag: "prod", Image: imageMiddle, Version: patch(34, 2), Location: "eastus"},
		{Cluster: weu, Kind: fleet.PoolVersion, Pool: "work", Version: patch(34, 2), Image: imageMiddle, Snapshot: snapshot, Pinned: true},
		{Cluster: weu, Kind: fleet.DropSnapshot, Snapshot: snapshot, Tag: "prod"},
	}
	for _, step := range steps {
		began := engine.Begin(t.Context(), step)
		if began.Verdict != fleet.Ended {
			_, ended := s.follow(t, engine, step.Cluster, began)
			if ended.Err != nil {
				t.Fatalf("%s %s ended with %v", step.Kind, step.Pool, ended.Err)
			}
		}
		if step.Kind == fleet.TakeSnapshot { // it lies in the donor's subscription, and serves a cluster in another
			seen, _, err := engine.Observe(t.Context(), []fleet.ClusterID{weu}, nil)
			if held := seen.Snapshots[snapshot]; err != nil || held.Image != imageMiddle || held.Tags[fleet.SnapshotTag] != "prod" {
				t.Fatalf("the snapshot is %+v, %v", held, err)
			}
		}
		if again := engine.Begin(t.Context(), step); again.Verdict != fleet.Ended {
			t.Errorf("%s %s a second time: %+v %v", step.Kind, step.Pool, again, again.Err)
		}
	}
	for name, pools := range map[string][]fleet.NodeImage{"eus-1": {imageMiddle, imageMiddle}, "weu-1": {imageOld, imageMiddle}} {
		cluster := s.state(t, name)
		for i, want := range pools {
			if cluster.Version != patch(34, 2) || cluster.Pools[i].Image != want {
				t.Errorf("%s is at %s, its pool %s at %s, want %s", name, cluster.Version, cluster.Pools[i].Name, cluster.Pools[i].Image, want)
			}
		}
	}
	if left := s.Snapshots(""); len(left) != 0 {
		t.Errorf("snapshots are left: %v", left)
	}
	if throttled := s.Throttled(); len(throttled) != 0 {
		t.Errorf("%d requests overdrew a bucket", len(throttled))
	}
}

func TestImageAndWholeCluster(t *testing.T) {
	s := enter(t, twoRegions())
	engine := s.client.Engine(azure.EngineConfig{})
	weu := id(subOne, "weu-2")
	inventory, ended := s.follow(t, engine, weu, engine.Begin(t.Context(), fleet.Step{Cluster: weu, Kind: fleet.PoolImage, Pool: "work", Image: imageNew, Pinned: true}))
	if pool, _ := inventory.Clusters[weu].Pool("work"); ended.Err != nil || pool.Image != imageNew {
		t.Errorf("pool is %+v, %v", pool, ended.Err)
	}
	inventory, ended = s.follow(t, engine, weu, engine.Begin(t.Context(), fleet.Step{Cluster: weu, Kind: fleet.WholeCluster, Version: patch(34, 1)}))
	for _, pool := range inventory.Clusters[weu].Pools {
		if ended.Err != nil || pool.Version != patch(34, 1) || pool.Image != imageNew {
			t.Errorf("pool is %+v, %v", pool, ended.Err)
		}
	}
}

// What Azure may do to a write, and what is made of it.
func TestWritesThatGoWrong(t *testing.T) {
	weu := id(subOne, "weu-1")
	controlPlane := fleet.Step{Cluster: weu, Kind: fleet.ControlPlane, Version: patch(34, 1)}
	fault := func(f simulator.Fault) func(*simulator.Description) {
		return func(d *simulator.Description) { d.Faults.Exact = []simulator.Fault{f} }
	}
	const put = "put /subscriptions/" + subOne + "/resourcegroups/rg/providers/microsoft.containerservice/managedclusters/weu-1"
	tests := []struct {
		name    string
		change  func(*simulator.Description)
		want    fleet.Verdict
		code    string
		started bool // Azure took the write all the same
	}{
		{"throttled beyond a minute", fault(simulator.Fault{Kind: simulator.Throttle, Path: put, RetryAfter: 5 * time.Minute}), fleet.Later, "Throttled", false},
		{"race inside AKS", fault(simulator.Fault{Kind: simulator.Conflict, Path: put}), fleet.Later, "EtagMismatch", false},
		{"server error", fault(simulator.Fault{Kind: simulator.ServerFail, Path: put}), fleet.Later, "InternalServerError", false},
		{"cut before", fault(simulator.Fault{Kind: simulator.CutBefore, Path: put}), fleet.Later, "NoReply", false},
		{"cut after", fault(simulator.Fault{Kind: simulator.CutAfter, Path: put}), fleet.Later, "NoReply", true},
		{"a stranger's operation", func(d *simulator.Description) {
			d.Events = []simulator.Happening{{Kind: simulator.Foreign, Cluster: "weu-1", Lasts: time.Hour}}
		}, fleet.Later, "OperationInProgress", true},
		{"stopped", func(d *simulator.Description) { d.Clusters[0].Stopped = true }, fleet.Refused, "OperationNotAllowed", false},
		{"an auto-upgrade channel", func(d *simulator.Description) { d.Clusters[0].UpgradeChannel = "patch" }, fleet.Refused, "", false},
		{"no right to write", func(d *simulator.Description) { d.Clusters[0].Access = "read" }, fleet.Refused, "AuthorizationFailed", false},
		{"deleted", func(d *simulator.Description) {
			d.Events = []simulator.Happening{{Kind: simulator.Delete, Cluster: "weu-1"}}
		}, fleet.Refused, "ResourceNotFound", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			description := twoRegions()
			test.change(&description)
			s := enter(t, description)
			s.AdvanceTo(s.Now().Add(time.Second))
			engine := s.client.Engine(azure.EngineConfig{})
			got := engine.Begin(t.Context(), controlPlane)
			if got.Verdict != test.want || got.Err == nil || (test.code != "" && got.Err.Code != test.code) {
				t.Errorf("got %s %v, want %s %s", got.Verdict, got.Err, test.want, test.code)
			}
			if got.Verdict == fleet.Later && !got.NotBefore.After(s.Now()) {
				t.Error("Later, but at once")
			}
			inventory, _, err := engine.Observe(t.Context(), []fleet.ClusterID{weu}, nil)
			cluster, found := inventory.Clusters[weu]
			if busy := found && cluster.Busy(); err != nil || busy != test.started {
				t.Errorf("busy is %v, want %v (%v)", busy, test.started, err)
			}
		})
	}
}

// An operation that ends badly says so with its code and what to do; one that Azure forgot gives no answer.
func TestOperationsThatEndBadly(t *testing.T) {
	weu := id(subOne, "weu-1")
	image := fleet.Step{Cluster: weu, Kind: fleet.PoolImage, Pool: "work", Image: imageNew}
	for _, test := range []struct{ kind, code string }{{"drain", "UpgradeFailed"}, {"cancel", "OperationCanceled"}} {
		t.Run(test.kind, func(t *testing.T) {
			description := twoRegions()
			description.Faults.Exact = []simulator.Fault{{Kind: simulator.FaultKind(test.kind), Cluster: "weu-1", Pool: "work", Times: 1}}
			s := enter(t, description)
			engine := s.client.Engine(azure.EngineConfig{})
			_, ended := s.follow(t, engine, weu, engine.Begin(t.Context(), image))
			if ended.Err == nil || ended.Err.Code != test.code {
				t.Fatalf("ended with %v, want %s", ended.Err, test.code)
			}
			if _, ended := s.follow(t, engine, weu, engine.Begin(t.Context(), image)); ended.Err != nil {
				t.Errorf("the second try ended with %v", ended.Err)
			}
		})
	}
	t.Run("forgotten", func(t *testing.T) {
		description := twoRegions()
		description.Faults.Exact = []simulator.Fault{{Kind: simulator.PollGone, Path: "/operations/"}}
		s := enter(t, description)
		engine := s.client.Engine(azure.EngineConfig{})
		begun := engine.Begin(t.Context(), image)
		s.AdvanceTo(s.Now().Add(24 * time.Hour))
		inventory, answers, err := engine.Observe(t.Context(), []fleet.ClusterID{weu}, map[fleet.ClusterID]string{weu: begun.Operation})
		if err != nil || len(answers) != 0 || inventory.Clusters[weu].Busy() {
			t.Errorf("got %v, %v", answers, err)
		}
	})
}

// Reads get through whatever passes: faults of every kind, drawn from seeds.
func TestInventoryOutlivesFaults(t *testing.T) {
	for seed := range uint64(20) {
		description := twoRegions()
		description.Seed = seed
		description.Faults.Rates = map[simulator.FaultKind]float64{simulator.Throttle: 0.1, simulator.ServerFail: 0.1, simulator.Unready: 0.1, simulator.CutBefore: 0.1, simulator.CutAfter: 0.1}
		s := enter(t, description)
		inventory, err := s.client.Inventory(t.Context(), azure.Query{Sources: everywhere(), Versions: true, Images: true})
		if err != nil || len(inventory.Clusters) != 6 {
			t.Errorf("seed %d: %d clusters, %v", seed, len(inventory.Clusters), err)
		}
	}
}

// Reads in parallel read the same.
func TestParallelReadsAgree(t *testing.T) {
	read := func(parallel int) fleet.Inventory {
		world, err := simulator.New(twoRegions())
		if err != nil {
			t.Fatal(err)
		}
		wait := func(context.Context, time.Time) error { return errors.New("nothing has to wait") }
		client := connect(t, wire.Handler(world), world.Now, wait, parallel)
		inventory, err := client.Inventory(t.Context(), azure.Query{Sources: everywhere(), Versions: true, Images: true, SnapshotGroup: "snapshots"})
		if err != nil {
			t.Fatal(err)
		}
		inventory, err = client.Details(t.Context(), inventory, azure.Detail{Clusters: idsOf(inventory), Window: fleet.UpgradeWindow})
		if err != nil {
			t.Fatal(err)
		}
		return inventory
	}
	if diff := cmp.Diff(read(1), read(8)); diff != "" {
		t.Error(diff)
	}
}

// Over many hours both GitHub's assertions, good for five minutes, and Entra's tokens, good for one hour, expire many
// times; no read notices. The system clock, which azidentity goes by, is the test's own.
func TestLoginIsRenewedOverHours(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		description := twoRegions()
		description.Start, description.TokenLifetime = time.Now(), time.Hour
		world, err := simulator.New(description)
		if err != nil {
			t.Fatal(err)
		}
		logins := 0
		handler := wire.Live(wire.Handler(world), world, time.Now)
		counted := http.HandlerFunc(func(writer http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/oauth2/v2.0/token") {
				logins++
			}
			handler.ServeHTTP(writer, r)
		})
		wait := func(_ context.Context, until time.Time) error { time.Sleep(time.Until(until)); return nil }
		engine := connect(t, counted, time.Now, wait, 1).Engine(azure.EngineConfig{})
		for range 12 * 4 {
			if _, _, err := engine.Observe(t.Context(), []fleet.ClusterID{id(subOne, "weu-1")}, nil); err != nil {
				t.Fatalf("at %s: %v", time.Now(), err)
			}
			time.Sleep(15 * time.Minute)
		}
		if logins < 12 || logins > 20 {
			t.Errorf("%d logins in 12 hours with tokens of one hour", logins)
		}
	})
}

// Sixteen reads at once and as many writes as a stage may have under way, all in one region of a hundred clusters: the
// limiter spaces them so that Azure refuses none. What it keeps back is begun when it says so.
func TestParallelRequestsOverdrawNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const clusters, writes = 100, 50
		description := twoRegions()
		description.Start, description.Lean, description.PageSize = time.Now(), true, clusters
		description.Clusters = []simulator.ClusterFile{{Name: "aks-{n}", Count: clusters, Location: "westeurope", Version: "1.33.5", Tags: map[string]string{"fleet": "prod"},
			Pools: []simulator.PoolFile{{Name: "system", Image: string(imageOld)}}}}
		world, err := simulator.New(description)
		if err != nil {
			t.Fatal(err)
		}
		wait := func(_ context.Context, until time.Time) error { time.Sleep(time.Until(until)); return nil }
		client := connect(t, wire.Live(wire.Handler(world), world, time.Now), time.Now, wait, 16)
		inventory, err := client.Inventory(t.Context(), azure.Query{Sources: []fleet.Source{{Discover: &fleet.Discovery{Subscriptions: []string{subOne}, Tags: map[string]string{"fleet": "*"}}}}})
		if err != nil || len(inventory.Clusters) != clusters {
			t.Fatal(len(inventory.Clusters), err)
		}
		engine := client.Engine(azure.EngineConfig{Window: fleet.NodeOSWindow})
		var group sync.WaitGroup
		group.Go(func() {
			if _, _, err := engine.Observe(t.Context(), idsOf(inventory), nil); err != nil {
				t.Error(err)
			}
		})
		keptBack := make([]int, writes)
		for i, cluster := range idsOf(inventory)[:writes] {
			group.Go(func() {
				step := fleet.Step{Cluster: cluster, Kind: fleet.PoolImage, Pool: "system", Image: imageNew}
				answer := engine.Begin(t.Context(), step)
				for ; answer.Verdict == fleet.Later && answer.Err.Code == "Throttled"; answer = engine.Begin(t.Context(), step) {
					keptBack[i]++
					time.Sleep(time.Until(answer.NotBefore))
				}
				if answer.Verdict != fleet.Accepted {
					t.Errorf("%s: %+v %v", cluster, answer, answer.Err)
				}
			})
		}
		group.Wait()
		if throttled := world.Throttled(); len(throttled) != 0 {
			t.Errorf("%d requests overdrew a bucket", len(throttled))
		}
		if most := slices.Max(keptBack); most != 1 {
			t.Errorf("writes were kept back up to %d times, want once", most)
		}
	})
}

// Where somebody else has emptied a bucket, one refusal is enough to know it: the other reads wait for their turn.
func TestABucketThatOthersEmptiedIsNoticedOnce(t *testing.T) {
	description := twoRegions()
	description.Clusters[0].Count = 70
	s := enter(t, description)
	var ids []fleet.ClusterID
	for i := range 70 {
		ids = append(ids, fleet.NewClusterID(subOne, "rg", fmt.Sprintf("weu-%d", i+1)))
	}
	inventory := fleet.Inventory{Clusters: map[fleet.ClusterID]fleet.Cluster{}}
	for _, id := range ids {
		inventory.Clusters[id] = fleet.Cluster{ID: id, Location: "westeurope"}
	}
	other := connect(t, wire.Handler(s.World), s.Now, func(context.Context, time.Time) error { return errors.New("no time") }, 1)
	if _, err := other.Details(t.Context(), inventory, azure.Detail{Clusters: ids, Window: fleet.NodeOSWindow}); err == nil {
		t.Fatal("the bucket was not emptied")
	}
	if _, err := s.client.Details(t.Context(), inventory, azure.Detail{Clusters: ids[:30], Window: fleet.NodeOSWindow}); err != nil {
		t.Fatal(err)
	}
	if refused := len(s.Throttled()); refused != 1 {
		t.Errorf("%d requests were refused, one was enough to know", refused)
	}
}
