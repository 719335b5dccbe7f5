package plan

import (
	"slices"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/strategy"
)

// Build computes the plan. inv.At is its only clock. The same arguments give the same plan, byte for byte once encoded.
// Build is cheap: it is called once with what the LISTs gave, to learn from Wants which members need their windows,
// quotas, subnets and locks read, and again with those.
func Build(s strategy.Strategy, inv fleet.Inventory, orders Orders) Plan {
	assignment, findings := strategy.Assign(s, inv.Members)
	r, skipFindings := newRun(s, inv, assignment, orders)
	findings = append(findings, skipFindings...)
	findings = append(findings, orders.Retry.lost(inv.Members)...)
	findings = append(findings, r.pinKubernetes()...)
	r.decideVersions()
	findings = append(findings, r.gone()...)
	findings = append(findings, r.pinImages()...)
	findings = append(findings, r.chooseRoutes()...)
	r.settle()

	p := Plan{
		SchemaVersion: SchemaVersion,
		Name:          s.Name,
		CreatedAt:     inv.At.UTC(),
		ExpiresAt:     inv.At.Add(s.PlanMaxAge).UTC(),
		Profile:       r.profile(),
		Retry:         orders.Retry.retried(),
		Upgrade:       r.upgrade(),
		Policy:        policy(s),
		Stages:        r.stages(),
		Unassigned:    assignment.Unassigned,
		Skips:         canonicalSkips(orders.Skips),
	}
	findings = append(findings, r.preflight(p)...)
	return p.finish(orders.Name, append(findings, inv.Unread...))
}

// finish adds what follows from everything else: the findings in their order, the three facts, the run's name, and the
// digest.
func (p Plan) finish(name string, findings []fleet.Finding) Plan {
	p.Findings = worstFirst(findings)
	p.Errored = fleet.HasErrors(findings)
	p.Complete = true
	for m := range p.Members() {
		settled := m.Action == ActionUpgrade || m.Action == ActionSkip && (m.Why == WhyAtTarget || m.Why == WhyRequested || m.Why.leftOut())
		p.Complete = p.Complete && settled
		p.Applyable = p.Applyable || m.Action.Open()
	}
	p.Applyable = p.Applyable && !p.Errored
	if p.Profile != nil {
		p.Profile.Run = runName(p)
	}
	p.Run = p.name(name)
	p.Digest = digest(p)
	return p
}

// worstFirst orders findings by severity and otherwise leaves them in their order. There can be thousands.
func worstFirst(findings []fleet.Finding) []fleet.Finding {
	var ordered []fleet.Finding
	for _, severity := range []fleet.Severity{fleet.Error, fleet.Warning, fleet.Note} {
		for _, finding := range findings {
			if finding.Severity == severity {
				ordered = append(slices.Grow(ordered, len(findings)-len(ordered)), finding)
			}
		}
	}
	return ordered
}

// Wants returns the clusters of members that are to be upgraded or could be once something changes: those whose
// details are worth reading.
func (p Plan) Wants() []fleet.ClusterID {
	var wanted []fleet.ClusterID
	for m := range p.Members() {
		if m.Action.Open() {
			wanted = append(wanted, m.Cluster)
		}
	}
	return wanted
}

func policy(s strategy.Strategy) Policy {
	p := Policy{StoppedClusters: s.StoppedClusters, WindowClose: s.WindowClose, Approvals: s.Workflow.Approvals}
	if s.Snapshots.Allow {
		p.SnapshotResourceGroup = s.Snapshots.ResourceGroup
	}
	return p
}
