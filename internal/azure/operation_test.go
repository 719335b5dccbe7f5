package azure

import (
	"testing"

	"github.com/org/fleet-update-action/internal/fleet"
)

func TestOperationStanding(t *testing.T) {
	tests := []struct {
		name   string
		answer answer
		want   *fleet.Answer
	}{
		{"succeeded", answer{body: `{"status":"Succeeded"}`}, &fleet.Answer{Verdict: fleet.Ended}},
		{"in any case", answer{body: `{"status":"SUCCEEDED"}`}, &fleet.Answer{Verdict: fleet.Ended}},
		{"failed", answer{body: `{"status":"Failed","error":{"code":"UpgradeFailed","message":"m"}}`},
			&fleet.Answer{Verdict: fleet.Ended, Err: &fleet.Problem{Code: "UpgradeFailed", Message: "m", Advice: adviceFor("UpgradeFailed")}}},
		{"canceled without saying why", answer{body: `{"status":"Canceled"}`},
			&fleet.Answer{Verdict: fleet.Ended, Err: &fleet.Problem{Code: "Canceled", Message: "The operation ended as Canceled without saying why."}}},
		{"failed with words alone", answer{body: `{"status":"Failed","error":{"message":"m"}}`}, &fleet.Answer{Verdict: fleet.Ended, Err: &fleet.Problem{Code: "Failed", Message: "m"}}},
		{"failed with an error of no known shape", answer{body: `{"status":"Failed","error":"m"}`},
			&fleet.Answer{Verdict: fleet.Ended, Err: &fleet.Problem{Code: "Failed", Message: "The operation ended as Failed without saying why."}}},
		{"in progress", answer{body: `{"status":"InProgress"}`}, &fleet.Answer{Verdict: fleet.Accepted, Operation: operation, Progress: "InProgress"}},
		{"says how far it is", answer{body: `{"status":"RollingUpgradeUpgradingNodes: 1/3 nodes completed; 0 errors"}`},
			&fleet.Answer{Verdict: fleet.Accepted, Operation: operation, Progress: "RollingUpgradeUpgradingNodes: 1/3 nodes completed; 0 errors"}},
		{"a location that goes on", answer{status: 202}, &fleet.Answer{Verdict: fleet.Accepted, Operation: operation}},
		{"a location that ended", answer{status: 204}, &fleet.Answer{Verdict: fleet.Ended}},
		{"forgotten", answer{status: 404}, nil},
		{"expired", answer{status: 403}, nil},
		{"cannot be read now", answer{status: 503}, &fleet.Answer{Verdict: fleet.Accepted, Operation: operation, Progress: "its status cannot be read just now"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			client, s, _ := newStub(t, always(test.answer))
			got, err := client.operation(t.Context(), clusterOne(), operation)
			if err != nil {
				t.Fatal(err)
			}
			if (got == nil) != (test.want == nil) {
				t.Fatalf("got %+v, want %+v", got, test.want)
			}
			if got != nil && (got.Verdict != test.want.Verdict || got.Operation != test.want.Operation || got.Progress != test.want.Progress) {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
			if got != nil && ((got.Err == nil) != (test.want.Err == nil) || (got.Err != nil && *got.Err != *test.want.Err)) {
				t.Errorf("got %+v, want %+v", got.Err, test.want.Err)
			}
			if s.asked[0].query != "s=SIG" {
				t.Errorf("the signed URL was changed to ?%s", s.asked[0].query)
			}
		})
	}
}

func TestOperationOnAnotherHostIsNotAsked(t *testing.T) {
	client, s, _ := newStub(t, always(answer{body: `{"status":"Succeeded"}`}))
	got, err := client.operation(t.Context(), clusterOne(), "https://evil.example/operations/1")
	if got != nil || err != nil || len(s.asked) != 0 {
		t.Errorf("got %v, %v after %d requests", got, err, len(s.asked))
	}
}

func TestOperationRegion(t *testing.T) {
	for link, want := range map[string]string{operation: "westeurope", "https://h/x": "", "::": ""} {
		if got := operationRegion(link); got != want {
			t.Errorf("%s is in %q, want %q", link, got, want)
		}
	}
}
