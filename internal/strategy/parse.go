package strategy

import (
	"slices"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/schema"
)

// Parse reads a strategy. It never fails halfway: all problems come back at once as findings, in the order of the
// file; the Strategy means something only where none of them is an Error. Of a file with more than schema.Most
// problems the last are left out, and the last finding says so.
func Parse(file string, content []byte) (Strategy, []fleet.Finding) {
	root, lines, findings := readDocument(file, content)
	if root == nil {
		return Strategy{File: file}, findings
	}
	findings = append(findings, schema.Check(schema.Strategy, root, lines)...)
	r := reader{lines: lines}
	s := r.strategy(file, root)
	assignable := !r.cascades && !membershipBroken(root, findings, "members", "stages")
	profiles := !membershipBroken(root, findings, "autoUpgrade")
	findings = append(findings, unsaid(append(r.findings, unresumed(s)...), findings)...)
	if members, all := listed(s.Sources); all && assignable {
		findings = append(findings, assigned(s, members, profiles)...)
	} else {
		findings = append(findings, duplicateMembers(members)...)
	}
	schema.Sort(findings)
	return s, limit(findings)
}

// reader turns a tree into a Strategy. It takes what is well-formed and passes over the rest, of which the schema has
// spoken already.
type reader struct {
	lines        schema.Lines
	findings     []fleet.Finding
	environments map[string]map[string]*schema.Node // by name in lower case, then requirement: where it was first made
	cascades     bool                               // something could not be read without which members would seem to be missing
}

func (r *reader) report(broken rule, severity fleet.Severity, at *schema.Node, message, advice string) {
	r.findings = append(r.findings, fleet.Finding{
		Rule: string(broken), Severity: severity, Message: message, Advice: advice, Position: r.lines.Position(at),
	})
}

func (r *reader) fail(broken rule, at *schema.Node, message, advice string) {
	r.report(broken, fleet.Error, at, message, advice)
}

// assigned puts the members into the stages of the strategy and, unless something is wrong there already, into those of
// each profile that has its own. What is said of both is said once, and a profile need not be for every member.
func assigned(s Strategy, members []fleet.Member, profiles bool) []fleet.Finding {
	_, findings := Assign(s, members)
	said := map[fleet.Finding]bool{}
	for _, finding := range findings {
		said[finding] = true
	}
	for _, profile := range s.AutoUpgrade {
		if !profiles || len(profile.Stages) == 0 {
			continue
		}
		_, more := Assign(s.following(profile), members)
		for _, finding := range more {
			if !said[finding] && finding.Rule != string(ruleWithoutStage) {
				said[finding] = true
				findings = append(findings, finding)
			}
		}
	}
	return findings
}

// listed returns the members that stand in the file, and whether that is all of them.
func listed(sources []fleet.Source) (members []fleet.Member, all bool) {
	all = len(sources) > 0
	for _, source := range sources {
		members = append(members, source.Listed...)
		all = all && source.Fleet == "" && source.Discover == nil
	}
	return members, all
}

// unsaid leaves out findings of the second pass on places of which the first has spoken.
func unsaid(second, first []fleet.Finding) []fleet.Finding {
	type place struct{ line, column int }
	spoken := make(map[place]bool, len(first))
	for _, finding := range first {
		spoken[place{finding.Position.Line, finding.Position.Column}] = true
	}
	return slices.DeleteFunc(second, func(f fleet.Finding) bool {
		return spoken[place{f.Position.Line, f.Position.Column}]
	})
}

// limit cuts off what nobody reads.
func limit(findings []fleet.Finding) []fleet.Finding {
	if len(findings) < schema.Most {
		return findings
	}
	findings = findings[:schema.Most]
	return append(findings, fleet.Finding{
		Rule:     string(ruleMoreProblems),
		Severity: fleet.Note,
		Message:  "there may be more problems than these; the rest is not shown",
		Advice:   "Mend these first; many of them may have one cause.",
		Position: findings[len(findings)-1].Position,
	})
}
