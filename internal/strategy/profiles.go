package strategy

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/org/fleet-update-action/internal/fleet"
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
		if otherwise.Artifacts == ArtifactsV3 {
			r.onAServer(each, profile)
		}
		r.apart(each, profile, profiles)
		profiles = append(profiles, profile)
	}
	return profiles
}

// apart warns of two profiles that always begin together: while neither has its plan, neither sees the other's rollout.
func (r *reader) apart(n *schema.Node, p Profile, others []Profile) {
	for _, other := range others {
		if other.Name != p.Name && other.Schedule == p.Schedule && !other.Disabled && !p.Disabled {
			r.report(ruleSameSchedule, fleet.Warning, n.Field("name"), fmt.Sprintf("the profiles %s and %s begin at the same minute (%s, %s), and neither is held by what the other is about to begin",
				other.Name, p.Name, p.Schedule.Cron, p.Schedule.TimeZone), "Have them begin at least half an hour apart.")
		}
	}
}

// onAServer refuses what a server cannot do that takes artifacts of v3 alone.
func (r *reader) onAServer(n *schema.Node, p Profile) {
	if p.OnWaiting == OnWaitingSupersede {
		r.fail(ruleSupersedeUnseen, n.Field("onWaiting"), "with artifacts v3, GitHub tells of the plan of another run only when that run is over",
			"Write hold: a run would be superseded by its own plan, time and again.")
	}
	if p.Schedule.TimeZone != utc {
		r.report(ruleZoneUnknown, fleet.Warning, n.Field("schedule").Field("timezone"), "a server that takes artifacts of v3 alone may not know time zones, and then refuses the workflow as a whole",
			"Write the time in UTC, and leave the time zone out.")
	}
}

// unresumed warns of profiles whose runs have to wait with nobody to go on with them: a stage that waits longer than its
// runner sleeps ends, and is run again by the resume workflow.
func unresumed(s Strategy) []fleet.Finding {
	if s.Workflow.Resume != "" || s.Workflow.ByDispatch() {
		return nil
	}
	var findings []fleet.Finding
	for _, profile := range s.AutoUpgrade {
		for i, stage := range s.following(profile).Stages {
			waits := i+1 < len(s.following(profile).Stages) && stage.Wait > RunnerSleeps
			if waits || stage.startsByTheClock() {
				findings = append(findings, fleet.Finding{
					Rule: string(ruleUnresumed), Severity: fleet.Warning, Position: profile.Position,
					Message: fmt.Sprintf("a run of the profile %s waits at stage %s, and nothing goes on with it", profile.Name, stage.Name),
					Advice:  `Add workflow: {resume: "17 * * * *"}, or run the failed jobs of the run again by hand when the time has come.`,
				})
				break
			}
		}
	}
	return findings
}

// startsByTheClock reports whether the stage, or a group of it, has a scheduled start.
func (s Stage) startsByTheClock() bool {
	scheduled := func(gate Gate) bool { return gate.Type == GateScheduledStart }
	return slices.ContainsFunc(s.BeforeGates, scheduled) ||
		slices.ContainsFunc(s.Groups, func(group Group) bool { return slices.ContainsFunc(group.BeforeGates, scheduled) })
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
