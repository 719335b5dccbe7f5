package fleet

import "strings"

// NodePool is one agent pool of a cluster. Version and Desired change as soon as an upgrade was accepted, long before
// it has ended: only together with State do they mean anything.
type NodePool struct {
	Name           string
	Mode           string // System, User, Gateway, Machines
	Type           string // VirtualMachineScaleSets, VirtualMachines, AvailabilitySet
	OSType         string // Linux, Windows
	OSSKU          string // Ubuntu, Ubuntu2204, AzureLinux, Windows2022, …
	VMSize         string
	Count          int
	MaxPods        int
	Version        KubernetesVersion // currentOrchestratorVersion
	Desired        KubernetesVersion // orchestratorVersion
	Image          NodeImage
	State          ProvisioningState
	Stopped        bool
	Snapshot       string // creationData.sourceResourceId: the pool is pinned to this snapshot
	MaxSurge       string // "1", "33%"; "" is AKS's default of 10%
	MaxUnavailable string
	DrainMinutes   int // 0: AKS's default of 30
	SoakMinutes    int
	Spot           bool // of spot VMs, which no surge nodes are added to
	SubnetID       string
	PodSubnetID    string // where pods take their addresses; "": from SubnetID, where they take any
	ETag           string
}

// System reports whether the pool hosts the cluster's own pods; such pools are upgraded first.
func (p NodePool) System() bool { return strings.EqualFold(p.Mode, "System") }

// ManagedByAKS reports whether the pool's nodes are not ours to upgrade (mode Machines, made by node provisioning).
func (p NodePool) ManagedByAKS() bool { return strings.EqualFold(p.Mode, "Machines") }
