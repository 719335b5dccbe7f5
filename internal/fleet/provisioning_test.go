package fleet

import "testing"

func TestProvisioningState(t *testing.T) {
	for state, busy := range map[ProvisioningState]bool{
		"Succeeded": false, "succeeded": false, "Failed": false, "Canceled": false, "CANCELED": false,
		"Updating": true, "Upgrading": true, "Creating": true, "Deleting": true, "Migrating": true, "": true,
	} {
		if got := state.Busy(); got != busy {
			t.Errorf("%q busy: got %t, want %t", state, got, busy)
		}
	}
	if state := ProvisioningState("FAILED"); !state.Is(ProvisioningFailed) || state.Is(ProvisioningSucceeded) {
		t.Error("states are compared without regard to case")
	}
}
