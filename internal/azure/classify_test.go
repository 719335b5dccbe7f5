package azure

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
)

// A refused write becomes one of four answers, whichever shape its error has.
func TestWriteVerdicts(t *testing.T) {
	const busy = `Operation is not allowed: Another operation (Updating) is in progress, please wait for it to finish`
	tests := []struct {
		name   string
		answer answer
		want   fleet.Verdict
		code   string
		after  time.Duration // Later: how long after now
	}{
		{"etag moved", answer{status: 412, body: `{"code":"PreconditionFailed","message":"m"}`}, fleet.Moved, "PreconditionFailed", 0},
		{"another operation, flat", answer{status: 409, body: `{"code":"OperationNotAllowed","message":"` + busy + `"}`}, fleet.Later, "OperationNotAllowed", recheck},
		{"another operation, nested", answer{status: 409, body: `{"error":{"code":"OperationNotAllowed","message":"` + busy + `"}}`}, fleet.Later, "OperationNotAllowed", recheck},
		{"stopped cluster", answer{status: 409, body: `{"code":"OperationNotAllowed","message":"The cluster is stopped. Start it first."}`}, fleet.Refused, "OperationNotAllowed", 0},
		{"race inside AKS", answer{status: 409, body: `{"code":"EtagMismatch","message":"Another operation is in progress"}`}, fleet.Later, "EtagMismatch", recheck},
		{"race inside AKS, with details", answer{status: 409, body: `{"code":"EtagMismatch","details":[{"code":"Unspecified","message":"rpc error: code = FailedPrecondition desc = Etag mismatched"}],"message":"m"}`}, fleet.Later, "EtagMismatch", recheck},
		{"details that are words", answer{status: 409, body: `{"code":"EtagMismatch","details":["rpc error"],"message":"m","target":3}`}, fleet.Later, "EtagMismatch", recheck},
		{"a subcode that is none", answer{status: 409, body: `{"error":{"code":"EtagMismatch","subcode":{},"details":"rpc error","message":"m"}}`}, fleet.Later, "EtagMismatch", recheck},
		{"the reason two details down", answer{status: 400, body: `{"error":{"code":"ResourceOperationFailure","message":"m","details":[{"code":"Failed","details":[{"code":"QuotaExceeded","message":"d"}]}]}}`}, fleet.Refused, "QuotaExceeded", 0},
		{"sent elsewhere", answer{status: 307, header: map[string]string{"Location": "https://evil.example/"}}, fleet.Refused, "", 0},
		{"other conflict", answer{status: 409, body: `{"error":{"code":"ScopeLocked","message":"m"}}`}, fleet.Refused, "ScopeLocked", 0},
		{"throttled", answer{status: 429, header: map[string]string{"Retry-After": "300"}, body: `{"code":"Throttled","message":"m"}`}, fleet.Later, "Throttled", 5 * time.Minute},
		{"throttled for centuries", answer{status: 429, header: map[string]string{"Retry-After": "99999999999"}, body: `{"code":"Throttled","message":"m"}`}, fleet.Later, "Throttled", 24 * time.Hour},
		{"throttled for millions of milliseconds", answer{status: 429, header: map[string]string{"Retry-After-Ms": "9999999999999999"}, body: `{"code":"Throttled","message":"m"}`}, fleet.Later, "Throttled", 24 * time.Hour},
		{"throttled until another age", answer{status: 429, header: map[string]string{"Retry-After": "Fri, 31 Dec 9999 23:59:59 GMT"}, body: `{"code":"Throttled","message":"m"}`}, fleet.Later, "Throttled", 24 * time.Hour},
		{"throttled without a time", answer{status: 429, body: `{"code":"Throttled","message":"m"}`}, fleet.Later, "Throttled", recheck},
		{"unavailable until a date", answer{status: 503, header: map[string]string{"Retry-After": "Mon, 23 Nov 2026 12:02:00 GMT"}}, fleet.Later, "", 2 * time.Minute},
		{"internal error", answer{status: 500, body: `{"code":"InternalServerError","message":"m"}`}, fleet.Later, "InternalServerError", recheck},
		{"gateway with a page", answer{status: 502, body: `<html>bad gateway</html>`}, fleet.Later, "", recheck},
		{"cut", answer{cut: true}, fleet.Later, "NoReply", recheck},
		{"bad request", answer{status: 400, body: `{"code":"BadRequest","message":"m"}`}, fleet.Refused, "BadRequest", 0},
		{"deprecated API, known by its subcode", answer{status: 400, body: `{"code":"ValidationError","subcode":"UpgradeBlockedOnDeprecatedAPIUsage","message":"m"}`}, fleet.Refused, "UpgradeBlockedOnDeprecatedAPIUsage", 0},
		{"quota, known by its detail", answer{status: 400, body: `{"error":{"code":"CreateVMSSAgentPoolFailed","message":"m","details":[{"code":"QuotaExceeded","message":"d"}]}}`}, fleet.Refused, "QuotaExceeded", 0},
		{"not there", answer{status: 404, body: `{"error":{"code":"ResourceNotFound","message":"m"}}`}, fleet.Refused, "ResourceNotFound", 0},
		{"forbidden", answer{status: 403, body: `{"error":{"code":"AuthorizationFailed","message":"m"}}`}, fleet.Refused, "AuthorizationFailed", 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			client, s, clock := newStub(t, always(test.answer))
			call, err := client.resource(upgradePool, string(clusterOne()), "", containerService)
			if err != nil {
				t.Fatal(err)
			}
			began := clock.Now()
			got := client.Engine(EngineConfig{}).write(t.Context(), http.MethodPut, "etag", call)
			if got.Verdict != test.want || got.Err == nil || got.Err.Code != test.code {
				t.Errorf("got %s %+v, want %s %s", got.Verdict, got.Err, test.want, test.code)
			}
			if got.Err.Message == "" {
				t.Error("the problem has no message")
			}
			if test.want == fleet.Later && !got.NotBefore.Equal(began.Add(test.after)) {
				t.Errorf("NotBefore is %s after now, want %s", got.NotBefore.Sub(began), test.after)
			}
			if len(s.asked) != 1 || len(clock.waits) != 0 {
				t.Errorf("a write is tried once and never waits: %d tries, waits %v", len(s.asked), clock.waits)
			}
		})
	}
}

func TestForbiddenNamesRoleAndScope(t *testing.T) {
	client, _, _ := newStub(t, always(answer{status: 403, body: `{"error":{"code":"AuthorizationFailed","message":"no"}}`}))
	_, _, err := client.fetched(t.Context(), clusterOne())
	for _, want := range []string{contributorRole, string(clusterOne()), "AuthorizationFailed", "read cluster"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v does not name %q", err, want)
		}
	}
}

// Every code of the table has advice, in whatever case Azure writes it.
func TestAdvice(t *testing.T) {
	for _, code := range []string{
		"UnsatisfiablePDB", "PodDrainFailure", "UpgradeFailed", "UpgradeBlockedOnDeprecatedAPIUsage", "QuotaExceeded", "SKUNotAvailable",
		"AllocationFailed", "ZonalAllocationFailed", "OverconstrainedAllocationRequest", "SubnetIsFull", "InsufficientSubnetSize",
		"NodePoolMcVersionIncompatible", "AgentPoolUpgradeVersionNotAllowed", "RequestDisallowedByPolicy", "ScopeLocked",
		"LinkedAuthorizationFailed", "AKSOperationPreempted", "OriginalEtagNotExpect", "VMExtensionProvisioningError", "OperationNotAllowed",
	} {
		if adviceFor(code) == "" || adviceFor(strings.ToUpper(code)) != adviceFor(code) {
			t.Errorf("no advice for %s", code)
		}
	}
	if got := adviceFor("Whatever"); got != "" {
		t.Errorf("advice for an unknown code: %q", got)
	}
}
