package plan

import (
	"fmt"
	"strings"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/strategy"
)

// channelRaces: AKS may upgrade the cluster by itself, before its turn or while it is upgraded.
func channelRaces(_ *run, c *candidate) []problem {
	settings := c.cluster.Settings
	if !settings.AutoUpgrades() {
		return nil
	}
	advice := c.az("aks update", "--auto-upgrade-channel", "none")
	if strings.EqualFold(settings.SKU, "Automatic") {
		advice = "AKS Automatic clusters keep their channel; consider leaving this one out of the run."
	}
	return []problem{{
		severity: fleet.Warning, advice: advice,
		message: fmt.Sprintf("The auto-upgrade channel of %s is %s: AKS may upgrade it before this run does.", c.label(), settings.UpgradeChannel),
	}}
}

// nodeOSChannelRaces: with NodeImage AKS itself brings nodes to the latest image every week.
func nodeOSChannelRaces(r *run, c *candidate) []problem {
	if r.strategy.Upgrade.Type == strategy.ControlPlaneOnly || !strings.EqualFold(c.cluster.Settings.NodeOSChannel, "NodeImage") {
		return nil
	}
	return []problem{{
		severity: fleet.Warning,
		message:  fmt.Sprintf("The node OS upgrade channel of %s is NodeImage: AKS moves its nodes to the latest image by itself, before this run or after it.", c.label()),
		advice:   c.az("aks update", "--node-os-upgrade-channel", "None"),
	}}
}

// doublyDriven: a Fleet resource that this strategy does not know of may start update runs of its own.
func doublyDriven(r *run, c *candidate) []problem {
	membership := c.cluster.Settings.FleetMembership
	if membership == "" {
		return nil
	}
	for _, source := range r.strategy.Sources {
		if source.Fleet != "" && strings.HasPrefix(strings.ToLower(membership)+"/", strings.ToLower(source.Fleet)+"/") {
			return nil
		}
	}
	return []problem{{
		severity: fleet.Warning,
		message:  fmt.Sprintf("Cluster %s is also a member of the Fleet %s, whose update runs and auto-upgrade profiles may upgrade it at the same time.", c.label(), lastSegment(membership)),
		advice:   "Let one of them upgrade it: take it out of the Fleet's update strategies, or out of this run.",
	}}
}

// forced: the setting stays on the cluster until its date, and lets upgrades break what they would otherwise spare.
func forced(r *run, c *candidate) []problem {
	until := c.cluster.Settings.ForceUpgradeUntil
	if until.IsZero() {
		return nil
	}
	p := problem{
		severity: fleet.Warning,
		message: fmt.Sprintf("Upgrades of %s are forced until %s: they evict pods against their disruption budgets and do not stop for deprecated APIs.",
			c.label(), until.UTC().Format(time.RFC3339)),
		advice: c.az("aks update", "--disable-force-upgrade"),
	}
	if !until.After(r.inv.At) {
		p.severity = fleet.Note
		p.message = fmt.Sprintf("The forced upgrade of %s ended on %s and is still in its settings.", c.label(), until.UTC().Format(time.RFC3339))
	}
	return []problem{p}
}

func tierMissing(_ *run, c *candidate) []problem {
	settings := c.cluster.Settings
	if !settings.LongTermSupport() || strings.EqualFold(settings.Tier, "Premium") {
		return nil
	}
	return []problem{{
		severity: fleet.Warning,
		message:  fmt.Sprintf("Cluster %s is on the long-term support plan in the tier %s; long-term support needs the tier Premium.", c.label(), settings.Tier),
		advice:   c.az("aks update", "--tier", "premium", "--k8s-support-plan", "AKSLongTermSupport"),
	}}
}
