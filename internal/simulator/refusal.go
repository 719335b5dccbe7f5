package simulator

import (
	"fmt"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
)

// Refusal is an answer that is not a success, as ARM or AKS gives it. It is an error.
type Refusal struct {
	Status     int // of HTTP
	Code       string
	Subcode    string
	Message    string
	Detail     string        // of the one entry of details; "" where there is none
	Nested     bool          // {"error": {…}}, as ARM's front door writes it; otherwise flat, as AKS does
	RetryAfter time.Duration // zero: none is said
}

// Error makes a Refusal an error.
func (r *Refusal) Error() string { return fmt.Sprintf("%d %s: %s", r.Status, r.Code, r.Message) }

// flat is a refusal of AKS.
func flat(status int, code, format string, arguments ...any) *Refusal {
	return &Refusal{Status: status, Code: code, Message: fmt.Sprintf(format, arguments...)}
}

// nested is a refusal of ARM's front door.
func nested(status int, code, format string, arguments ...any) *Refusal {
	return &Refusal{Status: status, Code: code, Message: fmt.Sprintf(format, arguments...), Nested: true}
}

// NotFound is ARM's refusal for a resource of Microsoft.ContainerService that is not there.
func NotFound(resourceType, name, resourceGroup string) *Refusal {
	return nested(404, "ResourceNotFound", "The Resource 'Microsoft.ContainerService/%s/%s' under resource group '%s' was not found. "+
		"For more details please go to https://aka.ms/ARMResourceNotFoundFix", resourceType, name, resourceGroup)
}

func clusterNotFound(id fleet.ClusterID) *Refusal {
	return NotFound("managedClusters", id.Name(), id.ResourceGroup())
}

// PoolNotFound is AKS's refusal for a pool that a cluster does not have.
func PoolNotFound(c *Cluster, pool string) *Refusal {
	return flat(404, "NotFound", "Could not find the agent pool: subscription=%s resourceGroup=%s resourceName=%s agentPoolName=%s",
		c.ID.Subscription(), c.ResourceGroup, c.Name, pool)
}

func preconditionFailed(sent, current string) *Refusal {
	return flat(412, "PreconditionFailed", "The value '%s' of the If-Match header does not match the current etag '%s' of the resource.", sent, current)
}

// The texts below are AKS's own: a client can tell the refusals of OperationNotAllowed that pass from those that do not
// by nothing else.

func stoppedCluster(c *Cluster) *Refusal {
	return flat(409, "OperationNotAllowed", "Operation is not allowed: managed cluster %s is stopped. Only starting or deleting it is allowed while it is in the Stopped power state.", c.Name)
}

func clusterBusy(doing OperationKind) *Refusal {
	return flat(409, "OperationNotAllowed", "Operation is not allowed: Another operation (%s) is in progress, please wait for it to finish before starting a new operation.", doing)
}

func poolBusy(doing OperationKind) *Refusal {
	return flat(409, "OperationNotAllowed", "Operation is not allowed: Another agentpool operation (%s) is in progress, please wait for it to finish before starting a new operation.", doing)
}

func clusterBusyByPool(doing OperationKind, pool string) *Refusal {
	return flat(409, "OperationNotAllowed", "Managed Cluster operation is not allowed: Another operation (%s) is in progress on agent pool (%s), please wait for it to finish before starting a new operation.", doing, pool)
}

func failedCluster(current, target any) *Refusal {
	return flat(409, "OperationNotAllowed", "Upgrades are disallowed while cluster is in a failed state (upgrade from %s to %s). For resolution steps visit https://aka.ms/aks-cluster-failed to troubleshoot.", current, target)
}

func etagRace() *Refusal {
	return &Refusal{Status: 409, Code: "EtagMismatch", Subcode: "PutManagedClusterAndComponents_FailedPrecondition",
		Message: "Operation is not allowed: Another operation is in progress", Detail: "rpc error: code = FailedPrecondition desc = Etag mismatched"}
}
