package azure

import (
	"strings"
	"testing"

	"github.com/org/fleet-update-action/internal/fleet"
)

func TestMatchesAction(t *testing.T) {
	const action = "Microsoft.ContainerService/managedClusters/agentPools/write"
	for pattern, want := range map[string]bool{
		"*":                                   true,
		"*/read":                              false,
		"*/write":                             true,
		action:                                true,
		strings.ToUpper(action):               true,
		"Microsoft.ContainerService/*":        true,
		"Microsoft.ContainerService/*/write":  true,
		"Microsoft.*/managedClusters/*/write": true,
		"Microsoft.ContainerService/managedClusters/write":             false,
		"Microsoft.ContainerService/managedClusters/agentPools/write2": false,
		"Microsoft.ContainerService/managedClusters/agentPools/writ":   false,
		"Microsoft.Compute/*": false,
		"":                    false,
	} {
		if got := matchesAction(pattern, action); got != want {
			t.Errorf("%q matches: %v, want %v", pattern, got, want)
		}
	}
}

func TestMayWrite(t *testing.T) {
	tests := []struct {
		name   string
		answer answer
		want   []string // pieces of the finding; none where the identity may
	}{
		{"contributor", answer{body: `{"value":[{"actions":["*"],"notActions":["Microsoft.Authorization/*/Delete"]}]}`}, nil},
		{"two roles together", answer{body: `{"value":[{"actions":["*/read"]},{"actions":["Microsoft.ContainerService/managedClusters/*"]}]}`}, nil},
		{"reader", answer{body: `{"value":[{"actions":["*/read"],"notActions":[]}]}`}, []string{"managedClusters/write", "agentPools/write", "upgradeNodeImageVersion/action"}},
		{"all but pools", answer{body: `{"value":[{"actions":["*"],"notActions":["Microsoft.ContainerService/managedClusters/agentPools/write"]}]}`}, []string{"agentPools/write"}},
		{"nothing", answer{body: `{"value":[]}`}, []string{"managedClusters/read"}},
		{"may not look", answer{status: 403, body: `{"error":{"code":"AuthorizationFailed","message":"m"}}`}, []string{"cannot be seen", "AuthorizationFailed"}},
		{"gone", answer{status: 404}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			client, _, _ := newStub(t, always(test.answer))
			findings, err := client.MayWrite(t.Context(), []fleet.ClusterID{clusterOne()})
			if err != nil {
				t.Fatal(err)
			}
			if len(test.want) == 0 {
				if len(findings) != 0 {
					t.Errorf("got %+v", findings)
				}
				return
			}
			if len(findings) != 1 || findings[0].Severity != fleet.Error || findings[0].Cluster != clusterOne() {
				t.Fatalf("got %+v", findings)
			}
			if !strings.Contains(findings[0].Advice, contributorRole) || !strings.Contains(findings[0].Advice, string(clusterOne())) {
				t.Errorf("advice %q names no role and scope", findings[0].Advice)
			}
			for _, piece := range test.want {
				if !strings.Contains(findings[0].Message, piece) {
					t.Errorf("message %q lacks %q", findings[0].Message, piece)
				}
			}
		})
	}
}

func TestMayWriteFailsWhereNothingCanBeRead(t *testing.T) {
	client, _, _ := newStub(t, always(answer{status: 500}))
	if _, err := client.MayWrite(t.Context(), []fleet.ClusterID{clusterOne()}); err == nil {
		t.Error("no error")
	}
}
