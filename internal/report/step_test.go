package report

import (
	"testing"

	"github.com/org/fleet-update-action/internal/fleet"
)

func TestStepWords(t *testing.T) {
	donor := fleet.PoolID{Cluster: id("aks-dev-1"), Pool: "apps"}
	tests := []struct {
		step fleet.Step
		want string
	}{
		{fleet.Step{Kind: fleet.ControlPlane, Version: v1342}, "upgrading the control plane to 1.34.2"},
		{fleet.Step{Kind: fleet.WholeCluster, Version: v1342}, "upgrading control plane and node pools to 1.34.2"},
		{fleet.Step{Kind: fleet.PoolVersion, Pool: "apps", Version: v1342, Image: pinned}, "upgrading node pool apps to 1.34.2 with image 202611.08.0"},
		{fleet.Step{Kind: fleet.PoolImage, Pool: "system", Image: pinned}, "upgrading node pool system to 202611.08.0"},
		{fleet.Step{Kind: fleet.TakeSnapshot, Donor: donor}, "taking a snapshot of aks-dev-1/apps"},
		{fleet.Step{Kind: fleet.DropSnapshot, Snapshot: fleet.SnapshotID("s", "rg", "snap")}, "removing snapshot snap"},
	}
	for _, test := range tests {
		if got := stepWords(test.step); got != test.want {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
}
