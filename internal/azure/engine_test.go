package azure

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
)

func list(clusters ...string) answer {
	return answer{body: `{"value":[` + strings.Join(clusters, ",") + `]}`}
}

// asks counts the requests whose path ends so.
func asks(s *stub, suffix string) int {
	n := 0
	for _, a := range s.asked {
		if strings.HasSuffix(strings.ToLower(a.path), strings.ToLower(suffix)) {
			n++
		}
	}
	return n
}

func observed(t *testing.T, changes map[string]answer) (*Engine, *stub, *clock) {
	answers := map[string]answer{
		"GET " + subscription + "/providers/Microsoft.ContainerService/managedClusters": list(string(content(t, "cluster.json"))),
		"GET nodeImageVersions":                                    {body: `{"value":[{"fullName":"` + string(newImage) + `"}]}`},
		"GET kubernetesVersions":                                   {body: `{"values":[{"version":"1.34","patchVersions":{"1.34.1":{"upgrades":["1.35.0"]}}}]}`},
		"GET " + string(fleet.UpgradeWindow):                       {body: `{"properties":{"maintenanceWindow":{"schedule":{"daily":{"intervalDays":1}},"durationHours":4,"startTime":"00:00"}}}`},
		"GET snaps/providers/Microsoft.ContainerService/snapshots": list(snapshotJSON(middleImage, "Succeeded", "prod"), strings.Replace(snapshotJSON(middleImage, "Succeeded", "other"), "snapshots/one", "snapshots/two", 1)),
		"GET operations/0a1b":                                      {body: `{"status":"Succeeded"}`},
	}
	for key, a := range changes {
		answers[key] = a
	}
	client, s, c := newStub(t, byPath(answers))
	return client.Engine(EngineConfig{Window: fleet.UpgradeWindow, SnapshotGroup: "snaps", SnapshotTag: "prod"}), s, c
}

func TestObserve(t *testing.T) {
	engine, s, clock := observed(t, nil)
	ids := []fleet.ClusterID{clusterOne()}
	inventory, answers, err := engine.Observe(t.Context(), ids, nil)
	if err != nil || len(answers) != 0 {
		t.Fatal(answers, err)
	}
	cluster := inventory.Clusters[clusterOne()]
	if cluster.Name != "Aks-One" || cluster.Windows[fleet.UpgradeWindow].Daily == nil || len(cluster.Pools) != 2 {
		t.Errorf("cluster is %+v", cluster)
	}
	region := inventory.Regions["westeurope"]
	if latest, _ := region.Latest("AKSUbuntu-2204gen2containerd"); latest != newImage || len(region.Versions) != 1 {
		t.Errorf("region is %+v", region)
	}
	if _, found := inventory.Snapshots[snapshotID]; !found || len(inventory.Snapshots) != 1 {
		t.Errorf("snapshots are %v", inventory.Snapshots)
	}
	if !inventory.At.Equal(clock.at) {
		t.Errorf("At is %s", inventory.At)
	}
	for _, turn := range []struct {
		after             time.Duration
		windows, versions int
	}{{time.Minute, 0, 0}, {58 * time.Minute, 0, 0}, {2 * time.Minute, 1, 1}, {time.Minute, 0, 0}} {
		clock.at = clock.at.Add(turn.after)
		s.asked = nil
		again, _, err := engine.Observe(t.Context(), ids, nil)
		if err != nil || again.Clusters[clusterOne()].Windows == nil || len(again.Regions["westeurope"].Versions) != 1 {
			t.Fatal(again, err)
		}
		if asks(s, "managedClusters") != 1 || asks(s, "nodeImageVersions") != 1 || asks(s, string(fleet.UpgradeWindow)) != turn.windows || asks(s, "kubernetesVersions") != turn.versions {
			t.Errorf("after %s: asked %d windows and %d versions", turn.after, asks(s, string(fleet.UpgradeWindow)), asks(s, "kubernetesVersions"))
		}
	}
}

// A window that may not be read, or not be understood, keeps its own cluster waiting: windows left nil count as closed. It
// is not asked for again before the hour is over, and an old one does not stand in for it.
func TestObserveLeavesAnUnreadableWindowUnread(t *testing.T) {
	for name, window := range map[string]answer{
		"no right":     {status: 403, body: `{"error":{"code":"AuthorizationFailed","message":"m"}}`},
		"no window":    {body: `{"properties":{}}`},
		"no known day": {body: `{"properties":{"maintenanceWindow":{"schedule":{"weekly":{"intervalWeeks":1,"dayOfWeek":"Someday"}},"durationHours":4,"startTime":"00:00"}}}`},
	} {
		t.Run(name, func(t *testing.T) {
			engine, s, clock := observed(t, nil)
			good := s.script
			for _, turn := range []struct {
				after    time.Duration
				spoilt   bool
				readable bool
				asked    int
			}{{0, false, true, 1}, {2 * time.Hour, true, false, 1}, {time.Minute, false, false, 0}, {2 * time.Hour, false, true, 1}} {
				clock.at = clock.at.Add(turn.after)
				s.asked = nil
				s.script = func(r *http.Request, body string) answer {
					if turn.spoilt && strings.HasSuffix(r.URL.Path, string(fleet.UpgradeWindow)) {
						return window
					}
					return good(r, body)
				}
				inventory, _, err := engine.Observe(t.Context(), []fleet.ClusterID{clusterOne()}, nil)
				if err != nil {
					t.Fatal(err)
				}
				if got := inventory.Clusters[clusterOne()].Windows; (got != nil) != turn.readable || asks(s, string(fleet.UpgradeWindow)) != turn.asked {
					t.Errorf("windows are %v after asking %d times", got, asks(s, string(fleet.UpgradeWindow)))
				}
			}
		})
	}
}

// An operation is asked only once the LIST shows that nothing is under way on its cluster.
func TestObserveAsksOperations(t *testing.T) {
	ops := map[fleet.ClusterID]string{clusterOne(): operation}
	one := string(content(t, "cluster.json"))
	busy := changed(t, "cluster.json", `Succeeded", "powerState": {"code": "Stopped"}`, `Upgrading", "powerState": {"code": "Stopped"}`).body
	const listed = "GET " + subscription + "/providers/Microsoft.ContainerService/managedClusters"
	tests := []struct {
		name  string
		list  answer
		ops   map[fleet.ClusterID]string
		asked int
		want  fleet.Verdict
	}{
		{"idle", list(one), ops, 1, fleet.Ended},
		{"a pool is busy", list(busy), ops, 0, ""},
		{"gone", list(), ops, 0, ""},
		{"no operation known", list(one), map[fleet.ClusterID]string{clusterOne(): ""}, 0, ""},
		{"no operation", list(one), nil, 0, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			engine, s, _ := observed(t, map[string]answer{listed: test.list})
			_, answers, err := engine.Observe(t.Context(), []fleet.ClusterID{clusterOne()}, test.ops)
			if err != nil || answers[clusterOne()].Verdict != test.want || asks(s, "operations/0a1b") != test.asked {
				t.Errorf("got %v, %v after asking %d times", answers, err, asks(s, "operations/0a1b"))
			}
		})
	}
}

// LIST hides what the identity may not see: what is missing there is read by itself.
func TestObserveOfAMissingCluster(t *testing.T) {
	const listed = "GET " + subscription + "/providers/Microsoft.ContainerService/managedClusters"
	const read = "GET managedClusters/aks-one"
	tests := []struct {
		name   string
		answer answer
		found  bool
		err    string
	}{
		{"only hidden", answer{body: string(content(t, "cluster.json"))}, true, ""},
		{"gone", answer{status: 404}, false, ""},
		{"may not be seen", answer{status: 403, body: `{"error":{"code":"AuthorizationFailed","message":"m"}}`}, false, contributorRole},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			engine, _, _ := observed(t, map[string]answer{listed: list(), read: test.answer})
			inventory, _, err := engine.Observe(t.Context(), []fleet.ClusterID{clusterOne()}, nil)
			if test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) || !strings.Contains(err.Error(), string(clusterOne())) {
					t.Errorf("error is %v", err)
				}
				return
			}
			if _, found := inventory.Clusters[clusterOne()]; err != nil || found != test.found {
				t.Errorf("found %v, %v", found, err)
			}
		})
	}
}

func TestObserveFailsWhereItCannotKnow(t *testing.T) {
	for name, changes := range map[string]map[string]answer{
		"the windows fail":           {"GET " + string(fleet.UpgradeWindow): {status: 503}},
		"the versions are malformed": {"GET kubernetesVersions": {body: `{"values":[{"version":"1","patchVersions":{"x":{}}}]}`}},
		"the images fail":            {"GET nodeImageVersions": {status: 500}},
		"the snapshots fail":         {"GET snaps/providers/Microsoft.ContainerService/snapshots": {status: 403}},
		"the LIST fails":             {"GET " + subscription + "/providers/Microsoft.ContainerService/managedClusters": {status: http.StatusTeapot}},
	} {
		engine, _, _ := observed(t, changes)
		if _, _, err := engine.Observe(t.Context(), []fleet.ClusterID{clusterOne()}, nil); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
