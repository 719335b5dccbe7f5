package main

import "github.com/org/fleet-update-action/internal/workflow"

// option is one setting. The same table makes the flags, the action's inputs and the help text.
type option struct {
	name     string // the flag --name and the input name
	argument string // what the help shows for its value; words with | between are all there are
	fallback string // the default
	env      string // an environment variable that is read where neither flag nor input is given
	secret   bool   // never shown
	filled   bool   // a flag that is given empty is a mistake: what was to fill it found nothing
	help     string
	own      map[string]string // by command: what it means to that one instead
}

// durationArgument is the argument of options that take a length of time.
const durationArgument = "DURATION"

// numberArgument is the argument of options that take a number of things, from 1 to maxNumber.
const (
	numberArgument = "N"
	maxNumber      = 100
)

// optionTable lists every option once; commands name the ones they take.
func optionTable() []option {
	return []option{
		{name: "strategy", argument: "FILE", fallback: ".github/fleet/strategy.yml", help: "the strategy file",
			own: map[string]string{saveName: "the strategy file to write"}},
		{name: "plan", argument: "FILE", fallback: "plan.json", help: "the plan to execute, outside of jobs",
			own: map[string]string{saveName: "the plan to save the stages of"}},
		{name: "plan-artifact", argument: "NAME", help: "in a job, where it is required: the artifact of the job's own run, or of one of those in runs, to take the plan from"},
		{name: "plan-digest", argument: "DIGEST", help: "refuse any other plan than the one with this digest"},
		{name: "stage", argument: "NAME", help: "the stage to execute",
			own: map[string]string{"gate": "the stage that the gate belongs to"}},
		{name: "gate", argument: "GATE", help: "the gate that was approved: before-1, after-2 (its place and number in the stage)"},
		{name: "environment", argument: "NAME", help: "the GitHub environment that the job runs in; compared with what GitHub vouches for",
			own: map[string]string{"plan": "the GitHub environment whose reviewers approve the upgrade of members, needed for them in a job"}},
		{name: "upgrade-type", argument: "Full|ControlPlaneOnly|NodeImageOnly", help: "what to upgrade, instead of what the strategy says"},
		{name: "kubernetes-version", argument: "VERSION", help: "the Kubernetes version, a patch or a minor, instead of what the strategy says"},
		{name: "node-image-selection", argument: "Latest|Consistent|Custom", help: "which node images, instead of what the strategy says"},
		{name: "profile", argument: "NAME", help: "take the target from the channel of this auto-upgrade profile of the strategy"},
		{name: "members", argument: "IDS", help: "instead of a strategy, Fleet resources or clusters by their resource ids, separated by blanks: one by one; " +
			"upgrade-type is Full where kubernetes-version is given, else NodeImageOnly"},
		{name: "retry", argument: "RUN", help: "try again what failed or was skipped in an earlier run, with its targets: its result.json, which has plan.json beside it; " +
			"in a job the id of a run of the same workflow"},
		{name: "name", argument: "NAME", help: "the run's own name, where it is another run than the strategy's",
			own: map[string]string{saveName: "the name of the strategy"}},
		{name: "skip", argument: "TARGETS", help: "parts to leave out, separated by blanks: Stage:x Group:y Member:z AfterStageWait:x ScheduledStart:x"},
		{name: "out", argument: "DIR", fallback: ".", help: "where plan.json, result.json and summary.md are written; a result.json of the same plan is taken up",
			own: map[string]string{"status": "the folder of a run, or one with folders of runs in it"}},
		{name: "format", argument: "text|json|markdown", fallback: "text", help: "how to print what came out"},
		{name: "poll-interval", argument: durationArgument, fallback: "30s", help: "how long to leave a running operation alone"},
		{name: "deadline", argument: durationArgument, help: "end in good time before this much time has passed (5h40m); empty: as long as it takes"},
		{name: "cloud", argument: "NAME", fallback: "AzurePublic", help: "AzurePublic, AzureGovernment or AzureChina"},
		{name: "azure-endpoint", argument: "URL", env: "AZURE_RESOURCE_MANAGER_ENDPOINT", help: "Azure Resource Manager, where it is not the cloud's own"},
		{name: "client-id", argument: "ID", env: "AZURE_CLIENT_ID", help: "the application or managed identity to log in to Azure as"},
		{name: "tenant-id", argument: "ID", env: "AZURE_TENANT_ID", help: "the Entra tenant of that identity"},
		{name: "token", argument: "TOKEN", env: "GITHUB_TOKEN", secret: true, help: "GitHub's token, for its API; in a job the job's own"},
		{name: "repository", argument: "OWNER/NAME", env: "GITHUB_REPOSITORY", help: "the GitHub repository"},
		{name: "runs", argument: "IDS", help: "earlier runs of this workflow whose plan and results count too, where each stage is started by hand"},
		{name: "records", argument: "DIR", help: "in a job, the folder that the artifacts of its run were downloaded into, for servers whose API tells of them only afterwards"},
		{name: "last", argument: numberArgument, help: "the last so many rollouts of the strategy, from the runs of its workflows on GitHub"},
		{name: "live", argument: "true|false", fallback: "false", help: "read as well what the clusters run now, and say where that is not what was recorded"},
		{name: "comment", argument: "true|false", fallback: "false", help: "keep one comment with the plan on the pull request"},
		{name: "workflows", argument: "DIR", fallback: workflow.Folder, help: "the folder of the generated workflows"},
		{name: "pin", argument: "REF", filled: true, help: "the commit by which generated workflows call this action, alone or as git ls-remote prints it; empty: the one they have"},
		{name: "fleet", argument: "FILE", help: "the simulated fleet; empty: the demo's"},
		{name: "listen", argument: "ADDRESS", fallback: "127.0.0.1:0", help: "the loopback address to serve on"},
	}
}

// lookupOption finds an option by its name.
func lookupOption(name string) (option, bool) {
	for _, known := range optionTable() {
		if known.name == name {
			return known, true
		}
	}
	return option{}, false
}
