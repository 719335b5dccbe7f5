package fleet

import "testing"

func TestSnapshotIDIsInLowerCase(t *testing.T) {
	const want = "/subscriptions/1a/resourcegroups/rg/providers/microsoft.containerservice/snapshots/ubuntu"
	if got := SnapshotID("1A", "RG", "Ubuntu"); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
