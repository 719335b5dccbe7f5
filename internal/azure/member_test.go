package azure

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/fleet-update-action/internal/fleet"
)

func TestDiscovers(t *testing.T) {
	tags := map[string]string{"Fleet": "prod", "ring": ""}
	tests := []struct {
		name string
		d    fleet.Discovery
		want bool
	}{
		{"by value", fleet.Discovery{Tags: map[string]string{"Fleet": "prod"}}, true},
		{"names have no case", fleet.Discovery{Tags: map[string]string{"fLEET": "prod"}}, true},
		{"values have", fleet.Discovery{Tags: map[string]string{"Fleet": "Prod"}}, false},
		{"by the tag alone", fleet.Discovery{Tags: map[string]string{"ring": "*"}}, true},
		{"without the tag", fleet.Discovery{Tags: map[string]string{"team": "*"}}, false},
		{"all must match", fleet.Discovery{Tags: map[string]string{"Fleet": "prod", "team": "a"}}, false},
	}
	for _, test := range tests {
		test.d.Subscriptions = []string{strings.ToUpper(subscription)}
		if got := discovers(test.d, clusterOne(), tags); got != test.want {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
		test.d.Subscriptions = []string{"another"}
		if discovers(test.d, clusterOne(), tags) {
			t.Errorf("%s: found in another subscription", test.name)
		}
	}
}

const fleetID = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/fleets/providers/Microsoft.ContainerService/fleets/prod"

func TestMembersOfFleet(t *testing.T) {
	const page = `{"value":[{"name":"one","properties":{"clusterResourceId":"` +
		`/subscriptions/11111111-1111-1111-1111-111111111111/resourcegroups/RG-one/providers/Microsoft.ContainerService/managedClusters/AKS-one","group":"eu","labels":{"a":"b"}}}]}`
	const old = `{"error":{"code":"NoRegisteredProviderFound","message":"no such api-version"}}`
	want := []fleet.Member{{Name: "one", Cluster: clusterOne(), Group: "eu", Labels: map[string]string{"a": "b"}, Source: fleetID}}
	tests := []struct {
		name  string
		turns []answer
		asked int
		err   string
	}{
		{"current api-version", []answer{{body: page}}, 1, ""},
		{"a cloud that only knows the old one", []answer{{status: 400, body: old}, {body: page}}, 2, ""},
		{"not there", []answer{{status: 404, body: `{"error":{"code":"ResourceNotFound","message":"m"}}`}}, 1, "list fleet members " + fleetID},
		{"no right", []answer{{status: 403, body: `{"error":{"code":"AuthorizationFailed","message":"m"}}`}}, 1, "Fleet Manager Contributor"},
		{"a member that is no cluster", []answer{{body: strings.ReplaceAll(page, "managedClusters", "others")}}, 1, `member "one" of fleet`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			client, s, _ := newStub(t, inTurn(test.turns...))
			members, err := client.membersOfFleet(t.Context(), fleet.Source{Fleet: fleetID})
			if len(s.asked) != test.asked {
				t.Errorf("asked %d times, want %d", len(s.asked), test.asked)
			}
			if test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) {
					t.Errorf("error is %v", err)
				}
				return
			}
			if diff := cmp.Diff(want, members); err != nil || diff != "" {
				t.Errorf("%v %s", err, diff)
			}
		})
	}
}
