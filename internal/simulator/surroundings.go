package simulator

import (
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
)

// Quotas returns the vCPU quotas of a subscription in a region.
func (w *World) Quotas(subscription, location string) []QuotaFile {
	var found []QuotaFile
	for _, quota := range w.quotas {
		if strings.EqualFold(quota.Subscription, subscription) && strings.EqualFold(quota.Location, location) {
			found = append(found, quota)
		}
	}
	return found
}

// Subnet finds a subnet by its ARM id in any case.
func (w *World) Subnet(id string) (fleet.Subnet, bool) {
	subnet, ok := w.subnets[strings.ToLower(id)]
	return subnet, ok
}

// Locks returns the management locks at and below a scope.
func (w *World) Locks(scope string) []LockFile {
	var found []LockFile
	for _, lock := range w.locks {
		if strings.HasPrefix(strings.ToLower(lock.Scope)+"/", strings.ToLower(scope)+"/") {
			found = append(found, lock)
		}
	}
	return found
}
