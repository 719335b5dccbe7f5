package simulator

import "time"

// Description describes a world: what a fleet file holds, and what a test builds. The zero value of every field is a
// sensible default unless it says otherwise. Versions and images are kept as text, so that an unquoted 1.30 in YAML
// stays what it is.
type Description struct {
	Start         time.Time                 `yaml:"start"` // required
	Seed          uint64                    `yaml:"seed"`
	Lean          bool                      `yaml:"lean"`     // without the many fields that a real cluster has besides those used here
	PageSize      int                       `yaml:"pageSize"` // of every paged list; default 100
	TokenLifetime time.Duration             `yaml:"tokenLifetime"`
	Subscription  string                    `yaml:"subscription"`  // of clusters that name none
	ResourceGroup string                    `yaml:"resourceGroup"` // of clusters that name none
	Durations     Durations                 `yaml:"durations"`
	Versions      map[string]OfferedVersion `yaml:"versions"` // of regions that list none
	Regions       map[string]RegionFile     `yaml:"regions"`
	Clusters      []ClusterFile             `yaml:"clusters"`
	Fleets        []FleetFile               `yaml:"fleets"`
	Snapshots     []SnapshotFile            `yaml:"snapshots"`
	Quotas        []QuotaFile               `yaml:"quotas"`
	Subnets       []SubnetFile              `yaml:"subnets"`
	Locks         []LockFile                `yaml:"locks"`
	Denied        []Denial                  `yaml:"denied"`
	Faults        Faults                    `yaml:"faults"`
	Events        []Happening               `yaml:"events"`
	GitHub        *GitHubFile               `yaml:"github"`
}

// OfferedVersion is one patch of Kubernetes in a region. Upgrades left out is the ordinary graph: the newer patches of
// the minor and the patches of the next one.
type OfferedVersion struct {
	Upgrades []string `yaml:"upgrades"`
	Preview  bool     `yaml:"preview"`
	Default  bool     `yaml:"default"`
	Plans    []string `yaml:"plans"` // default: KubernetesOfficial and AKSLongTermSupport
}

// RegionFile describes a region.
type RegionFile struct {
	Versions map[string]OfferedVersion `yaml:"versions"`
	Images   []RegionImage             `yaml:"images"`
}

// RegionImage is an image that becomes the latest of its family in a region, After the start (or at it).
type RegionImage struct {
	Image string        `yaml:"image"`
	After time.Duration `yaml:"after"`
}

// ClusterFile describes one cluster, or Count alike; "{n}" in Name, ResourceGroup, Member.Name and Member.Group is then
// the number, from 1.
type ClusterFile struct {
	Name             string            `yaml:"name"`
	Count            int               `yaml:"count"`
	Subscription     string            `yaml:"subscription"`
	ResourceGroup    string            `yaml:"resourceGroup"`
	Location         string            `yaml:"location"`
	Spread           Spread            `yaml:"spread"`
	Version          string            `yaml:"version"`
	Desired          string            `yaml:"desired"` // what was asked for, where it is an alias such as "1.33"
	Tags             map[string]string `yaml:"tags"`
	Pools            []PoolFile        `yaml:"pools"`
	Windows          Windows           `yaml:"windows"`
	Member           *MemberFile       `yaml:"member"`
	UpgradeChannel   string            `yaml:"upgradeChannel"`
	NodeOSChannel    string            `yaml:"nodeOSChannel"` // default None
	SupportPlan      string            `yaml:"supportPlan"`   // default KubernetesOfficial
	SKU              string            `yaml:"sku"`           // default Base
	Tier             string            `yaml:"tier"`          // default Standard
	NodeProvisioning string            `yaml:"nodeProvisioning"`
	NetworkPlugin    string            `yaml:"networkPlugin"`     // default azure
	NetworkMode      string            `yaml:"networkPluginMode"` // default overlay, or none where a pool names its subnet
	MaxAgentPools    int               `yaml:"maxAgentPools"`     // default 100; below 8 is a legacy cluster
	ForceUntil       time.Time         `yaml:"forceUpgradeUntil"`
	State            string            `yaml:"state"` // default Succeeded
	Stopped          bool              `yaml:"stopped"`
	DeprecatedAPI    bool              `yaml:"deprecatedAPI"` // something in it still calls an API that the next minor drops
	Access           string            `yaml:"access"`        // write (default), read, none: unlisted and refused
	Unlisted         bool              `yaml:"unlisted"`      // missing from LIST though a GET finds it
}

// Spread distributes Count clusters evenly over subscriptions and regions: the subscription changes fastest.
type Spread struct {
	Subscriptions []string `yaml:"subscriptions"`
	Locations     []string `yaml:"locations"`
}

// PoolFile describes a node pool.
type PoolFile struct {
	Name           string `yaml:"name"`
	Mode           string `yaml:"mode"` // default System for the first pool, User for others
	Type           string `yaml:"type"` // default VirtualMachineScaleSets
	OSType         string `yaml:"osType"`
	OSSKU          string `yaml:"osSKU"`  // default Ubuntu
	VMSize         string `yaml:"vmSize"` // default Standard_D4s_v5
	Count          int    `yaml:"count"`  // default 3; -1 for none
	MaxPods        int    `yaml:"maxPods"`
	Version        string `yaml:"version"` // default the cluster's
	Image          string `yaml:"image"`   // required
	State          string `yaml:"state"`
	Stopped        bool   `yaml:"stopped"`
	Snapshot       string `yaml:"snapshot"` // id of the snapshot that the pool is pinned to
	MaxSurge       string `yaml:"maxSurge"`
	MaxUnavailable string `yaml:"maxUnavailable"`
	DrainMinutes   int    `yaml:"drainMinutes"`
	SoakMinutes    int    `yaml:"soakMinutes"`
	Spot           bool   `yaml:"spot"`
	Subnet         string `yaml:"subnet"`
	PodSubnet      string `yaml:"podSubnet"`
}

// MemberFile makes a cluster a member of a Fleet resource.
type MemberFile struct {
	Fleet  string            `yaml:"fleet"` // the name of one of the fleets
	Name   string            `yaml:"name"`  // default the cluster's
	Group  string            `yaml:"group"`
	Labels map[string]string `yaml:"labels"`
}

// FleetFile describes a Fleet resource.
type FleetFile struct {
	Name          string `yaml:"name"`
	Subscription  string `yaml:"subscription"`
	ResourceGroup string `yaml:"resourceGroup"`
}

// SnapshotFile describes a node pool snapshot that exists from the start.
type SnapshotFile struct {
	Name          string            `yaml:"name"`
	Subscription  string            `yaml:"subscription"`
	ResourceGroup string            `yaml:"resourceGroup"`
	Location      string            `yaml:"location"`
	Tags          map[string]string `yaml:"tags"`
	SourcePool    string            `yaml:"sourcePool"`
	Version       string            `yaml:"version"`
	Image         string            `yaml:"image"`
	OSSKU         string            `yaml:"osSKU"`
	VMSize        string            `yaml:"vmSize"`
}

// QuotaFile is a vCPU quota as Microsoft.Compute reports it.
type QuotaFile struct {
	Subscription string `yaml:"subscription"`
	Location     string `yaml:"location"`
	Family       string `yaml:"family"`
	Used         int    `yaml:"used"`
	Limit        int    `yaml:"limit"`
}

// SubnetFile is a subnet; Used counts the addresses in use.
type SubnetFile struct {
	ID     string `yaml:"id"`
	Prefix string `yaml:"prefix"`
	Used   int    `yaml:"used"`
}

// LockFile is a management lock on Scope, an ARM id.
type LockFile struct {
	Name  string `yaml:"name"`
	Scope string `yaml:"scope"`
	Level string `yaml:"level"` // CanNotDelete or ReadOnly
}

// Denial takes an action away from the caller on everything below Scope (an ARM id; empty is everywhere). In Action,
// "*" stands for any text, as in an Azure role.
type Denial struct {
	Action string `yaml:"action"`
	Scope  string `yaml:"scope"`
}

// Windows are the maintenance configurations of a cluster by their names, in the shape that AKS gives them.
type Windows map[string]MaintenanceWindow

// MaintenanceWindow is properties.maintenanceWindow of a maintenance configuration.
type MaintenanceWindow struct {
	Schedule        Schedule   `yaml:"schedule" json:"schedule"`
	DurationHours   int        `yaml:"durationHours" json:"durationHours"`
	UTCOffset       string     `yaml:"utcOffset" json:"utcOffset,omitempty"`
	StartDate       string     `yaml:"startDate" json:"startDate,omitempty"`
	StartTime       string     `yaml:"startTime" json:"startTime"`
	NotAllowedDates []DateSpan `yaml:"notAllowedDates" json:"notAllowedDates,omitempty"`
}

// Schedule is the schedule of a maintenance window; one of them is set.
type Schedule struct {
	Daily           *Daily           `yaml:"daily" json:"daily,omitempty"`
	Weekly          *Weekly          `yaml:"weekly" json:"weekly,omitempty"`
	AbsoluteMonthly *AbsoluteMonthly `yaml:"absoluteMonthly" json:"absoluteMonthly,omitempty"`
	RelativeMonthly *RelativeMonthly `yaml:"relativeMonthly" json:"relativeMonthly,omitempty"`
}

// Daily opens every IntervalDays days.
type Daily struct {
	IntervalDays int `yaml:"intervalDays" json:"intervalDays"`
}

// Weekly opens on one day of every IntervalWeeks-th week.
type Weekly struct {
	IntervalWeeks int    `yaml:"intervalWeeks" json:"intervalWeeks"`
	DayOfWeek     string `yaml:"dayOfWeek" json:"dayOfWeek"`
}

// AbsoluteMonthly opens on a day of every IntervalMonths-th month.
type AbsoluteMonthly struct {
	IntervalMonths int `yaml:"intervalMonths" json:"intervalMonths"`
	DayOfMonth     int `yaml:"dayOfMonth" json:"dayOfMonth"`
}

// RelativeMonthly opens on, say, the First Monday of every IntervalMonths-th month.
type RelativeMonthly struct {
	IntervalMonths int    `yaml:"intervalMonths" json:"intervalMonths"`
	WeekIndex      string `yaml:"weekIndex" json:"weekIndex"`
	DayOfWeek      string `yaml:"dayOfWeek" json:"dayOfWeek"`
}

// DateSpan is a run of days, both inclusive, as "2026-12-24".
type DateSpan struct {
	Start string `yaml:"start" json:"start"`
	End   string `yaml:"end" json:"end"`
}
