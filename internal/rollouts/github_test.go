package rollouts

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/strategy"
)

// monday is when the runs of these tests begin.
var monday = time.Date(2026, 3, 2, 7, 0, 0, 0, time.UTC)

// at is so many hours after that.
func at(hours float64) time.Time { return monday.Add(time.Duration(hours * float64(time.Hour))) }

// repository is a GitHub of literal runs, jobs and artifacts. It lists runs as they are given, whatever was asked for.
type repository struct {
	t           *testing.T
	runs        []github.Run
	jobs        map[int64][]github.Job
	pending     map[int64][]github.PendingDeployment
	reviews     map[int64][]github.Approval
	protections map[string]fleet.Protection

	artifacts map[int64][]github.Artifact
	expired   map[int64][]github.Artifact
	files     map[int64]string // the file in each, by the artifact's id

	listed    []int64          // runs whose artifacts were asked for
	cancelled []int64          // in turn
	rerun     []int64          // in turn
	onCancel  func() error     // what happens to a run that is told to end
	err       error            // of everything that is asked
	gone      map[string]error // of a workflow, by its file
}

func newRepository(t *testing.T, runs ...github.Run) *repository {
	t.Helper()
	for i := range runs {
		runs[i].StartedAt, runs[i].UpdatedAt = cmp.Or(runs[i].StartedAt, runs[i].CreatedAt), cmp.Or(runs[i].UpdatedAt, runs[i].CreatedAt)
	}
	return &repository{
		t: t, runs: runs, jobs: map[int64][]github.Job{}, pending: map[int64][]github.PendingDeployment{}, reviews: map[int64][]github.Approval{},
		protections: map[string]fleet.Protection{}, artifacts: map[int64][]github.Artifact{}, expired: map[int64][]github.Artifact{}, files: map[int64]string{},
	}
}

// stores keeps a file in an artifact of a run, as of a time.
func (r *repository) stores(run int64, name string, when time.Time, content string) {
	id := int64(len(r.files) + 1)
	r.files[id] = content
	r.artifacts[run] = append(r.artifacts[run], github.Artifact{ID: id, Name: name, CreatedAt: when})
}

// records keeps a result in an artifact of a run. Its stages are of the plan that it is of.
func (r *repository) records(run int64, name string, when time.Time, result fleet.Result) {
	r.t.Helper()
	r.stores(run, name, when, encoded(r.t, result))
}

func encoded(t *testing.T, result fleet.Result) string {
	t.Helper()
	result.SchemaVersion, result.Name, result.Outcome, result.Stages = 1, "production", fleet.OutcomeUnfinished, slices.Clone(result.Stages)
	result.Digest = strings.Replace(result.Digest, "sha256:d", "sha256:"+strings.Repeat("d", 64), 1)
	for i := range result.Stages {
		result.Stages[i].Digest, result.Stages[i].Groups = result.Digest, []fleet.GroupResult{}
	}
	if result.Stages == nil {
		result.Stages = []fleet.StageResult{}
	}
	content, err := json.Marshal(result)
	if err == nil {
		_, err = DecodeResult(content)
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func (r *repository) Run(_ context.Context, id int64) (github.Run, error) {
	i := slices.IndexFunc(r.runs, func(run github.Run) bool { return run.ID == id })
	return r.runs[i], r.err
}

func (r *repository) Runs(_ context.Context, file string, _ github.RunQuery) ([]github.Run, error) {
	return slices.DeleteFunc(slices.Clone(r.runs), func(run github.Run) bool { return !strings.HasSuffix(run.Workflow, "/"+file) }), cmp.Or(r.gone[file], r.err)
}

func (r *repository) RunsUnderWay(context.Context) ([]github.Run, error) {
	return slices.DeleteFunc(slices.Clone(r.runs), github.Run.Ended), r.err
}

func (r *repository) Jobs(_ context.Context, run int64) ([]github.Job, error) {
	return r.jobs[run], r.err
}

func (r *repository) JobsOfAllAttempts(_ context.Context, run int64) ([]github.Job, error) {
	return r.jobs[run], r.err
}

func (r *repository) Pending(_ context.Context, run int64) ([]github.PendingDeployment, error) {
	return r.pending[run], r.err
}

func (r *repository) Approvals(_ context.Context, run int64) ([]github.Approval, error) {
	return r.reviews[run], r.err
}

func (r *repository) Protection(_ context.Context, environment string) (fleet.Protection, error) {
	return r.protections[environment], r.err
}

func (r *repository) Repository(context.Context) (github.Repository, error) {
	return github.Repository{DefaultBranch: "main"}, r.err
}

func (r *repository) Artifacts(_ context.Context, run int64, prefix string) (kept, expired []github.Artifact, err error) {
	r.listed = append(r.listed, run)
	other := func(a github.Artifact) bool { return !strings.HasPrefix(a.Name, prefix) }
	return slices.DeleteFunc(slices.Clone(r.artifacts[run]), other), slices.DeleteFunc(slices.Clone(r.expired[run]), other), r.err
}

func (r *repository) ArtifactFile(_ context.Context, artifact github.Artifact, file string) ([]byte, error) {
	content := r.files[artifact.ID]
	switch {
	case content == "":
		return nil, fmt.Errorf("no %s: %w", file, github.ErrNoRecord)
	case content == "broken":
		return nil, errDown
	}
	return []byte(content), nil
}

func (r *repository) Cancel(_ context.Context, run int64) error {
	r.cancelled = append(r.cancelled, run)
	if r.onCancel == nil {
		return nil
	}
	return r.onCancel()
}

func (r *repository) RerunFailed(_ context.Context, run int64) error {
	r.rerun = append(r.rerun, run)
	return nil
}

// errDown is what GitHub answers where it is out of order.
var errDown = errors.New("GitHub is down")

const (
	byHandFile  = ".github/workflows/fleet-production.yml"
	profileFile = ".github/workflows/fleet-production-auto-stable.yml"
)

// production is a strategy that follows its one profile.
func production(onWaiting string) strategy.Strategy {
	profile := strategy.Profile{Name: "stable", OnWaiting: onWaiting}
	return strategy.Strategy{Name: "production", AutoUpgrade: []strategy.Profile{profile}, Upgrade: strategy.Upgrade{Follows: &profile}, LongestWait: time.Hour}
}

// planned is a plan, as Build makes it, of stages with a cluster in each that has a node image to get, and an hour's wait
// after each; and its plan.json.
func planned(t *testing.T, stages ...string) (plan.Plan, string) {
	t.Helper()
	const images = "AKSUbuntu-2204gen2containerd-2026"
	seen := fleet.Inventory{
		At: monday, Clusters: map[fleet.ClusterID]fleet.Cluster{},
		Regions: map[string]fleet.Region{"northeurope": {Name: "northeurope", Images: map[string]fleet.NodeImage{"aksubuntu-2204gen2containerd": images + "02.10.0"}}},
	}
	text := "version: 1\nname: production\nmembers: [{discover: {subscriptions: [00000000-0000-4000-8000-000000000001], tags: {fleet: prod}}}]\n" +
		"upgrade: {type: NodeImageOnly}\nstages:\n"
	for _, stage := range stages {
		text += fmt.Sprintf("- {name: %[1]s, groups: [{name: %[1]s}], afterStageWaitInSeconds: 3600}\n", stage)
		id := fleet.ClusterID("/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/fleet/providers/Microsoft.ContainerService/managedClusters/" + stage)
		seen.Members = append(seen.Members, fleet.Member{Name: stage, Cluster: id, Group: stage})
		seen.Clusters[id] = fleet.Cluster{ID: id, Name: stage, Location: "northeurope", State: "Succeeded", Pools: []fleet.NodePool{
			{Name: "system", Mode: "System", Type: "VirtualMachineScaleSets", OSType: "Linux", OSSKU: "Ubuntu", Image: images + "01.07.0", Count: 1, State: "Succeeded"},
		}}
	}
	s, findings := strategy.Parse("strategy.yml", []byte(text))
	if fleet.HasErrors(findings) {
		t.Fatal(findings)
	}
	made := plan.Build(s, seen, plan.Orders{})
	content, err := plan.Encode(made)
	if err != nil || !made.Applyable {
		t.Fatal(err, made.Findings)
	}
	return made, string(content)
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// refused is the error of what GitHub refuses with a status.
func refused(t *testing.T, status int) error {
	t.Helper()
	api, err := github.NewAPI(github.APIConfig{
		Repository: "org/fleet", Token: "a-token", Now: func() time.Time { return monday }, Wait: func(context.Context, time.Time) error { return nil },
		Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: status, Body: http.NoBody, Header: http.Header{}, Request: r}, nil
		}),
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = api.Run(t.Context(), 1)
	if github.Status(err) != status {
		t.Fatal(err)
	}
	return err
}

func TestOfWorkflowsThatAreNotThere(t *testing.T) {
	r := newRepository(t, github.Run{ID: 1, Workflow: byHandFile, CreatedAt: at(0)}, github.Run{ID: 2, Workflow: profileFile, CreatedAt: at(1)})
	runs, err := runsOf(t.Context(), r, []string{"fleet-production.yml", "fleet-production-auto-stable.yml", "gone.yml"}, github.RunQuery{})
	if err != nil || len(runs) != 2 || runs[0].ID != 2 {
		t.Errorf("got %v, %v: want the newest first", runs, err)
	}
	for _, test := range []struct {
		name  string
		err   error
		files []string
		want  bool
	}{
		{"the first is not there", refused(t, http.StatusNotFound), []string{"gone.yml"}, false},
		{"the next is not there", refused(t, http.StatusNotFound), []string{"fleet-production.yml", "gone.yml"}, true},
		{"the next may not be seen", refused(t, http.StatusForbidden), []string{"fleet-production.yml", "gone.yml"}, false},
	} {
		r.gone = map[string]error{"gone.yml": test.err}
		if _, err := runsOf(t.Context(), r, test.files, github.RunQuery{}); (err == nil) != test.want {
			t.Errorf("%s: got %v", test.name, err)
		}
	}
}
