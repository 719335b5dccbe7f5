package workflow

import "github.com/org/fleet-update-action/internal/strategy"

// ProfileFile is the name of the workflow that follows an auto-upgrade profile of a strategy.
func ProfileFile(strategyName, profile string) string {
	return "fleet-" + strategyName + "-auto-" + profile + ".yml"
}

// stagesFile is the name of the workflow that carries out a plan of profiles with the strategy's stages.
func stagesFile(strategyName string) string { return "fleet-" + strategyName + "-stages.yml" }

// ownStagesFile is the same of a profile that has stages of its own.
func ownStagesFile(strategyName, profile string) string {
	return "fleet-" + strategyName + "-auto-" + profile + "-stages.yml"
}

// followed are the workflows of one profile: the one that its schedule begins, and that of its stages if it has its own.
func followed(s strategy.Strategy, o Options, profile strategy.Profile) []*page {
	following, err := s.Following(profile.Name)
	if err != nil { // cannot happen: the profile is the strategy's
		return nil
	}
	file, title := ProfileFile(s.Name, profile.Name), "Fleet "+s.Name+" "+profile.Name
	switch {
	case s.Workflow.ByDispatch():
		return []*page{startedByHand(following, o, file, title)}
	case len(profile.Stages) == 0:
		return []*page{tick(following, o, file, title, stagesFile(s.Name))}
	default:
		own := ownStagesFile(s.Name, profile.Name)
		return []*page{tick(following, o, file, title, own), stages(following, o, own, title+" stages")}
	}
}

// shared is the workflow of the strategy's stages, where a profile uses them.
func shared(s strategy.Strategy, o Options) []*page {
	for _, profile := range s.AutoUpgrade {
		if len(profile.Stages) == 0 && !s.Workflow.ByDispatch() {
			return []*page{stages(s, o, stagesFile(s.Name), "Fleet "+s.Name+" stages")}
		}
	}
	return nil
}

// tick is the workflow that compares the fleet with the channel of a profile, and has the difference carried out. To
// compare waits for nobody. The group is around the one job that calls the stages, and so around all of them.
func tick(s strategy.Strategy, o Options, file, title, calls string) *page {
	p := newPage(file, title, s, o)
	p.rolloutTriggers(wiring{runName: dryRunName(title), after: dryRunInput})
	p.printf("\npermissions: {}\n\njobs:\n")
	p.planJob(wiring{})
	p.printf(`
  # One rollout at a time, with those that are started by hand.
  rollout:
    name: Rollout
    needs: [plan]
    if: ${{ needs.plan.outputs.has-updates == 'true' && !inputs.dry-run }}
    concurrency:
      group: fleet-%s
    permissions:
      actions: read # the plan and the records of other jobs
      contents: read # %s
      id-token: write # the login to Azure, and the proof of environments
    uses: ./%s/%s
    with:
      plan-artifact: ${{ needs.plan.outputs.artifact }}
      plan-digest: ${{ needs.plan.outputs.digest }}
      stages: ${{ needs.plan.outputs.stages }}
`, s.Name, readBranches, Folder, calls)
	return p
}

// stages is the workflow that carries out the stages of a plan. The workflows of profiles call it.
func stages(s strategy.Strategy, o Options, file, title string) *page {
	p := newPage(file, title, s, o)
	p.printf(`
on:
  workflow_call:
    inputs:
      plan-artifact:
        description: The artifact of this run that holds the plan
        type: string
        required: true
      plan-digest:
        description: The digest of that plan
        type: string
        required: true
      stages:
        description: What the plan has for each stage, as the action's output of that name says it
        type: string
        required: true

permissions: {}

# A job runs when nothing before it failed or was cancelled and the plan has something for its stage.
jobs:`)
	all := jobs(s)
	w := called(all)
	for _, job := range all {
		p.calling(job, w)
	}
	p.reportJob(w)
	return p
}

// dryRunName names runs, so that those that only plan are told from the others.
func dryRunName(title string) string {
	return title + "${{ inputs.dry-run && ' (dry run)' || '' }}"
}

// schedule writes when a profile is looked after by itself.
func (p *page) schedule() {
	profile := p.follows()
	if profile == nil {
		return
	}
	p.printf("  schedule:\n    - cron: %s\n", scalar(profile.Schedule.Cron))
	if zone := profile.Schedule.TimeZone; zone != "UTC" {
		p.printf("      timezone: %s\n", scalar(zone))
	}
}
