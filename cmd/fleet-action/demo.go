package main

import (
	"context"
	_ "embed"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"time"

	"github.com/org/fleet-update-action/internal/azure"
	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/report"
	"github.com/org/fleet-update-action/internal/simulator"
	"github.com/org/fleet-update-action/internal/simulator/wire"
	"github.com/org/fleet-update-action/internal/strategy"
)

//go:embed demo.yml
var demoStrategy []byte

func demoCommand() command {
	return command{
		name:    "demo",
		summary: "runs the main job on an embedded simulator: nothing outside this process is touched",
		example: "fleet-action demo --out out",
		options: []string{"out", "format"},
		run:     demo,
	}
}

// demo is run with other shells: the clock and the Azure of a simulated world, and an approver that says yes.
func demo(ctx context.Context, c call) (answer, error) {
	s, findings := strategy.Parse("demo.yml", demoStrategy)
	if fleet.HasErrors(findings) {
		return answer{}, fmt.Errorf("the embedded strategy: %s", findings[0].Message)
	}
	world, findings := simulator.Load("demo fleet", simulator.Demo())
	if fleet.HasErrors(findings) {
		return answer{}, fmt.Errorf("the embedded fleet: %s", findings[0].Message)
	}
	sh, err := simulatedShells(world)
	if err != nil {
		return answer{}, err
	}
	given := values{"out": c.values["out"], "format": c.values["format"], "poll-interval": "1m", "strategy": "demo.yml"}
	surroundings := c.system
	surroundings.folder = func(path string) disk { return fresh{c.folder(path)} }
	result, err := planAndRun(ctx, call{system: surroundings, values: given, runner: c.runner, command: c.command}, sh, s, plan.Orders{}, demoApprover(c.progress()))
	if err != nil || result.code != exitDone {
		return result, err
	}
	result.next = "this was a simulation. With your own fleet: write .github/fleet/strategy.yml (docs/strategy.md), then fleet-action plan"
	return result, nil
}

// fresh is a disk that does not show what an earlier demo wrote: each has a world of its own, in which nothing has
// happened yet.
type fresh struct{ disk }

func (fresh) read(string) ([]byte, error) { return nil, fs.ErrNotExist }

// simulatedEndpoint is where the simulator in this process is reached: by its transport alone, whatever the name.
const simulatedEndpoint = "https://azure.simulated"

// simulatedShells speak the real client's requests to a world in this process. Time passes only when the rollout
// waits, and one request is under way at a time, so that the same world always gives the same history.
func simulatedShells(world *simulator.World) (shells, error) {
	return simulatedShellsOver(world, wire.Transport(wire.Handler(world)))
}

// simulatedShellsOver are simulatedShells with something between client and world.
func simulatedShellsOver(world *simulator.World, transport http.RoundTripper) (shells, error) {
	environment := simulatorEnvironment(simulatedEndpoint, "org/fleet")
	chosen, err := azure.Cloud("", simulatedEndpoint, simulatedEndpoint)
	if err != nil {
		return shells{}, err
	}
	return newShells(azure.CredentialConfig{
		Env:   func(name string) (string, bool) { value := environment[name]; return value, value != "" },
		Cloud: chosen, Transport: &http.Client{Transport: transport}, Now: world.Now, Wait: worldWait(world),
	}, 1)
}

// worldWait lets the world's time pass instead of waiting.
func worldWait(world *simulator.World) func(context.Context, time.Time) error {
	return func(ctx context.Context, until time.Time) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		world.AdvanceTo(until)
		return nil
	}
}

// demoApprover says yes, and says that it does.
func demoApprover(out io.Writer) approver {
	return func(_ context.Context, q question) (fleet.GateResult, error) {
		fmt.Fprintln(out, report.Plain(q.text+" Approved by the demo."))
		return q.given(), nil
	}
}
