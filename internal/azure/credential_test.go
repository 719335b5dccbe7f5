package azure

import (
	"encoding/base64"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

const (
	tenant       = "33333333-3333-3333-3333-333333333333"
	requestToken = "gh-secret-request-token"
)

func environment(pairs ...string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1], true
			}
		}
		return "", false
	}
}

func oidcEnvironment() func(string) (string, bool) {
	return environment("ACTIONS_ID_TOKEN_REQUEST_URL", "https://github.example/token?v=1", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", requestToken,
		"AZURE_CLIENT_ID", "app", "AZURE_TENANT_ID", tenant)
}

// entra answers as GitHub's OIDC endpoint and as Entra do. Each assertion is another one.
func entra(assertions *[]string, token answer) func(*http.Request, string) answer {
	return func(r *http.Request, body string) answer {
		switch {
		case r.URL.Host == "github.example":
			next := jobToken("secret-assertion-" + strconv.Itoa(len(*assertions)+1))
			*assertions = append(*assertions, next)
			return answer{body: `{"count":1,"value":"` + next + `"}`}
		case strings.HasSuffix(r.URL.Path, "/.well-known/openid-configuration"):
			base := "https://" + r.URL.Host + "/" + tenant
			return answer{body: `{"token_endpoint":"` + base + `/oauth2/v2.0/token","authorization_endpoint":"` + base + `/authorize","issuer":"` + base + `/v2.0"}`}
		case strings.HasSuffix(r.URL.Path, "/token"):
			if !strings.Contains(body, "client_assertion="+(*assertions)[len(*assertions)-1]) {
				return answer{status: 400, body: `{"error":"invalid_client","error_description":"AADSTS700024: stale assertion"}`}
			}
			return token
		}
		return answer{status: 404}
	}
}

// jobToken is an OIDC token of a job in the environment production, with its signature.
func jobToken(signature string) string {
	payload := `{"iss":"https://token.actions.githubusercontent.com","aud":"api://AzureADTokenExchange","sub":"repo:o@1/r@2:environment:production","environment":"production"}`
	return "e30." + base64.RawURLEncoding.EncodeToString([]byte(payload)) + "." + signature
}

func loginWith(t *testing.T, env func(string) (string, bool), script func(*http.Request, string) answer) (*login, *stub, CredentialConfig) {
	t.Helper()
	cloud, err := Cloud("", "", "https://login.example/")
	if err != nil {
		t.Fatal(err)
	}
	s, c := &stub{script: script}, newClock()
	config := CredentialConfig{Env: env, Cloud: cloud, Transport: s, Now: c.Now, Wait: c.Wait}
	credential, err := Credential(config)
	if err != nil {
		t.Fatal(err)
	}
	return credential.(*login), s, config
}

func scope() policy.TokenRequestOptions {
	return policy.TokenRequestOptions{Scopes: []string{"https://management.core.windows.net//.default"}}
}

func TestWaysToLogIn(t *testing.T) {
	tests := []struct {
		name string
		env  func(string) (string, bool)
		want string
	}{
		{"in a job", oidcEnvironment(), "GitHub OIDC"},
		{"in a pod", environment("AZURE_FEDERATED_TOKEN_FILE", "/token", "AZURE_CLIENT_ID", "app", "AZURE_TENANT_ID", tenant), "workload identity"},
		{"elsewhere", environment(), "managed identity, Azure CLI"},
		{"a job without client id", environment("ACTIONS_ID_TOKEN_REQUEST_URL", "https://g", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "t"), "managed identity, Azure CLI"},
	}
	for _, test := range tests {
		login, s, _ := loginWith(t, test.env, always(answer{}))
		var names []string
		for _, way := range login.ways {
			names = append(names, way.name)
		}
		if got := strings.Join(names, ", "); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
		if len(s.asked) != 0 {
			t.Errorf("%s: something was sent before a token was needed", test.name)
		}
	}
}

// Each login to Entra has an assertion of its own: one is valid for minutes only. An access token that has expired at
// once shows it.
func TestEachLoginAsksForAFreshAssertion(t *testing.T) {
	var assertions []string
	login, s, _ := loginWith(t, oidcEnvironment(), entra(&assertions, answer{body: `{"token_type":"Bearer","expires_in":1,"access_token":"` + accessToken + `"}`}))
	for want := 1; want <= 3; want++ {
		token, err := login.GetToken(t.Context(), scope())
		if err != nil || token.Token != accessToken {
			t.Fatalf("got %v, %v", token, err)
		}
		if len(assertions) != want {
			t.Fatalf("%d assertions after %d logins", len(assertions), want)
		}
	}
	for _, a := range s.asked {
		if a.path == "/token" && (a.header.Get("Authorization") != "Bearer "+requestToken || !strings.Contains(a.query, "audience=api%3A%2F%2FAzureADTokenExchange") || !strings.Contains(a.query, "v=1")) {
			t.Errorf("GitHub was asked with %s", a.query)
		}
	}
}

func TestFailedLoginSaysWhyAndNoSecret(t *testing.T) {
	const mismatch = `{"error":"invalid_client","error_description":"AADSTS700213: No matching federated identity record found for presented assertion subject 'repo:o/r:ref'. Trace ID: 1 Correlation ID: 2"}`
	tests := []struct {
		name   string
		script func(*[]string) func(*http.Request, string) answer
		want   []string
	}{
		{"no federated credential", func(a *[]string) func(*http.Request, string) answer {
			return entra(a, answer{status: 401, body: mismatch})
		},
			[]string{"GitHub OIDC: AADSTS700213: No matching federated identity", "issuer https://token.actions.githubusercontent.com, audience api://AzureADTokenExchange and subject repo:o@1/r@2:environment:production",
				"client id app accepts it after: az identity federated-credential create --identity-name IDENTITY --resource-group GROUP --name production --issuer https://token.actions.githubusercontent.com --subject repo:o@1/r@2:environment:production --audiences api://AzureADTokenExchange"}},
		{"GitHub refuses", func(*[]string) func(*http.Request, string) answer {
			return func(r *http.Request, _ string) answer {
				if r.URL.Host == "github.example" {
					return answer{status: 403, body: requestToken}
				}
				var none []string
				return entra(&none, answer{})(r, "")
			}
		}, []string{"OIDC assertion", "403 Forbidden", "id-token: write"}},
		{"GitHub is cut off", func(*[]string) func(*http.Request, string) answer { return always(answer{cut: true}) }, []string{"GitHub OIDC"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var assertions []string
			login, _, _ := loginWith(t, oidcEnvironment(), test.script(&assertions))
			_, err := login.GetToken(t.Context(), scope())
			if err == nil || !isFinal(err) {
				t.Fatalf("error is %v", err)
			}
			for _, piece := range test.want {
				if !strings.Contains(err.Error(), piece) {
					t.Errorf("error %q lacks %q", err, piece)
				}
			}
			for _, secret := range []string{requestToken, "secret-assertion", accessToken, "Trace ID"} {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("error %q holds %q", err, secret)
				}
			}
		})
	}
}

// Entra answers again after a moment: the login is repeated, with its pause, and not given up.
func TestLoginOutlivesAPassingFault(t *testing.T) {
	var assertions []string
	good := entra(&assertions, answer{body: `{"token_type":"Bearer","expires_in":3600,"access_token":"` + accessToken + `"}`})
	faults := 2
	login, _, _ := loginWith(t, oidcEnvironment(), func(r *http.Request, body string) answer {
		if strings.HasSuffix(r.URL.Path, "/oauth2/v2.0/token") && faults > 0 {
			faults--
			return answer{status: 503}
		}
		return good(r, body)
	})
	if _, err := login.GetToken(t.Context(), scope()); err != nil || faults != 0 {
		t.Errorf("error %v with %d faults left", err, faults)
	}
}

func TestWorkloadIdentityReadsItsFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte("file-assertion"), 0o600); err != nil {
		t.Fatal(err)
	}
	assertions := []string{"file-assertion"}
	login, _, _ := loginWith(t, environment("AZURE_FEDERATED_TOKEN_FILE", file, "AZURE_CLIENT_ID", "app", "AZURE_TENANT_ID", tenant),
		entra(&assertions, answer{body: `{"token_type":"Bearer","expires_in":3600,"access_token":"` + accessToken + `"}`}))
	if token, err := login.GetToken(t.Context(), scope()); err != nil || token.Token != accessToken {
		t.Errorf("got %v, %v", token, err)
	}
}

// Where nothing is set up, the message says what each way lacks. No Azure CLI is on this PATH.
func TestNothingToLogInWith(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	login, _, _ := loginWith(t, environment(), always(answer{cut: true}))
	_, err := login.GetToken(t.Context(), scope())
	for _, piece := range []string{"managed identity", "Azure CLI", "Not tried: GitHub OIDC", "ACTIONS_ID_TOKEN_REQUEST_URL", "AZURE_FEDERATED_TOKEN_FILE"} {
		if err == nil || !strings.Contains(err.Error(), piece) {
			t.Errorf("error %v lacks %q", err, piece)
		}
	}
}

func TestEveryTokenIsMaskedOnce(t *testing.T) {
	var assertions, masked []string
	_, _, config := loginWith(t, oidcEnvironment(), entra(&assertions, answer{body: `{"token_type":"Bearer","expires_in":3600,"access_token":"` + accessToken + `"}`}))
	config.Mask = func(secret string) { masked = append(masked, secret) }
	credential, err := Credential(config)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := credential.GetToken(t.Context(), scope()); err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Equal(masked, []string{assertions[0], accessToken}) {
		t.Errorf("masked %q", masked)
	}
}

func TestAJobIsToldWhatItLacksForItsLogin(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	const token, variables = "the job needs permissions: id-token: write", "are the variables set that the workflow takes those from?"
	for name, test := range map[string]struct {
		env       func(string) (string, bool)
		said, not string
	}{
		"no token": {environment("AZURE_CLIENT_ID", "app", "AZURE_TENANT_ID", tenant), token, variables},
		"no id":    {environment("ACTIONS_ID_TOKEN_REQUEST_URL", "https://g", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "t", "AZURE_TENANT_ID", tenant), variables, token},
	} {
		login, _, _ := loginWith(t, test.env, always(answer{cut: true}))
		_, err := login.GetToken(t.Context(), scope())
		if err == nil || !strings.Contains(err.Error(), test.said) || strings.Contains(err.Error(), test.not) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAssertionURLMustBeHTTPS(t *testing.T) {
	cloud, _ := Cloud("", "", "")
	c := newClock()
	_, err := Credential(CredentialConfig{Cloud: cloud, Now: c.Now, Wait: c.Wait, Env: environment("ACTIONS_ID_TOKEN_REQUEST_URL", "http://github.example/?secret=1",
		"ACTIONS_ID_TOKEN_REQUEST_TOKEN", requestToken, "AZURE_CLIENT_ID", "app", "AZURE_TENANT_ID", tenant)})
	if err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("error is %v", err)
	}
}

func TestReasonOfAFailedLogin(t *testing.T) {
	for text, want := range map[string]string{
		"first line\nsecond line":                                "first line",
		`{"d":"AADSTS90002: Tenant 'x' not found. Trace ID: 1"}`: "AADSTS90002: Tenant 'x' not found (check AZURE_TENANT_ID: there is no such tenant)",
		"AADSTS700016: no app\r\nTrace":                          "AADSTS700016: no app (check AZURE_CLIENT_ID and AZURE_TENANT_ID: the tenant has no such application)",
		"AADSTS50000: something else.":                           "AADSTS50000: something else",
		"AADSTS700212: no such audience":                         "AADSTS700212: no such audience (add a federated credential to the application whose issuer, subject and audience are this job's)",
	} {
		if got := (way{name: "x"}).failed(errors.New(text)); got != "x: "+want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
