package strategy

import (
	"cmp"
	"fmt"

	"github.com/org/fleet-update-action/schema"
)

// The auto-upgrade channels; the words are Fleet Manager's.
const (
	Rapid                   = "Rapid"
	Stable                  = "Stable"
	NodeImage               = "NodeImage"
	TargetKubernetesVersion = "TargetKubernetesVersion" // the one that takes a version
)

// What becomes of a new run of a profile while another rollout of the strategy is under way.
const (
	OnWaitingHold      = "hold"
	OnWaitingSupersede = "supersede"
)

func (r *reader) profiles(n *schema.Node, strategy string, otherwise Workflow) []Profile {
	names := map[string]*schema.Node{}
	var profiles []Profile
	for _, each := range n.Elements() {
		r.once(ruleDuplicateProfile, "profile", each.Field("name"), names)
		profile := r.profile(each, otherwise.RunsOn)
		if profile.Schedule.Cron == "" {
			profile.Schedule.Cron = daily(strategy, profile.Name)
		}
		if profile.OnWaiting == OnWaitingSupersede && otherwise.Artifacts == ArtifactsV3 {
			r.fail(ruleSupersedeUnseen, each.Field("onWaiting"), "with artifacts v3, GitHub tells of the plan of another run only when that run is over",
				"Write hold: a run would be superseded by its own plan, time and again.")
		}
		profiles = append(profiles, profile)
	}
	return profiles
}

func (r *reader) profile(n *schema.Node, otherwise RunsOn) Profile {
	p := Profile{
		Name:             n.Field("name").Text(),
		Channel:          n.Field("channel").Text(),
		Images:           ImageSelection(cmp.Or(n.Field("nodeImageSelection").Field("type").Text(), string(Latest))),
		TargetKubernetes: r.version(n.Field("targetKubernetesVersion")),
		Schedule:         r.schedule(n.Field("schedule")),
		OnWaiting:        cmp.Or(n.Field("onWaiting").Text(), OnWaitingHold),
		Stages:           r.stages(n.Field("stages"), otherwise),
		Position:         r.namePosition(n),
	}
	p.LongTermSupport, _ = n.Field("longTermSupport").Bool()
	p.Disabled, _ = n.Field("disabled").Bool()
	switch p.Channel {
	case TargetKubernetesVersion:
		if n.Key("targetKubernetesVersion") == nil {
			r.fail(ruleTargetMissing, n.Field("channel"), TargetKubernetesVersion+" needs targetKubernetesVersion", "Add the minor to stay on, such as \"1.34\".")
		}
	case Rapid, Stable, NodeImage:
		r.onlyWithTarget(n, p)
	}
	return p
}

func (r *reader) onlyWithTarget(n *schema.Node, p Profile) {
	if key := n.Key("targetKubernetesVersion"); key != nil {
		r.fail(ruleTargetUnexpected, key, fmt.Sprintf("the channel %s finds its own version and takes no targetKubernetesVersion", p.Channel),
			"Remove it, or use the channel "+TargetKubernetesVersion+".")
	}
	if p.LongTermSupport {
		r.fail(ruleLongTermSupport, n.Field("longTermSupport"), fmt.Sprintf("longTermSupport stands only with the channel %s", TargetKubernetesVersion),
			"Remove it, or use that channel.")
	}
}
