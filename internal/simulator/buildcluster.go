package simulator

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
)

// maxCount keeps a mistyped count from filling the memory.
const maxCount = 100_000

func (b *builder) clusters(file ClusterFile, i int) {
	if file.Count < 0 || file.Count > maxCount {
		b.wrong(fmt.Sprintf("want a number from 1 to %d", maxCount), "clusters", i, "count")
		return
	}
	if file.Count > 1 && !strings.Contains(file.Name, "{n}") {
		b.wrong(`the name of several clusters needs "{n}" where their number goes`, "clusters", i, "name")
		return
	}
	for n := range max(1, file.Count) {
		b.cluster(file.numbered(n), i)
		if len(b.defects) > 0 {
			return // what is wrong with one of them is wrong with all
		}
	}
}

// numbered makes the description of the n-th cluster, from 0, out of that of all.
func (f ClusterFile) numbered(n int) ClusterFile {
	number := func(text string) string { return strings.ReplaceAll(text, "{n}", strconv.Itoa(n+1)) }
	f.Name, f.ResourceGroup = number(f.Name), number(f.ResourceGroup)
	if subscriptions := f.Spread.Subscriptions; len(subscriptions) > 0 {
		f.Subscription = subscriptions[n%len(subscriptions)]
	}
	if locations := f.Spread.Locations; len(locations) > 0 {
		f.Location = locations[n/max(1, len(f.Spread.Subscriptions))%len(locations)]
	}
	if f.Member != nil {
		member := *f.Member
		member.Name, member.Group = number(member.Name), number(member.Group)
		f.Member = &member
	}
	return f
}

func (b *builder) cluster(file ClusterFile, i int) {
	subscription, group := orText(file.Subscription, b.description.Subscription), orText(file.ResourceGroup, b.description.ResourceGroup)
	id := fleet.NewClusterID(subscription, group, file.Name)
	if _, err := fleet.ParseClusterID(string(id)); err != nil {
		b.wrong("a cluster needs a name, a subscription and a resource group (of its own, or the file's)", "clusters", i)
		return
	}
	if _, ok := b.world.clusters[id]; ok {
		b.wrong(fmt.Sprintf("cluster %q is described twice", file.Name), "clusters", i, "name")
		return
	}
	if _, ok := b.world.regions[file.Location]; !ok {
		b.wrong(fmt.Sprintf("region %q is not described under regions", file.Location), "clusters", i, "location")
		return
	}
	version, ok := b.patch(file.Version, "clusters", i, "version")
	if !ok {
		return
	}
	c := &Cluster{ID: id, Name: file.Name, ResourceGroup: group, Location: file.Location, Tags: file.Tags, Version: version, Desired: version,
		State: fleet.ProvisioningState(orText(file.State, "Succeeded")), Stopped: file.Stopped, Windows: file.Windows, Settings: file.settings(),
		CreatedAt: b.world.now.AddDate(0, -6, 0), DeprecatedAPI: file.DeprecatedAPI, Access: file.Access, Unlisted: file.Unlisted}
	if desired, err := fleet.ParseKubernetesVersion(file.Desired); err == nil {
		c.Desired = desired
	}
	if !slices.Contains([]string{"", "write", "read", "none"}, file.Access) {
		b.wrong(fmt.Sprintf("%q is not an access: want write, read or none", file.Access), "clusters", i, "access")
	}
	c.Settings.NodeResourceGroup = "MC_" + group + "_" + file.Name + "_" + file.Location
	b.pools(c, file, i)
	b.join(c, file, i)
	c.UID = b.world.guid("uid")
	c.Extra, c.Outer = b.world.padding(c)
	b.world.touchCluster(c)
	b.world.clusters[id] = c
}

func (f ClusterFile) settings() fleet.ClusterSettings {
	return fleet.ClusterSettings{
		UpgradeChannel: f.UpgradeChannel, NodeOSChannel: orText(f.NodeOSChannel, "None"), SupportPlan: orText(f.SupportPlan, "KubernetesOfficial"),
		SKU: orText(f.SKU, "Base"), Tier: orText(f.Tier, "Standard"), NodeProvisioning: orText(f.NodeProvisioning, "Manual"),
		MaxAgentPools: orNumber(f.MaxAgentPools, 100), ForceUpgradeUntil: f.ForceUntil,
		NetworkPlugin: orText(f.NetworkPlugin, "azure"), NetworkPluginMode: f.networkMode(),
	}
}

func (f ClusterFile) networkMode() string {
	for _, pool := range f.Pools {
		if pool.Subnet != "" {
			return f.NetworkMode
		}
	}
	return orText(f.NetworkMode, "overlay")
}

func orNumber(given, other int) int {
	if given == 0 {
		return other
	}
	return given
}

func (b *builder) pools(c *Cluster, file ClusterFile, i int) {
	for j, pool := range file.Pools {
		at := []any{"clusters", i, "pools", j}
		if pool.Name == "" {
			b.wrong("a pool needs a name", at...)
		}
		if _, ok := c.Pool(pool.Name); ok {
			b.wrong(fmt.Sprintf("pool %q is described twice", pool.Name), at...)
		}
		version := c.Version
		if pool.Version != "" {
			version, _ = b.patch(pool.Version, append(at, "version")...)
		}
		if pool.Image == "" {
			b.wrong(fmt.Sprintf("pool %q needs an image", pool.Name), at...)
		}
		mode := "User"
		if j == 0 {
			mode = "System"
		}
		c.Pools = append(c.Pools, Pool{Extra: pool.fields(b.world.poolPadding()), NodePool: fleet.NodePool{
			Name: pool.Name, Mode: orText(pool.Mode, mode), Type: orText(pool.Type, "VirtualMachineScaleSets"), OSType: orText(pool.OSType, "Linux"),
			OSSKU: orText(pool.OSSKU, "Ubuntu"), VMSize: orText(pool.VMSize, "Standard_D4s_v5"), Count: max(0, orNumber(pool.Count, 3)),
			MaxPods: orNumber(pool.MaxPods, 110), Version: version, Desired: version, Image: fleet.NodeImage(pool.Image),
			State: fleet.ProvisioningState(orText(pool.State, "Succeeded")), Stopped: pool.Stopped, Snapshot: strings.ToLower(pool.Snapshot),
			MaxSurge: pool.MaxSurge, MaxUnavailable: pool.MaxUnavailable, DrainMinutes: pool.DrainMinutes, SoakMinutes: pool.SoakMinutes, SubnetID: pool.Subnet,
		}})
	}
}

// fields adds those of a pool that this world reports and has no use for.
func (p PoolFile) fields(padding Fields) Fields {
	fields := maps.Clone(padding)
	if fields == nil {
		fields = Fields{}
	}
	if p.Spot {
		fields["scaleSetPriority"] = json.RawMessage(`"Spot"`)
	}
	if p.PodSubnet != "" {
		fields["podSubnetID"] = canonical(fmt.Appendf(nil, "%q", p.PodSubnet))
	}
	return fields
}

// join makes a cluster a member of its fleet.
func (b *builder) join(c *Cluster, file ClusterFile, i int) {
	if file.Member == nil {
		return
	}
	for _, one := range b.world.fleets {
		if one.Name == file.Member.Fleet {
			one.Members = append(one.Members, FleetMember{Name: orText(file.Member.Name, c.Name), Cluster: c.ID, ClusterName: c.Name,
				ResourceGroup: c.ResourceGroup, Location: c.Location, Group: file.Member.Group, Labels: file.Member.Labels})
			return
		}
	}
	b.wrong(fmt.Sprintf("fleet %q is not described under fleets", file.Member.Fleet), "clusters", i, "member", "fleet")
}
