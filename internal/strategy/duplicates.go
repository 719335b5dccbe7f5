package strategy

import (
	"fmt"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
)

// duplicateMembers reports members that share a cluster or a name, across all sources.
func duplicateMembers(members []fleet.Member) []fleet.Finding {
	var findings []fleet.Finding
	clusters, names := map[fleet.ClusterID]fleet.Member{}, map[string]fleet.Member{}
	for _, member := range members {
		finding := fleet.Finding{Severity: fleet.Error, Position: member.Position, Cluster: member.Cluster, Member: member.Name}
		first, sameCluster := clusters[member.Cluster]
		named, sameName := names[member.Name]
		switch {
		case sameCluster:
			finding.Rule = string(ruleDuplicateCluster)
			finding.Message = fmt.Sprintf("the cluster of member %q is a member already: %q%s", member.Name, first.Name, origin(first))
			finding.Advice = "Take it from one source only."
		case sameName:
			finding.Rule = string(ruleDuplicateMember)
			finding.Message = fmt.Sprintf("another cluster is called %q%s", member.Name, origin(named))
			finding.Advice = "Give one of them another name with the field name."
		default:
			clusters[member.Cluster], names[member.Name] = member, member
			continue
		}
		findings = append(findings, finding)
	}
	return findings
}

func origin(m fleet.Member) string {
	if m.Source == "" {
		return ""
	}
	return ", from " + m.Source
}

// listNames names members, the first few of many.
func listNames(members []fleet.Member) string {
	const most = 5
	var names []string
	for _, member := range members[:min(len(members), most)] {
		names = append(names, member.Name)
	}
	if more := len(members) - most; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(names, ", "), more)
	}
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}
