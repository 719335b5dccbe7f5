package wire_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"github.com/org/fleet-update-action/internal/simulator"
	"github.com/org/fleet-update-action/internal/simulator/wire"
)

// options points the real client library at the simulator.
func (c *client) options() azcore.ClientOptions {
	return azcore.ClientOptions{
		Transport: &http.Client{Transport: wire.Transport(c.handler)},
		Cloud:     cloud.Configuration{ActiveDirectoryAuthorityHost: "https://login.simulator/"},
		Retry:     policy.RetryOptions{MaxRetries: -1},
	}
}

// pipeline is azcore's, with the bearer token of a credential.
func (c *client) pipeline(credential azcore.TokenCredential) runtime.Pipeline {
	options := c.options()
	return runtime.NewPipeline("test", "1", runtime.PipelineOptions{PerRetry: []policy.Policy{
		runtime.NewBearerTokenPolicy(credential, []string{"https://management.core.windows.net//.default"}, nil)}}, &options)
}

func do(t *testing.T, pipeline runtime.Pipeline, method, path string) *http.Response {
	t.Helper()
	request, err := runtime.NewRequest(t.Context(), method, "https://management.simulator"+path)
	if err != nil {
		t.Fatal(err)
	}
	response, err := pipeline.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	return response
}

// fromGitHub asks the simulated GitHub for an ID token, as a job does.
func (c *client) fromGitHub(context.Context) (string, error) {
	return c.idToken(""), nil
}

func TestRealCredentialsLogIn(t *testing.T) {
	c := small(t)
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte(wire.Assertion(c.world)), 0o600); err != nil {
		t.Fatal(err)
	}
	assertion, err := azidentity.NewClientAssertionCredential(tenant, "client", c.fromGitHub,
		&azidentity.ClientAssertionCredentialOptions{ClientOptions: c.options(), DisableInstanceDiscovery: true})
	if err != nil {
		t.Fatal(err)
	}
	workload, err := azidentity.NewWorkloadIdentityCredential(&azidentity.WorkloadIdentityCredentialOptions{
		ClientOptions: c.options(), ClientID: "client", TenantID: tenant, TokenFilePath: file, DisableInstanceDiscovery: true})
	if err != nil {
		t.Fatal(err)
	}
	for name, credential := range map[string]azcore.TokenCredential{"assertion": assertion, "workload identity": workload} {
		t.Run(name, func(t *testing.T) {
			if response := do(t, c.pipeline(credential), "GET", one+version); response.StatusCode != http.StatusOK {
				t.Errorf("got %s", response.Status)
			}
		})
	}
}

func anHour(d *simulator.Description) { d.TokenLifetime = time.Hour }

func TestTokenThatExpiresInTheWorldsTimeIsReplacedByTheRealClient(t *testing.T) {
	c := small(t, anHour)
	asked := 0
	credential, err := azidentity.NewClientAssertionCredential(tenant, "client", func(ctx context.Context) (string, error) {
		asked++
		return c.fromGitHub(ctx)
	}, &azidentity.ClientAssertionCredentialOptions{ClientOptions: c.options(), DisableInstanceDiscovery: true})
	if err != nil {
		t.Fatal(err)
	}
	pipeline := c.pipeline(credential)
	for hour := range 4 {
		if response := do(t, pipeline, "GET", one+version); response.StatusCode != http.StatusOK {
			t.Fatalf("after %d hours: %s", hour, response.Status)
		}
		c.step(time.Hour)
	}
	if asked != 4 {
		t.Errorf("an assertion was asked for %d times in 4 hours", asked)
	}
}

func TestTheRealPollerFollowsAnUpgrade(t *testing.T) {
	c := small(t)
	credential, err := azidentity.NewClientAssertionCredential(tenant, "client", c.fromGitHub,
		&azidentity.ClientAssertionCredentialOptions{ClientOptions: c.options(), DisableInstanceDiscovery: true})
	if err != nil {
		t.Fatal(err)
	}
	pipeline := c.pipeline(credential)
	poller, err := runtime.NewPoller[json.RawMessage](do(t, pipeline, "POST", imageUpgrade), pipeline, nil)
	if err != nil {
		t.Fatal(err)
	}
	for polls := 0; !poller.Done(); polls++ {
		if polls > 60 {
			t.Fatal("it never ends")
		}
		if _, err := poller.Poll(t.Context()); err != nil {
			t.Fatal(err)
		}
		c.step(time.Minute)
	}
	if _, err := poller.Result(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestRequestsWithoutAGoodTokenAreRefused(t *testing.T) {
	c := small(t, anHour)
	good := c.token
	c.step(time.Hour)
	for _, test := range []struct{ name, token, code string }{
		{"none", "", "AuthenticationFailed"},
		{"expired", good, "ExpiredAuthenticationToken"},
		{"changed", good[:len(good)-2] + "xx", "InvalidAuthenticationToken"},
		{"of GitHub", wire.Assertion(c.world), "InvalidAuthenticationToken"},
		{"no token", "secret", "InvalidAuthenticationToken"},
	} {
		t.Run(test.name, func(t *testing.T) {
			c.token = test.token
			refused(t, c.send("GET", one+version, ""), 401, test.code, true)
		})
	}
}

func TestTokensAreGivenForGoodAssertionsAlone(t *testing.T) {
	c := small(t)
	stale := wire.Assertion(c.world)
	c.step(5 * time.Minute)
	good := url.Values{"grant_type": {"client_credentials"}, "client_id": {"client"}, "client_assertion": {wire.Assertion(c.world)},
		"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}, "scope": {"x/.default"}}
	for _, test := range []struct {
		name, field, value string
		status             int
		code               string
	}{
		{"good", "scope", "y/.default", 200, ""},
		{"stale", "client_assertion", stale, 401, "AADSTS700024"},
		{"forged", "client_assertion", "a.b.c", 401, "AADSTS700211"},
		{"an access token", "client_assertion", c.token, 401, "AADSTS700211"},
		{"another grant", "grant_type", "password", 400, "AADSTS900144"},
		{"no client", "client_id", "", 400, "AADSTS900144"},
	} {
		t.Run(test.name, func(t *testing.T) {
			form := url.Values{}
			for name, values := range good {
				form[name] = values
			}
			form.Set(test.field, test.value)
			got := c.send("POST", "/"+tenant+"/oauth2/v2.0/token", form.Encode(), "Content-Type", "application/x-www-form-urlencoded")
			if got.status != test.status || !strings.Contains(got.body, test.code) {
				t.Errorf("got %d %s", got.status, got.body)
			}
		})
	}
}

func TestGitHubGivesIDTokensForItsRequestTokenAlone(t *testing.T) {
	c := small(t)
	if got := c.send("GET", "/oidc/token?audience=x", ""); got.status != http.StatusUnauthorized {
		t.Errorf("got %d", got.status)
	}
}

func TestTokenLifetimeIsTheFleetFiles(t *testing.T) {
	c := small(t, func(d *simulator.Description) { d.TokenLifetime = 10 * time.Minute })
	c.step(10*time.Minute - time.Second)
	c.get(one + version)
	c.step(time.Second)
	refused(t, c.send("GET", one+version, ""), 401, "ExpiredAuthenticationToken", true)
}
