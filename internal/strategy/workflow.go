package strategy

import (
	"cmp"

	"github.com/org/fleet-update-action/schema"
)

// The versions of actions/upload-artifact.
const (
	ArtifactsV4 = "v4"
	ArtifactsV3 = "v3" // for servers that refuse v4
)

// workflow reads what the generated workflows are to look like.
func (r *reader) workflow(n *schema.Node) Workflow {
	w := Workflow{
		RunsOn:    r.runsOn(n.Field("runsOn")),
		Branch:    cmp.Or(n.Field("branch").Text(), "main"),
		Approvals: cmp.Or(n.Field("approvals").Text(), ApprovalsByEnvironments),
		Artifacts: cmp.Or(n.Field("artifacts").Text(), ArtifactsV4),
		Resume:    r.cron(n.Field("resume")),
	}
	if !w.RunsOn.Given() {
		w.RunsOn = RunsOn{Labels: []string{defaultRunner}}
	}
	w.OnStrategyChange, _ = n.Field("onStrategyChange").Bool()
	return w
}
