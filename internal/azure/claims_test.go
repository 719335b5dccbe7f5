package azure

import (
	"encoding/base64"
	"strings"
	"testing"
)

func jobConfig(t *testing.T, env func(string) (string, bool), script *[]string) CredentialConfig {
	t.Helper()
	_, _, config := loginWith(t, oidcEnvironment(), entra(script, answer{}))
	config.Env = env
	return config
}

func TestJobClaims(t *testing.T) {
	var assertions, masked []string
	config := jobConfig(t, oidcEnvironment(), &assertions)
	config.Mask = func(secret string) { masked = append(masked, secret) }
	claims, ok, err := JobClaims(t.Context(), config)
	want := Claims{
		Issuer: "https://token.actions.githubusercontent.com", Audience: "api://AzureADTokenExchange",
		Subject: "repo:o@1/r@2:environment:production", Environment: "production",
	}
	if err != nil || !ok || claims != want {
		t.Errorf("claims are %+v, %v, %v, want %+v", claims, ok, err, want)
	}
	if len(masked) != 1 || masked[0] != assertions[0] {
		t.Errorf("masked %d secrets, want the one token", len(masked))
	}
}

func TestJobClaimsWithoutAToken(t *testing.T) {
	var assertions []string
	_, ok, err := JobClaims(t.Context(), jobConfig(t, environment("ACTIONS_ID_TOKEN_REQUEST_URL", "https://github.example/token"), &assertions))
	if ok || err != nil || len(assertions) != 0 {
		t.Errorf("ok is %v, error %v, and GitHub was asked %d times", ok, err, len(assertions))
	}
}

func TestClaimsOfWhatIsNoToken(t *testing.T) {
	for _, token := range []string{"", "a.b", "a.!.c", "a." + base64.RawURLEncoding.EncodeToString([]byte("[]")) + ".c", strings.Repeat(".", 9)} {
		if got := claimsOf(token); got != (Claims{}) {
			t.Errorf("%q: %+v", token, got)
		}
	}
	if got := (Claims{}).trust("app"); got != "" {
		t.Errorf("nothing is known of the job, and the advice is %q", got)
	}
}
