package main

// option is one setting. The same table makes the flags, the action's inputs and the help text.
type option struct {
	name     string // the flag --name and the input name
	argument string // what the help shows for its value; words with | between are all there are
	fallback string // the default
	env      string // an environment variable that is read where neither flag nor input is given
	help     string
}

// durationArgument is the argument of options that take a length of time.
const durationArgument = "DURATION"

// optionTable lists every option once; commands name the ones they take.
func optionTable() []option {
	return []option{
		{name: "strategy", argument: "FILE", fallback: ".github/fleet/strategy.yml", help: "the strategy file"},
		{name: "plan", argument: "FILE", fallback: "plan.json", help: "the plan to execute"},
		{name: "stage", argument: "NAME", help: "the stage to execute"},
		{name: "skip", argument: "TARGETS", help: "parts to leave out, separated by blanks: Stage:x Group:y Member:z AfterStageWait:x"},
		{name: "out", argument: "DIR", fallback: ".", help: "where plan.json, result.json and summary.md are written; a result.json of the same plan is taken up"},
		{name: "format", argument: "text|json", fallback: "text", help: "what to print"},
		{name: "poll-interval", argument: durationArgument, fallback: "30s", help: "how long to leave a running operation alone"},
		{name: "deadline", argument: durationArgument, help: "end in good time before this much time has passed (5h40m); empty: as long as it takes"},
		{name: "cloud", argument: "NAME", fallback: "AzurePublic", help: "AzurePublic, AzureGovernment or AzureChina"},
		{name: "azure-endpoint", argument: "URL", env: "AZURE_RESOURCE_MANAGER_ENDPOINT", help: "Azure Resource Manager, where it is not the cloud's own"},
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
