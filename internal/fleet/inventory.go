package fleet

import "time"

// Inventory is what was read from Azure at one time. plan.Build and execute.Decide read this one type, and At is
// their only clock. Whoever holds an Inventory treats it as a value: nothing below it is changed after it was built.
type Inventory struct {
	At        time.Time
	Members   []Member // in the order of the strategy's sources; empty while a stage is observed
	Clusters  map[ClusterID]Cluster
	Regions   map[string]Region   // by Azure's short name in lower case, "westeurope"
	Snapshots map[string]Snapshot // by SnapshotID; those in the strategy's snapshot resource group

	// What preflight wants to know, read only for members with something to upgrade. A key that is missing was not
	// read; Unread says why where reading was tried and refused.
	Quotas  map[QuotaKey]Quota
	Subnets map[string]Subnet // by ARM id in lower case
	Locks   map[string][]Lock // by subscription, in lower case
	Unread  []Finding         // reads that were refused or failed without stopping the whole: said in the plan
}

// Reading says what reading from Azure took.
type Reading struct {
	Clusters int
	Requests []RequestCount // by kind, in a stable order
	Took     time.Duration
}

// RequestCount counts ARM requests of one kind, repeats included.
type RequestCount struct {
	Kind  string // "list clusters", "list Kubernetes versions", "list node images", "read maintenance windows", …
	Count int
}
