package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/simulator"
	"github.com/org/fleet-update-action/internal/simulator/wire"
	"github.com/org/fleet-update-action/internal/strategy"
)

var (
	seedFlag  = flag.Uint64("seed", 0, "replay one seed of the rollout tests")
	seedsFlag = flag.Uint64("seeds", 0, "how many seeds of the rollout tests to run; 0: as many as fit the suite")
)

// scene is a simulated fleet with a strategy for it.
type scene struct {
	seed     uint64
	strategy string
	world    simulator.Description
	windows  map[fleet.ClusterID]dailyWindow
}

const sceneSubscription = "00000000-0000-4000-8000-000000000001"

// newScene draws a fleet of 3 to 8 clusters in two regions, a strategy of one to three stages, and faults.
func newScene(seed uint64) scene {
	draw := rand.New(rand.NewPCG(seed, 7))
	s := scene{seed: seed, windows: map[fleet.ClusterID]dailyWindow{}}
	stages := 1 + draw.IntN(3)
	s.world = simulator.Description{
		Start: time.Date(2026, 3, 2, 5, 0, 0, 0, time.UTC), Seed: seed, Lean: true, Subscription: sceneSubscription, ResourceGroup: "fleet",
		Versions: map[string]simulator.OfferedVersion{"1.33.5": {}, "1.33.7": {}, "1.34.1": {}, "1.34.3": {}},
		Regions: map[string]simulator.RegionFile{
			"northeurope": {Images: sceneImages("202602.18.0", "202603.01.0")},
			"westeurope":  {Images: sceneImages("202602.25.0", "202603.08.0")},
		},
		Durations: simulator.Durations{Jitter: 40},
		Faults:    sceneFaults(draw),
	}
	for n := range 3 + draw.IntN(6) {
		s.addCluster(draw, n, stages)
	}
	s.strategy = sceneStrategy(draw, s, stages)
	return s
}

func sceneImages(first, later string) []simulator.RegionImage {
	return []simulator.RegionImage{
		{Image: "AKSUbuntu-2204gen2containerd-" + first},
		{Image: "AKSUbuntu-2204gen2containerd-" + later, After: 9 * time.Hour},
	}
}

func sceneFaults(draw *rand.Rand) simulator.Faults {
	switch draw.IntN(6) {
	case 0:
		return simulator.Faults{}
	case 1: // failures enough to try the budgets
		return simulator.Faults{Rates: map[simulator.FaultKind]float64{simulator.Fail: .35}}
	}
	rates := map[simulator.FaultKind]float64{}
	for _, fault := range []struct {
		kind simulator.FaultKind
		most float64
	}{
		{simulator.Throttle, .08}, {simulator.Conflict, .1}, {simulator.ServerFail, .04}, {simulator.Unready, .04}, {simulator.CutBefore, .03},
		{simulator.CutAfter, .06}, {simulator.PollGone, .1}, {simulator.Drain, .08}, {simulator.Fail, .06}, {simulator.Stuck, .1},
		{simulator.Cancel, .05}, {simulator.Preempt, .05}, {simulator.Delete, .03}, {simulator.Stop, .05}, {simulator.Foreign, .2}, {simulator.AutoUpgrade, .1},
	} {
		if draw.IntN(2) == 0 {
			rates[fault.kind] = fault.most * draw.Float64()
		}
	}
	return simulator.Faults{Rates: rates}
}

func (s *scene) addCluster(draw *rand.Rand, n, stages int) {
	name := fmt.Sprintf("aks-%d", n)
	cluster := simulator.ClusterFile{
		Name: name, Location: []string{"northeurope", "westeurope"}[draw.IntN(2)], Version: []string{"1.33.5", "1.33.7", "1.34.1"}[draw.IntN(3)],
		Tags: map[string]string{"fleet": "seeds", "ring": fmt.Sprintf("ring-%d-%d", n%(stages+1)%stages, draw.IntN(2))}, Stopped: draw.IntN(12) == 0,
	}
	for pool := range 1 + draw.IntN(3) {
		image := []string{"202601.07.0", "202602.18.0"}[draw.IntN(2)]
		cluster.Pools = append(cluster.Pools, simulator.PoolFile{
			Name: []string{"system", "blue", "green"}[pool], Image: "AKSUbuntu-2204gen2containerd-" + image, Count: 1 + draw.IntN(4),
		})
	}
	if draw.IntN(3) == 0 {
		window := dailyWindow{draw.IntN(24), 4 + draw.IntN(6)}
		configured := simulator.MaintenanceWindow{
			Schedule:  simulator.Schedule{Daily: &simulator.Daily{IntervalDays: 1}},
			StartTime: fmt.Sprintf("%02d:00", window.start), DurationHours: window.hours, UTCOffset: "+00:00",
		}
		cluster.Windows = simulator.Windows{string(fleet.UpgradeWindow): configured, string(fleet.NodeOSWindow): configured}
		s.windows[fleet.NewClusterID(sceneSubscription, "fleet", name)] = window
	}
	s.world.Clusters = append(s.world.Clusters, cluster)
}

// rings are the groups of a stage that have members.
func (s scene) rings(stage int) []string {
	set := map[string]bool{}
	for _, cluster := range s.world.Clusters {
		if ring := cluster.Tags["ring"]; strings.HasPrefix(ring, fmt.Sprintf("ring-%d-", stage)) {
			set[ring] = true
		}
	}
	return slices.Sorted(maps.Keys(set))
}

func sceneStrategy(draw *rand.Rand, s scene, stages int) string {
	var text strings.Builder
	fmt.Fprintf(&text, "version: 1\nname: seeds\nmembers:\n  - discover:\n      subscriptions: [%s]\n      tags: {fleet: seeds}\n      groupTag: ring\nupgrade:\n", sceneSubscription)
	switch kind := draw.IntN(5); kind {
	case 0:
		text.WriteString("  type: ControlPlaneOnly\n  kubernetesVersion: \"1.34\"\n")
	case 1, 2:
		fmt.Fprintf(&text, "  type: Full\n  kubernetesVersion: \"1.34.3\"\n  nodeImageSelection: {type: %s}\n", []string{"Latest", "Consistent"}[kind-1])
	default:
		fmt.Fprintf(&text, "  type: NodeImageOnly\n  nodeImageSelection: {type: %s}\n", []string{"Latest", "Consistent"}[kind-3])
	}
	text.WriteString("snapshots: {allow: true, resourceGroup: snapshots}\nplanMaxAge: 60d\nstages:\n")
	for stage := range stages {
		fmt.Fprintf(&text, "  - name: stage-%d\n    maxAllowedFailures: %d\n    maxConcurrency: %d\n    afterStageWaitInSeconds: %d\n    minSucceeded: %d\n    groups:\n",
			stage, draw.IntN(3), 1+draw.IntN(4), 1800*draw.IntN(3), draw.IntN(2))
		for _, ring := range s.rings(stage) {
			fmt.Fprintf(&text, "      - {name: %s, maxConcurrency: %d, maxAllowedFailures: %d}\n", ring, 1+draw.IntN(3), draw.IntN(3))
		}
	}
	fmt.Fprintf(&text, "stoppedClusters: %s\nwindowClose: %s\n", []string{"skip", "fail"}[draw.IntN(2)], []string{"finish", "hold"}[draw.IntN(2)])
	return text.String()
}

// memory is an output folder that costs nothing.
type memory map[string][]byte

func (m memory) read(name string) ([]byte, error) {
	content, ok := m[name]
	if !ok {
		return nil, fs.ErrNotExist
	}
	return content, nil
}

func (m memory) write(name string, content []byte) error {
	m[name] = content
	return nil
}

func (m memory) lock() (func(), error) { return func() {}, nil }

// searched is a theatre's output folder: whatever is written there is searched for tokens and signed URLs.
type searched struct{ th *theatre }

func (s searched) read(name string) ([]byte, error) { return s.th.out.read(name) }

func (s searched) write(name string, content []byte) error {
	s.th.search(content)
	return s.th.out.write(name, content)
}

func (s searched) lock() (func(), error) { return s.th.out.lock() }

// search notes what is never to be printed or written.
func (th *theatre) search(content []byte) {
	for _, secret := range []string{"Bearer ", "eyJ", wire.RequestToken, "&h=", `\u0026h=`, "&amp;h="} {
		if bytes.Contains(content, []byte(secret)) {
			th.leaked = append(th.leaked, fmt.Sprintf("invariant 9: %q was printed or written", secret))
		}
	}
}

// theatre is a world on which a scene is played.
type theatre struct {
	scene
	t        *testing.T
	world    *simulator.World
	strategy strategy.Strategy
	out      memory
	printed  bytes.Buffer
	plan     plan.Plan
	lives    []life // one after the other
	leaked   []string
}

func newTheatre(t *testing.T, s scene) *theatre {
	t.Helper()
	world, err := simulator.New(s.world)
	if err != nil {
		t.Fatalf("seed %d: %v", s.seed, err)
	}
	parsed, findings := strategy.Parse("seeds.yml", []byte(s.strategy))
	if fleet.HasErrors(findings) {
		t.Fatalf("seed %d: %+v\n%s", s.seed, findings, s.strategy)
	}
	return &theatre{scene: s, t: t, world: world, strategy: parsed, out: memory{}}
}

// call is a command's surroundings in the theatre.
func (th *theatre) call() call {
	system := system{stdin: strings.NewReader(""), stdout: &th.printed, stderr: &th.printed, getenv: func(string) string { return "" },
		folder: func(string) disk { return searched{th} }, size: func() (int, int) { return 160, 0 }}
	return call{system: system, values: values{"format": "text", "poll-interval": "2m", "deadline": "240h", "strategy": "seeds.yml"},
		runner: github.NewRunner(system.getenv, io.Discard)}
}

// makePlan plans until Azure lets itself be read, and reports whether the plan can be applied.
func (th *theatre) makePlan() bool {
	th.t.Helper()
	for range 5 {
		sh, err := simulatedShells(th.world)
		if err != nil {
			th.t.Fatal(err)
		}
		made, _, err := readAndPlan(context.Background(), sh, th.strategy, plan.Orders{})
		if err != nil {
			continue
		}
		if err := writePlan(th.out, made); err != nil {
			th.t.Fatal(err)
		}
		th.plan = made
		return made.Applyable
	}
	return false
}

// roll executes the plan's stages as often as a schedule would bring it back, until it ends or nothing moves it.
func (th *theatre) roll(transport http.RoundTripper) exitCode {
	th.t.Helper()
	code := exitAgain
	for range 12 {
		code = th.once(context.Background(), transport)
		if code != exitAgain {
			return code
		}
		th.world.AdvanceTo(th.comeBack())
	}
	return code
}

// comeBack is when a schedule that looks every hour finds that the rollout can go on.
func (th *theatre) comeBack() time.Time {
	next := th.world.Now().Add(time.Hour)
	for _, stage := range th.result().Stages {
		if stage.Outcome == fleet.OutcomeUnfinished && stage.LookAgain.After(next) {
			return stage.LookAgain
		}
	}
	return next
}

// once is one process that executes all stages.
func (th *theatre) once(ctx context.Context, transport http.RoundTripper) exitCode {
	th.t.Helper()
	return th.process(ctx, transport, func(ctx context.Context, r *rollout) (verdict, error) { return r.all(ctx) })
}

// process is one process with a plan in hand: the code of the command stage.
func (th *theatre) process(ctx context.Context, transport http.RoundTripper, do func(context.Context, *rollout) (verdict, error)) exitCode {
	th.t.Helper()
	if transport == nil {
		transport = wire.Transport(wire.Handler(th.world))
	}
	sh, err := simulatedShellsOver(th.world, transport)
	if err != nil {
		th.t.Fatal(err)
	}
	r, err := takeUp(sh, th.plan, th.call(), demoApprover(io.Discard))
	if err != nil {
		th.t.Fatalf("seed %d: %v", th.seed, err)
	}
	th.lives = append(th.lives, life{at: len(th.world.History()), failed: failedIn(r.result), next: firstOpen(th.plan, r.result)})
	end, err := do(ctx, r)
	result, err := r.finish(ctx, end, err)
	if err != nil {
		th.t.Fatalf("seed %d: %v", th.seed, err)
	}
	return result.code
}

func (th *theatre) result() fleet.Result {
	th.t.Helper()
	result, err := readResult(th.out, th.plan.Digest)
	if err != nil {
		th.t.Fatal(err)
	}
	return result
}

// calm reports whether nothing goes wrong but that upgrades fail.
func calm(faults simulator.Faults) bool {
	for kind := range faults.Rates {
		if kind != simulator.Fail {
			return false
		}
	}
	return true
}

// audit holds what happened against the invariants.
func (th *theatre) audit() []string {
	th.t.Helper()
	a := audit{
		plan: th.plan, result: th.result(), history: th.world.History(), windows: th.windows, lives: th.lives,
		calm: calm(th.scene.world.Faults), cluster: th.world.Cluster,
	}
	broken := a.check()
	th.search(th.printed.Bytes())
	return append(broken, slices.Compact(th.leaked)...)
}

// seeds runs a test for each seed; a failing one is named with the command that replays it.
func seeds(t *testing.T, most, underRace uint64, test func(t *testing.T, seed uint64) []string) {
	t.Helper()
	first, count := uint64(1), most
	if raceEnabled {
		count = underRace
	}
	if *seedsFlag > 0 {
		count = *seedsFlag
	}
	if *seedFlag > 0 {
		first, count = *seedFlag, 1
	}
	for seed := first; seed < first+count; seed++ {
		if broken := test(t, seed); len(broken) > 0 {
			t.Errorf("seed %d:\n  %s\nreplay: go test ./cmd/fleet-action -run '^%s$' -seed %d", seed, strings.Join(broken, "\n  "), t.Name(), seed)
		}
	}
}

// TestNoStageBeginsBeforeItsPredecessors asks for the last stage first, as a re-run of one job or a dispatch by hand can.
func TestNoStageBeginsBeforeItsPredecessors(t *testing.T) {
	t.Parallel()
	refused := 0
	seeds(t, 40, 10, func(t *testing.T, seed uint64) []string {
		s := newScene(seed)
		s.world.Faults = simulator.Faults{}
		th := newTheatre(t, s)
		if !th.makePlan() || len(th.plan.Stages) == 1 || !works(th.plan.Stages[0]) {
			return nil
		}
		code := th.process(context.Background(), nil, func(ctx context.Context, r *rollout) (verdict, error) {
			return r.one(ctx, len(th.plan.Stages)-1)
		})
		a := audit{plan: th.plan, history: th.world.History()}
		if writes := a.upgrades(); code != exitRefused || len(writes) > 0 {
			return []string{fmt.Sprintf("invariant 2: the last stage, asked for first, ended with code %d and %d writes", code, len(writes))}
		}
		refused++
		return nil
	})
	if *seedFlag == 0 && refused == 0 {
		t.Error("no seed has two stages with work: nothing was tested")
	}
}

// TestInvariantsHoldUnderFaults plays scenes with faults to their end.
func TestInvariantsHoldUnderFaults(t *testing.T) {
	t.Parallel()
	upgraded := 0
	seeds(t, 200, 50, func(t *testing.T, seed uint64) []string {
		th := newTheatre(t, newScene(seed))
		if !th.makePlan() {
			return nil
		}
		th.roll(nil)
		upgraded++
		return th.audit()
	})
	if *seedFlag == 0 && upgraded == 0 {
		t.Error("no seed had anything to upgrade: nothing was tested")
	}
}

// TestSeedReplaysExactly: what failed once must fail again, so a seed gives one history and one record.
func TestSeedReplaysExactly(t *testing.T) {
	t.Parallel()
	seeds(t, 15, 3, func(t *testing.T, seed uint64) []string {
		first, second := newTheatre(t, newScene(seed)), newTheatre(t, newScene(seed))
		for _, th := range []*theatre{first, second} {
			if th.makePlan() {
				th.roll(nil)
			}
		}
		if !reflect.DeepEqual(first.world.History(), second.world.History()) {
			return []string{"two rollouts of the seed have different histories"}
		}
		if !reflect.DeepEqual(first.out, second.out) {
			return []string{"two rollouts of the seed wrote different files"}
		}
		return nil
	})
}
