package plan

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/org/fleet-update-action/internal/fleet"
)

// rule looks at one member that is to be upgraded.
type rule struct {
	name  string // in kebab-case; it is what findings are known by
	check func(*run, *candidate) []problem
}

// problem is what a rule found.
type problem struct {
	severity        fleet.Severity
	pool            string
	message, advice string
}

// rules are the checks that what was read from Azure allows before anything is written.
func rules() []rule {
	all := []rule{
		{"cluster-busy", clusterBusy},
		{"resource-lock", locked},
		{"surge-limit", surgeTooLarge},
		{"auto-upgrade-channel", channelRaces},
		{"node-os-channel", nodeOSChannelRaces},
		{"double-driver", doublyDriven},
		{"force-upgrade", forced},
		{"long-term-support-tier", tierMissing},
		{"version-skew", wideSkew},
		{"snapshot-pin", pinCleared},
		{"os-retired", osRetired},
		{"image-family-changes", familyChanges},
		{"window-closed", windowClosed},
		{"window-too-short", windowTooShort},
	}
	for _, k := range capacities() {
		all = append(all, rule{k.rule, k.alone})
	}
	return all
}

// preflight says what may hurt: of the plan as a whole, then member by member.
func (r *run) preflight(p Plan) []fleet.Finding {
	findings := slices.Concat(r.imageAges(p), unreachableMinimums(p), r.crowded(p))
	all := rules()
	for c := range r.all() {
		findings = append(findings, r.verdictFindings(c)...)
		if !c.out.Action.Open() {
			continue
		}
		for _, rule := range all {
			for _, found := range rule.check(r, c) {
				findings = append(findings, r.finding(c, rule.name, found))
			}
		}
	}
	return findings
}

// verdictFindings says why a member, or a pool of it, is not simply upgraded.
func (r *run) verdictFindings(c *candidate) []fleet.Finding {
	var findings []fleet.Finding
	if c.verdict.rule != "" {
		findings = append(findings, r.finding(c, c.verdict.rule, problem{
			severity: c.verdict.severity(), pool: c.verdict.pool, advice: cmp.Or(c.verdict.command, c.verdict.advice),
			message: capital(string(c.verdict.action)) + ": " + c.label() + ": " + c.verdict.reason + ".",
		}))
	}
	for i := range c.parts {
		p := &c.parts[i]
		if p.left.rule != "" && c.out.Action.Open() {
			findings = append(findings, r.finding(c, p.left.rule, problem{
				severity: fleet.Warning, pool: p.pool.Name, advice: p.left.command,
				message: "Node pool " + p.pool.Name + " of " + c.label() + " is left alone: " + p.left.reason + ".",
			}))
		}
	}
	return findings
}

func (r *run) finding(c *candidate, rule string, found problem) fleet.Finding {
	return fleet.Finding{
		Rule: rule, Severity: found.severity, Message: found.message, Advice: found.advice,
		Position: c.member.Position, Cluster: c.member.Cluster, Member: c.member.Name, Pool: found.pool,
		Stage: r.assignment.Stages[c.stage].Name,
	}
}

func capital(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}

func clusterBusy(_ *run, c *candidate) []problem {
	if !c.cluster.Busy() {
		return nil
	}
	return []problem{{
		severity: fleet.Note,
		message:  "An operation is under way on " + c.label() + " (" + strings.Join(c.operations(), ", ") + "); it is upgraded once that has ended.",
	}}
}
