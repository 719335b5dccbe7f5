package main

import (
	"cmp"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
)

// failedMembers makes a finding of every failure, for the annotations of the job: an error, or a warning where the
// stage's budget allowed it.
func failedMembers(result fleet.Result) []fleet.Finding {
	var findings []fleet.Finding
	for _, stage := range result.Stages {
		severity := fleet.Error
		if stage.Outcome.Good() {
			severity = fleet.Warning
		}
		for _, group := range stage.Groups {
			for _, member := range group.Members {
				if member.State == fleet.Failed {
					findings = append(findings, failedMember(stage.Name, member, severity))
				}
			}
		}
	}
	return findings
}

func failedMember(stage string, member fleet.MemberResult, severity fleet.Severity) fleet.Finding {
	finding := fleet.Finding{
		Rule: "upgrade-failed", Severity: severity, Stage: stage, Member: member.Name, Cluster: member.Cluster,
		Message: stage + " / " + member.Name + ": " + cmp.Or(member.Reason, "failed"),
	}
	if member.Problem != nil && member.Problem.Advice != "" { // with which its reason ends
		finding.Advice = member.Problem.Advice
		finding.Message = strings.TrimSuffix(finding.Message, " ("+finding.Advice+")")
	}
	return finding
}
