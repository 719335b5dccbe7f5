package azure

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
)

// Claims are what GitHub's OIDC token says of the job it was given to (GitHub Docs, "OpenID Connect reference").
type Claims struct {
	Issuer      string
	Audience    string
	Subject     string // repo:OWNER/NAME:environment:NAME, since July 2026 with ids: repo:OWNER@1/NAME@2:environment:NAME
	Environment string // the job's environment, "" where it has none
}

// JobClaims asks GitHub what it vouches for about this job. ok is false where the job is given no OIDC token, which
// needs permissions: id-token: write.
func JobClaims(ctx context.Context, config CredentialConfig) (claims Claims, ok bool, err error) {
	values, missing := config.set(tokenURLVariable, tokenVariable)
	if len(missing) > 0 {
		return Claims{}, false, nil
	}
	ask, err := newAssertion(config, values[0], values[1])
	if err != nil {
		return Claims{}, false, err
	}
	if _, err := ask.fresh(ctx); err != nil {
		return Claims{}, false, err
	}
	return ask.claims(), true, nil
}

// claimsOf reads a token without checking its signature: it came from GitHub over TLS, and Entra checks it. Of what is
// no token the claims are empty.
func claimsOf(token string) Claims {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return Claims{}
	}
	content, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return Claims{}
	}
	var read struct {
		Issuer      string `json:"iss"`
		Audience    string `json:"aud"`
		Subject     string `json:"sub"`
		Environment string `json:"environment"`
	}
	if json.Unmarshal(content, &read) != nil {
		return Claims{}
	}
	return Claims(read)
}

// trust is what an identity in Entra has to be told for it to accept assertions with these claims, and the command that
// tells it. Entra compares the subject letter by letter.
func (c Claims) trust(client string) string {
	if c.Subject == "" {
		return ""
	}
	return " (this job's token has issuer " + c.Issuer + ", audience " + c.Audience + " and subject " + c.Subject +
		"; the managed identity with client id " + client + " accepts it after: " +
		fleet.Command("az", "identity", "federated-credential", "create", "--identity-name", "IDENTITY", "--resource-group", "GROUP",
			"--name", cmp.Or(c.Environment, "workflow"), "--issuer", c.Issuer, "--subject", c.Subject, "--audiences", c.Audience) +
		"; for an application see docs/identity.md)"
}
