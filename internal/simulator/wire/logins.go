package wire

import (
	"cmp"
	"net/http"
	"strings"
	"time"

	"github.com/org/fleet-update-action/internal/simulator"
)

// logins adds what a client needs to log in: Entra's token endpoint with its metadata, and GitHub's, which gives a job
// the assertions that it is exchanged for. Both go by the world's time.
func logins(mux *http.ServeMux, w *simulator.World, sign signer) {
	mux.HandleFunc("GET /{tenant}/v2.0/.well-known/openid-configuration", func(writer http.ResponseWriter, r *http.Request) {
		openID(&call{Request: r, world: w, sign: sign}).write(writer)
	})
	mux.HandleFunc("POST /{tenant}/oauth2/v2.0/token", func(writer http.ResponseWriter, r *http.Request) {
		exchange(&call{Request: r, world: w, sign: sign}).write(writer)
	})
	mux.HandleFunc("GET /oidc/token", func(writer http.ResponseWriter, r *http.Request) {
		githubToken(&call{Request: r, world: w, sign: sign}).write(writer)
	})
}

func openID(c *call) reply {
	tenant := c.base() + "/" + c.PathValue("tenant")
	return reply{status: http.StatusOK, body: map[string]any{
		"issuer": tenant + "/v2.0", "token_endpoint": tenant + "/oauth2/v2.0/token", "authorization_endpoint": tenant + "/oauth2/v2.0/authorize",
		"jwks_uri": tenant + "/discovery/v2.0/keys", "response_types_supported": []string{"code"}, "subject_types_supported": []string{"pairwise"},
	}}
}

const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

// exchange gives an access token for a federated assertion that has not expired.
func exchange(c *call) reply {
	if err := c.ParseForm(); err != nil {
		return loginFailed("invalid_request", "AADSTS900144: The request body could not be read.")
	}
	if c.PostForm.Get("grant_type") != "client_credentials" || c.PostForm.Get("client_assertion_type") != assertionType || c.PostForm.Get("client_id") == "" {
		return loginFailed("invalid_request", "AADSTS900144: The request body must contain the following parameters: 'grant_type', 'client_id', 'client_assertion_type'.")
	}
	assertion, genuine := c.sign.read(c.PostForm.Get("client_assertion"))
	now := c.world.Now()
	switch {
	case !genuine || assertion.Issuer != githubIssuer:
		return loginFailed("invalid_client", "AADSTS700211: No matching federated identity record found for presented assertion issuer.")
	case now.Unix() >= assertion.Expires:
		return loginFailed("invalid_client", "AADSTS700024: Client assertion is not within its valid time range. Current time: "+now.Format(time.RFC3339)+
			", expiry time of assertion "+time.Unix(assertion.Expires, 0).UTC().Format(time.RFC3339)+".")
	case !c.world.GitHub().Trusted(assertion.Subject):
		return loginFailed("invalid_client", "AADSTS700213: No matching federated identity record found for presented assertion subject '"+assertion.Subject+
			"'. Check your federated identity credential Subject, Audience and Issuer against the presented assertion.")
	}
	lifetime := c.world.TokenLifetime()
	token := c.sign.token(claims{Audience: strings.TrimSuffix(c.PostForm.Get("scope"), "/.default"), Issuer: entraIssuer, Subject: c.PostForm.Get("client_id"),
		Issued: now.Unix(), Expires: now.Add(lifetime).Unix()})
	return reply{status: http.StatusOK, body: map[string]any{"token_type": "Bearer", "expires_in": int(lifetime.Seconds()), "ext_expires_in": int(lifetime.Seconds()), "access_token": token}}
}

func loginFailed(code, description string) reply {
	status := http.StatusBadRequest
	if code == "invalid_client" {
		status = http.StatusUnauthorized
	}
	return reply{status: status, body: map[string]any{"error": code, "error_description": description}}
}

// RequestToken is what the simulated GitHub takes as ACTIONS_ID_TOKEN_REQUEST_TOKEN.
const RequestToken = "simulated-request-token"

// assertionLifetime is that of GitHub's tokens.
const assertionLifetime = 5 * time.Minute

// githubToken gives a job its ID token, as ACTIONS_ID_TOKEN_REQUEST_URL does: at /oidc/token, for a job that names an
// environment at /oidc/token?environment=NAME, and for one of another ref than the default branch at /oidc/token?ref=REF.
func githubToken(c *call) reply {
	if c.Header.Get("Authorization") != "Bearer "+RequestToken {
		return reply{status: http.StatusUnauthorized, body: map[string]string{"message": "The request token is missing or wrong."}}
	}
	query := c.URL.Query()
	return reply{status: http.StatusOK, body: map[string]string{"value": assertion(c.sign, c.world, query.Get("audience"), query.Get("environment"), query.Get("ref"))}}
}

// assertion is the ID token of a job; without a ref, of one on the default branch.
func assertion(sign signer, w *simulator.World, audience, environment, ref string) string {
	repository, now := w.GitHub().Repository(), w.Now()
	said := claims{Audience: audience, Issuer: githubIssuer, Issued: now.Unix(), Expires: now.Add(assertionLifetime).Unix(),
		Repository: repository.FullName(), Ref: cmp.Or(ref, "refs/heads/"+repository.DefaultBranch), Environment: environment}
	said.Subject = "repo:" + said.Repository + ":" + subjectOf(environment, said.Ref)
	return sign.token(said)
}

// subjectOf is how the subject of a job's ID token ends. An environment hides the ref, and all pull requests are alike
// (GitHub documentation, "OpenID Connect reference").
func subjectOf(environment, ref string) string {
	switch {
	case environment != "":
		return "environment:" + environment
	case strings.HasPrefix(ref, "refs/pull/"):
		return "pull_request"
	default:
		return "ref:" + ref
	}
}

// Assertion makes an ID token as the simulated GitHub gives it out, good for five minutes of the world's time: what a
// federated token file holds.
func Assertion(w *simulator.World) string {
	return assertion(newSigner(w), w, "api://AzureADTokenExchange", "", "")
}
