package azure

import (
	"net/http"
	"strings"
	"testing"

	"github.com/org/fleet-update-action/internal/fleet"
)

const (
	oldImage    = fleet.NodeImage("AKSUbuntu-2204gen2containerd-202508.20.0")
	middleImage = fleet.NodeImage("AKSUbuntu-2204gen2containerd-202510.01.0")
	newImage    = fleet.NodeImage("AKSUbuntu-2204gen2containerd-202511.02.0")
	snapshotID  = "/subscriptions/11111111-1111-1111-1111-111111111111/resourcegroups/snaps/providers/microsoft.containerservice/snapshots/one"
	operation   = "https://management.azure.com/subscriptions/s/providers/Microsoft.ContainerService/locations/westeurope/operations/0a1b?s=SIG"
)

// world answers as a healthy cluster with two pools does; changes overrule it.
func world(t *testing.T, changes map[string]answer) func(*http.Request, string) answer {
	cluster, pool := string(content(t, "cluster.json")), string(content(t, "pool.json"))
	accepted := map[string]string{"Azure-AsyncOperation": operation}
	answers := map[string]answer{
		"GET managedClusters/aks-one":       {body: cluster},
		"PUT managedClusters/aks-one":       {header: accepted, body: `{"properties":{"provisioningState":"Updating"}}`},
		"GET agentPools/work":               {body: pool},
		"PUT agentPools/work":               {header: accepted, body: `{"properties":{"provisioningState":"Upgrading"}}`},
		"POST work/upgradeNodeImageVersion": {status: 202, header: accepted},
		"GET nodeImageVersions":             {body: `{"value":[{"fullName":"` + string(newImage) + `"}]}`},
		"GET snapshots/one":                 {body: snapshotJSON(middleImage, "Succeeded", "prod")},
		"DELETE snapshots/one":              {status: 204},
	}
	for key, a := range changes {
		answers[key] = a
	}
	return byPath(answers)
}

func snapshotJSON(image fleet.NodeImage, state, tag string) string {
	return `{"id":"` + snapshotID + `","name":"one","location":"westeurope","tags":{"` + fleet.SnapshotTag + `":"` + tag + `"},
		"properties":{"provisioningState":"` + state + `","nodeImageVersion":"` + string(image) + `","kubernetesVersion":"1.34.1",
		"creationData":{"sourceResourceId":"` + clusterOneWork() + `"}}}`
}

func clusterOneWork() string { return string(clusterOne()) + "/agentPools/work" }

// changed replaces text in a file, which must be there.
func changed(t *testing.T, name string, pairs ...string) answer {
	t.Helper()
	body := string(content(t, name))
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(body, pairs[i]) {
			t.Fatalf("%s does not hold %s", name, pairs[i])
		}
		body = strings.ReplaceAll(body, pairs[i], pairs[i+1])
	}
	return answer{body: body}
}

func step(kind fleet.StepKind, change func(*fleet.Step)) fleet.Step {
	s := fleet.Step{Cluster: clusterOne(), Kind: kind}
	switch kind {
	case fleet.ControlPlane, fleet.WholeCluster:
		s.Version = target()
	case fleet.PoolVersion:
		s.Pool, s.Version, s.Image = "work", target(), newImage
	case fleet.PoolImage:
		s.Pool, s.Image = "work", newImage
	case fleet.TakeSnapshot:
		s.Snapshot, s.Donor, s.Tag = snapshotID, fleet.PoolID{Cluster: clusterOne(), Pool: "work"}, "prod"
	case fleet.DropSnapshot:
		s.Snapshot, s.Tag = snapshotID, "prod"
	}
	if change != nil {
		change(&s)
	}
	return s
}

// Each kind of step is one write, of this shape.
func TestBeginWrites(t *testing.T) {
	gone := map[string]answer{"GET snapshots/one": {status: 404}, "PUT snapshots/one": {status: 201, body: snapshotJSON(oldImage, "Succeeded", "prod")}}
	tests := []struct {
		name    string
		step    fleet.Step
		changes map[string]answer
		request string // method and end of the path
		header  map[string]string
		body    []string
		want    fleet.Verdict
	}{
		{"control plane", step(fleet.ControlPlane, nil), nil, "PUT managedClusters/aks-one",
			map[string]string{"If-Match": "3e8f0c6a-cluster"}, []string{`"kubernetesVersion":"1.34.1"`, `"orchestratorVersion":"1.33.5"`, `"orchestratorVersion":"1.33.4"`}, fleet.Accepted},
		{"whole cluster", step(fleet.WholeCluster, nil), nil, "PUT managedClusters/aks-one",
			map[string]string{"If-Match": "3e8f0c6a-cluster"}, []string{`"orchestratorVersion":"1.34.1"`, `"creationData":null`}, fleet.Accepted},
		{"pool version", step(fleet.PoolVersion, nil), nil, "PUT agentPools/work",
			map[string]string{"If-Match": "3e8f0c6a-work"}, []string{`"orchestratorVersion":"1.34.1"`, `"creationData":null`}, fleet.Accepted},
		{"pool version, pinned to the region's latest", step(fleet.PoolVersion, func(s *fleet.Step) { s.Pinned = true }), nil, "PUT agentPools/work",
			nil, nil, fleet.Accepted},
		{"pool version from a snapshot", step(fleet.PoolVersion, func(s *fleet.Step) { s.Snapshot, s.Image = snapshotID, middleImage }), nil, "PUT agentPools/work",
			nil, []string{`"creationData":{"sourceResourceId":"` + snapshotID + `"}`}, fleet.Accepted},
		{"pool image", step(fleet.PoolImage, nil), nil, "POST agentPools/work/upgradeNodeImageVersion", map[string]string{"If-Match": "", "AKSSnapshotId": ""}, nil, fleet.Accepted},
		{"pool image from a snapshot", step(fleet.PoolImage, func(s *fleet.Step) { s.Snapshot, s.Image = snapshotID, middleImage }), nil,
			"POST agentPools/work/upgradeNodeImageVersion", map[string]string{"AKSSnapshotId": snapshotID}, nil, fleet.Accepted},
		{"pool image, Latest, when a newer one came meanwhile", step(fleet.PoolImage, func(s *fleet.Step) { s.Image = middleImage }), nil,
			"POST agentPools/work/upgradeNodeImageVersion", nil, nil, fleet.Accepted},
		{"take a snapshot", step(fleet.TakeSnapshot, func(s *fleet.Step) { s.Image = oldImage }), gone, "PUT snapshots/one", nil,
			[]string{`"location":"westeurope"`, `"fleet-update-action":"prod"`, `"sourceResourceId":"` + clusterOneWork() + `"`}, fleet.Ended},
		{"drop a snapshot", step(fleet.DropSnapshot, nil), nil, "DELETE snapshots/one", nil, nil, fleet.Ended},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			client, s, _ := newStub(t, world(t, test.changes))
			got := client.Engine(EngineConfig{}).Begin(t.Context(), test.step)
			if got.Verdict != test.want || got.Err != nil {
				t.Fatalf("got %s %v, want %s", got.Verdict, got.Err, test.want)
			}
			if want := map[bool]string{true: operation}[got.Verdict == fleet.Accepted]; got.Operation != want {
				t.Errorf("the operation is %q, want %q", got.Operation, want)
			}
			writes := s.writes()
			if len(writes) != 1 {
				t.Fatalf("%d writes, want 1", len(writes))
			}
			method, path, _ := strings.Cut(test.request, " ")
			if writes[0].method != method || !strings.HasSuffix(writes[0].path, path) || writes[0].query != "api-version="+containerService {
				t.Errorf("wrote %s %s?%s, want %s", writes[0].method, writes[0].path, writes[0].query, test.request)
			}
			for name, value := range test.header {
				if writes[0].header.Get(name) != value {
					t.Errorf("header %s is %q, want %q", name, writes[0].header.Get(name), value)
				}
			}
			for _, piece := range test.body {
				if !strings.Contains(writes[0].body, piece) {
					t.Errorf("the body lacks %s:\n%s", piece, writes[0].body)
				}
			}
		})
	}
}

// The fresh read before each write can show that it must not be made.
func TestBeginDoesNotWrite(t *testing.T) {
	at := func(version string) answer {
		return changed(t, "cluster.json", `"currentKubernetesVersion": "1.33.5"`, `"currentKubernetesVersion": "`+version+`"`)
	}
	poolAt := func(pairs ...string) map[string]answer {
		return map[string]answer{"GET agentPools/work": changed(t, "pool.json", pairs...)}
	}
	one := func(key string, a answer) map[string]answer { return map[string]answer{key: a} }
	tests := []struct {
		name    string
		step    fleet.Step
		changes map[string]answer
		want    fleet.Verdict
		code    string
	}{
		{"the cluster is busy", step(fleet.ControlPlane, nil), one("GET managedClusters/aks-one", changed(t, "cluster.json", `"provisioningState": "Succeeded"`, `"provisioningState": "Updating"`)), fleet.Later, "OperationInProgress"},
		{"a pool is busy", step(fleet.PoolImage, nil), one("GET managedClusters/aks-one", changed(t, "cluster.json", `Succeeded", "powerState": {"code": "Stopped"}`, `Upgrading", "powerState": {"code": "Stopped"}`)), fleet.Later, "OperationInProgress"},
		{"the pool became busy", step(fleet.PoolVersion, nil), poolAt("Succeeded", "Scaling"), fleet.Later, "OperationInProgress"},
		{"control plane at target", step(fleet.ControlPlane, nil), one("GET managedClusters/aks-one", at("1.34.1")), fleet.Ended, ""},
		{"control plane ahead", step(fleet.ControlPlane, nil), one("GET managedClusters/aks-one", at("1.34.2")), fleet.Refused, "Downgrade"},
		{"a pool ahead of the whole", step(fleet.WholeCluster, nil), one("GET managedClusters/aks-one", changed(t, "cluster.json", `"currentOrchestratorVersion": "1.33.4"`, `"currentOrchestratorVersion": "1.35.0"`)), fleet.Refused, "Downgrade"},
		{"pool at target", step(fleet.PoolVersion, nil), poolAt(`"currentOrchestratorVersion": "1.33.4"`, `"currentOrchestratorVersion": "1.34.1"`), fleet.Ended, ""},
		{"pool ahead", step(fleet.PoolVersion, nil), poolAt(`"currentOrchestratorVersion": "1.33.4"`, `"currentOrchestratorVersion": "1.35.0"`), fleet.Refused, "Downgrade"},
		{"image at target", step(fleet.PoolImage, nil), poolAt(string(oldImage), string(newImage)), fleet.Ended, ""},
		{"image ahead", step(fleet.PoolImage, func(s *fleet.Step) { s.Image = middleImage }), poolAt(string(oldImage), string(newImage)), fleet.Ended, ""},
		{"image of another family", step(fleet.PoolImage, nil), poolAt("2204gen2", "2404gen2"), fleet.Refused, "OtherFamily"},
		{"pinned, and the region moved on", step(fleet.PoolImage, func(s *fleet.Step) { s.Image, s.Pinned = middleImage, true }), nil, fleet.Moved, "LatestMoved"},
		{"pinned version step, and the region moved on", step(fleet.PoolVersion, func(s *fleet.Step) { s.Image, s.Pinned = middleImage, true }), nil, fleet.Moved, "LatestMoved"},
		{"pinned, and the region does not say", step(fleet.PoolImage, func(s *fleet.Step) { s.Pinned = true }), one("GET nodeImageVersions", answer{body: `{"value":[]}`}), fleet.Refused, "ImageUnknown"},
		{"the snapshot is gone", step(fleet.PoolImage, func(s *fleet.Step) { s.Snapshot = snapshotID }), one("GET snapshots/one", answer{status: 404}), fleet.Moved, "SnapshotGone"},
		{"the snapshot holds another image", step(fleet.PoolImage, func(s *fleet.Step) { s.Snapshot = snapshotID }), nil, fleet.Refused, "OtherImage"},
		{"the snapshot holds another version", step(fleet.PoolVersion, func(s *fleet.Step) {
			s.Snapshot, s.Image, s.Version = snapshotID, middleImage, fleet.KubernetesVersion{Major: 1, Minor: 34, Patch: 2}
		}), nil, fleet.Refused, "OtherVersion"},
		{"the snapshot is being made", step(fleet.PoolImage, func(s *fleet.Step) { s.Snapshot, s.Image = snapshotID, middleImage }), one("GET snapshots/one", answer{body: snapshotJSON(middleImage, "Creating", "prod")}), fleet.Later, "SnapshotNotReady"},
		{"the snapshot failed", step(fleet.PoolImage, func(s *fleet.Step) { s.Snapshot, s.Image = snapshotID, middleImage }), one("GET snapshots/one", answer{body: snapshotJSON(middleImage, "Failed", "prod")}), fleet.Refused, "SnapshotFailed"},
		{"the snapshot would take the image back", step(fleet.PoolVersion, func(s *fleet.Step) { s.Snapshot, s.Image = snapshotID, middleImage }), poolAt(string(oldImage), string(newImage)), fleet.Refused, "Downgrade"},
		{"the cluster is gone", step(fleet.ControlPlane, nil), one("GET managedClusters/aks-one", answer{status: 404}), fleet.Refused, ""},
		{"the pool is gone", step(fleet.PoolImage, nil), one("GET agentPools/work", answer{status: 404}), fleet.Refused, ""},
		{"the cluster may not be read", step(fleet.ControlPlane, nil), one("GET managedClusters/aks-one", answer{status: 403}), fleet.Refused, ""},
		{"the cluster cannot be understood", step(fleet.ControlPlane, nil), one("GET managedClusters/aks-one", answer{body: `{"properties":`}), fleet.Refused, "MalformedReply"},
		{"the version cannot be understood", step(fleet.ControlPlane, nil), one("GET managedClusters/aks-one", at("one")), fleet.Refused, "MalformedReply"},
		{"no etag on the cluster", step(fleet.ControlPlane, nil), one("GET managedClusters/aks-one", changed(t, "cluster.json", `"eTag": "3e8f0c6a-cluster",`, ``)), fleet.Refused, "NoETag"},
		{"no etag on the pool", step(fleet.PoolVersion, nil), poolAt(`"eTag": "3e8f0c6a-work",`, ``), fleet.Refused, "NoETag"},
		{"a minor for a target", step(fleet.ControlPlane, func(s *fleet.Step) { s.Version.Patch = fleet.AnyPatch }), nil, fleet.Refused, "NoTarget"},
		{"no target", step(fleet.PoolVersion, func(s *fleet.Step) { s.Version = fleet.KubernetesVersion{} }), nil, fleet.Refused, "NoTarget"},
		{"no such kind", fleet.Step{Cluster: clusterOne(), Kind: "Reboot"}, nil, fleet.Refused, "UnknownStep"},
		{"no such id", step(fleet.ControlPlane, func(s *fleet.Step) { s.Cluster = "aks" }), nil, fleet.Refused, "InvalidID"},
		{"snapshot exists already", step(fleet.TakeSnapshot, func(s *fleet.Step) { s.Image = middleImage }), nil, fleet.Ended, ""},
		{"snapshot of another image exists", step(fleet.TakeSnapshot, func(s *fleet.Step) { s.Image = newImage }), nil, fleet.Refused, "OtherSnapshot"},
		{"snapshot of another strategy exists", step(fleet.TakeSnapshot, func(s *fleet.Step) { s.Tag = "other" }), nil, fleet.Refused, "SnapshotNotOurs"},
		{"snapshot without a tag", step(fleet.TakeSnapshot, func(s *fleet.Step) { s.Tag = "" }), nil, fleet.Refused, "NoTag"},
		{"the donor runs another image", step(fleet.TakeSnapshot, func(s *fleet.Step) { s.Image = newImage }), one("GET snapshots/one", answer{status: 404}), fleet.Moved, "DonorMoved"},
		{"the donor runs another version", step(fleet.TakeSnapshot, func(s *fleet.Step) { s.Version = target() }), one("GET snapshots/one", answer{status: 404}), fleet.Moved, "DonorMoved"},
		{"the donor failed", step(fleet.TakeSnapshot, nil), map[string]answer{"GET snapshots/one": {status: 404}, "GET agentPools/work": changed(t, "pool.json", "Succeeded", "Failed")}, fleet.Refused, "DonorFailed"},
		{"the snapshot to drop is gone", step(fleet.DropSnapshot, nil), one("GET snapshots/one", answer{status: 404}), fleet.Ended, ""},
		{"the snapshot to drop has no tag", step(fleet.DropSnapshot, nil), one("GET snapshots/one", answer{body: strings.Replace(snapshotJSON(oldImage, "Succeeded", "prod"), fleet.SnapshotTag, "tag", 1)}), fleet.Refused, "SnapshotNotOurs"},
		{"the snapshot to drop is another strategy's, and the step does not say whose it should be", step(fleet.DropSnapshot, func(s *fleet.Step) { s.Tag = "" }),
			one("GET snapshots/one", answer{body: snapshotJSON(oldImage, "Succeeded", "other")}), fleet.Refused, "SnapshotNotOurs"},
		{"the snapshot to drop is another strategy's", step(fleet.DropSnapshot, nil), one("GET snapshots/one", answer{body: snapshotJSON(oldImage, "Succeeded", "other")}), fleet.Refused, "SnapshotNotOurs"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			client, s, clock := newStub(t, world(t, test.changes))
			got := client.Engine(EngineConfig{SnapshotTag: "prod"}).Begin(t.Context(), test.step)
			code := ""
			if got.Err != nil {
				code = got.Err.Code
			}
			if got.Verdict != test.want || (test.code != "" && code != test.code) || (got.Err == nil) != (test.want == fleet.Ended) {
				t.Errorf("got %s %v, want %s %s", got.Verdict, got.Err, test.want, test.code)
			}
			if len(s.writes()) != 0 {
				t.Errorf("wrote %v", s.writes())
			}
			if got.Verdict == fleet.Later && !got.NotBefore.After(clock.at) {
				t.Error("Later, but at once")
			}
		})
	}
}

// A part that failed on its way to the target is sent there again, and a pool at its target is released from a pin.
func TestBeginResumesAndReleases(t *testing.T) {
	poolAt := func(pairs ...string) map[string]answer {
		return map[string]answer{"GET agentPools/work": changed(t, "pool.json", pairs...)}
	}
	const running, desired = `"currentOrchestratorVersion": "1.33.4"`, `"currentOrchestratorVersion": "1.34.1"`
	tests := []struct {
		name    string
		step    fleet.Step
		changes map[string]answer
	}{
		{"control plane", step(fleet.ControlPlane, nil), map[string]answer{"GET managedClusters/aks-one": changed(t, "cluster.json",
			`"currentKubernetesVersion": "1.33.5"`, `"currentKubernetesVersion": "1.34.1"`, `"Succeeded"`, `"Failed"`)}},
		{"pool version", step(fleet.PoolVersion, nil), poolAt(running, desired, "Succeeded", "Canceled")},
		{"pool image", step(fleet.PoolImage, nil), poolAt(string(oldImage), string(newImage), "Succeeded", "Failed")},
		{"release by version", step(fleet.PoolVersion, nil), poolAt(running, desired, `"spotMaxPrice"`, `"creationData":{"sourceResourceId":"/s"},"spotMaxPrice"`)},
		{"release by image", step(fleet.PoolImage, nil), poolAt(string(oldImage), string(newImage), `"spotMaxPrice"`, `"creationData":{"sourceResourceId":"/s"},"spotMaxPrice"`)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			client, s, _ := newStub(t, world(t, test.changes))
			if got := client.Engine(EngineConfig{}).Begin(t.Context(), test.step); got.Verdict != fleet.Accepted || len(s.writes()) != 1 {
				t.Errorf("got %s %v and %d writes", got.Verdict, got.Err, len(s.writes()))
			}
		})
	}
}

// What was taken is followed by its operation where that is ARM's own, and by the resource's state otherwise.
func TestBegunAnswers(t *testing.T) {
	tests := []struct {
		name   string
		answer answer
		want   fleet.Verdict
		op     string
	}{
		{"operation", answer{status: 200, header: map[string]string{"Azure-AsyncOperation": operation}}, fleet.Accepted, operation},
		{"location", answer{status: 202, header: map[string]string{"Location": operation}}, fleet.Accepted, operation},
		{"operation with its port", answer{status: 202, header: map[string]string{"Azure-AsyncOperation": "https://management.azure.com:443/op?s=SIG"}}, fleet.Accepted, "https://management.azure.com:443/op?s=SIG"},
		{"operation on another host", answer{status: 202, header: map[string]string{"Azure-AsyncOperation": "https://evil.example/op"}}, fleet.Accepted, ""},
		{"under way without an operation", answer{status: 200, body: `{"properties":{"provisioningState":"Upgrading"}}`}, fleet.Accepted, ""},
		{"accepted without anything", answer{status: 202}, fleet.Accepted, ""},
		{"done at once", answer{status: 200, body: `{"properties":{"provisioningState":"Succeeded"}}`}, fleet.Ended, ""},
		{"gone", answer{status: 204}, fleet.Ended, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			client, _, _ := newStub(t, world(t, map[string]answer{"POST work/upgradeNodeImageVersion": test.answer}))
			got := client.Engine(EngineConfig{}).Begin(t.Context(), step(fleet.PoolImage, nil))
			if got.Verdict != test.want || got.Operation != test.op {
				t.Errorf("got %+v", got)
			}
		})
	}
}
