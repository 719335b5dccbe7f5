package fleet

import "strings"

// ProvisioningState is an ARM provisioning state. AKS has no closed list of them: whatever is not a known end is busy.
type ProvisioningState string

// The provisioning states in which nothing is under way.
const (
	ProvisioningSucceeded ProvisioningState = "Succeeded"
	ProvisioningFailed    ProvisioningState = "Failed"
	ProvisioningCanceled  ProvisioningState = "Canceled"
)

// Busy reports whether an operation is under way. An unknown state counts as busy.
func (s ProvisioningState) Busy() bool {
	return !s.Is(ProvisioningSucceeded) && !s.Is(ProvisioningFailed) && !s.Is(ProvisioningCanceled)
}

// Is compares without regard to case, as ARM does.
func (s ProvisioningState) Is(other ProvisioningState) bool {
	return strings.EqualFold(string(s), string(other))
}
