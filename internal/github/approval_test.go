package github_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/fleet-update-action/internal/github"
	"github.com/org/fleet-update-action/internal/simulator"
)

func TestApprovals(t *testing.T) {
	s := enter(t, simulator.GitHubFile{Runs: []simulator.RunFile{{ID: 5, Approvals: []simulator.ApprovalFile{
		{Environments: []string{"aks-canary"}, User: "alice", Comment: "looks good"}, {Environments: []string{"aks-eu", "aks-us"}, State: "rejected", User: "bob"},
	}}, {ID: 6}}})
	want := []github.Approval{{Environments: []string{"aks-canary"}, State: "approved", User: "alice", Comment: "looks good"}, {Environments: []string{"aks-eu", "aks-us"}, State: "rejected", User: "bob"}}
	got, err := s.Approvals(t.Context(), 5)
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	if none, err := s.Approvals(t.Context(), 6); err != nil || len(none) != 0 {
		t.Errorf("got %v, %v", none, err)
	}
	_, err = s.Approvals(t.Context(), 7)
	refused(t, err, 404, "approvals of run 7")
}

func TestRejected(t *testing.T) {
	yes, no := github.Approval{State: "approved", User: "alice"}, github.Approval{State: "rejected", User: "bob"}
	if got, rejected := github.Rejected([]github.Approval{yes, no}); !rejected || got.User != "bob" {
		t.Errorf("got %+v, %v", got, rejected)
	}
	if got, rejected := github.Rejected([]github.Approval{yes}); rejected {
		t.Errorf("got %+v", got)
	}
}
