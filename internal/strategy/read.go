package strategy

import (
	"cmp"
	"strconv"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/schema"
)

func (r *reader) strategy(file string, root *schema.Node) Strategy {
	workflow := r.workflow(root.Field("workflow"))
	s := Strategy{
		File:            file,
		Name:            root.Field("name").Text(),
		Sources:         r.sources(root.Field("members")),
		Upgrade:         r.upgrade(root.Key("upgrade"), root.Field("upgrade")),
		Stages:          r.stages(root.Field("stages"), workflow.RunsOn),
		StoppedClusters: cmp.Or(root.Field("stoppedClusters").Text(), "skip"),
		WindowClose:     cmp.Or(root.Field("windowClose").Text(), "finish"),
		Workflow:        workflow,
		PlanMaxAge:      age(cmp.Or(root.Field("planMaxAge").Text(), "14d")),
		Snapshots:       r.snapshots(root.Key("snapshots"), root.Field("snapshots")),
		AutoUpgrade:     r.profiles(root.Field("autoUpgrade").Field("profiles"), root.Field("name").Text(), workflow),
	}
	s.LongestWait = longestWait(s)
	return s
}

func longestWait(s Strategy) time.Duration {
	longest := time.Duration(0)
	for _, stages := range append([][]Stage{s.Stages}, all(s.AutoUpgrade, func(p Profile) []Stage { return p.Stages })...) {
		for _, stage := range stages {
			longest = max(longest, stage.Wait)
		}
	}
	return longest
}

// age reads "14d", "36h" or "90m"; zero where it is none of them.
func age(text string) time.Duration {
	if text == "" {
		return 0
	}
	number, err := strconv.Atoi(text[:len(text)-1])
	if err != nil || number > 99_999 {
		return 0
	}
	units := map[byte]time.Duration{'d': 24 * time.Hour, 'h': time.Hour, 'm': time.Minute}
	return time.Duration(number) * units[text[len(text)-1]]
}

func (r *reader) snapshots(key, n *schema.Node) Snapshots {
	var s Snapshots
	s.Allow, _ = n.Field("allow").Bool()
	s.ResourceGroup = n.Field("resourceGroup").Text()
	if s.Allow && n.Field("resourceGroup") == nil {
		r.fail(ruleSnapshotsGroup, key, "snapshots are allowed without a resource group to make them in",
			"Add resourceGroup, in the subscription of the pools they are taken from, or set allow to false.")
	}
	for _, each := range n.Field("donors").Elements() {
		donor, err := fleet.ParsePoolID(each.Text())
		if err != nil {
			r.fail(ruleNodePoolID, each, err.Error(), "Take it from `az aks nodepool show --query id`.")
			continue
		}
		r.subscription(ruleNodePoolID, each, "az aks nodepool show --query id")
		s.Donors = append(s.Donors, donor)
	}
	return s
}

// version reads a Kubernetes version; zero, and a finding, where it is none.
func (r *reader) version(n *schema.Node) fleet.KubernetesVersion {
	if n.Text() == "" {
		return fleet.KubernetesVersion{}
	}
	version, err := fleet.ParseKubernetesVersion(n.Text())
	if err != nil || version.Major < 1 {
		r.fail(ruleVersion, n, strconv.Quote(n.Text())+" is not a Kubernetes version", "Write a patch such as 1.34.2, or a minor such as 1.34.")
		return fleet.KubernetesVersion{}
	}
	return version
}
