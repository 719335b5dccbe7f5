package azure

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

// CredentialConfig is what a login is made of.
type CredentialConfig struct {
	Env       func(name string) (string, bool) // looks up an environment variable
	Cloud     cloud.Configuration
	Transport policy.Transporter // nil: an HTTP client of its own
	Now       func() time.Time
	Wait      func(ctx context.Context, until time.Time) error // between repeated requests for GitHub's assertion
	Mask      func(secret string)                              // is told every token before it is used; may be nil
}

// The environment variables by which the runner lets a job ask for its OIDC token.
const (
	tokenURLVariable = "ACTIONS_ID_TOKEN_REQUEST_URL"
	tokenVariable    = "ACTIONS_ID_TOKEN_REQUEST_TOKEN"
)

// Credential returns the ways to log in that the environment offers, tried in turn until one gives a token: GitHub's
// OIDC assertion, workload identity, managed identity, Azure CLI. The first two are tried alone where they are set up,
// so that a mistake in them is seen and not covered by another identity. It sends nothing.
func Credential(config CredentialConfig) (azcore.TokenCredential, error) {
	login := &login{mask: config.Mask}
	for _, build := range []func(CredentialConfig) (way, error){oidcWay, workloadWay} {
		found, err := build(config)
		if err != nil {
			return nil, err
		}
		if found.credential != nil {
			login.ways = []way{found}
			return login, nil
		}
		login.missing = append(login.missing, found.missing)
	}
	for _, build := range []func(CredentialConfig) (way, error){managedWay, cliWay} {
		found, err := build(config)
		if err != nil {
			return nil, err
		}
		login.ways = append(login.ways, found)
	}
	return login, nil
}

// way is one way to log in, or what is missing for it.
type way struct {
	name       string
	credential azcore.TokenCredential
	missing    string
	trust      func() string // what the tenant has to be told for it to accept this login; may be nil
}

// failed says how the login went wrong.
func (w way) failed(err error) string {
	text, code := reason(err)
	advice := adviceForLogin(code)
	if untrusted(code) && w.trust != nil {
		advice = cmp.Or(w.trust(), advice)
	}
	return w.name + ": " + text + advice
}

// set returns the values of environment variables, or the names of those that are missing.
func (c CredentialConfig) set(names ...string) (values, missing []string) {
	values = make([]string, len(names))
	for i, name := range names {
		value, _ := c.Env(name)
		if value == "" {
			missing = append(missing, name)
		}
		values[i] = value
	}
	return values, missing
}

// options switches azcore's retries on the system clock off, and Entra's discovery of authorities where the authority
// is one that it cannot know.
func (c CredentialConfig) options() (options policy.ClientOptions, private bool) {
	options = policy.ClientOptions{Cloud: c.Cloud, Retry: policy.RetryOptions{MaxRetries: -1}, Transport: bounded{next: transportOr(c.Transport)}}
	return options, !knownAuthority(c.Cloud.ActiveDirectoryAuthorityHost)
}

// repeated is options for requests that go to Entra, which change nothing and may be sent again.
func (c CredentialConfig) repeated() (options policy.ClientOptions, private bool) {
	options, private = c.options()
	options.PerCallPolicies = []policy.Policy{repeat{now: c.Now, wait: c.Wait, posts: true}}
	return options, private
}

func oidcWay(config CredentialConfig) (way, error) {
	values, missing := config.set(tokenURLVariable, tokenVariable, "AZURE_CLIENT_ID", "AZURE_TENANT_ID")
	if len(missing) > 0 {
		return way{missing: "GitHub OIDC (" + strings.Join(missing, ", ") + " not set" + adviceForJob(missing) + ")"}, nil
	}
	options, private := config.repeated()
	ask, err := newAssertion(config, values[0], values[1])
	if err != nil {
		return way{}, err
	}
	credential, err := azidentity.NewClientAssertionCredential(values[3], values[2], ask.fresh, &azidentity.ClientAssertionCredentialOptions{
		ClientOptions: options, DisableInstanceDiscovery: private,
	})
	return way{
		name: "GitHub OIDC", credential: credential, trust: func() string { return ask.claims().trust(values[2]) },
	}, wrongSetup("GitHub OIDC", err)
}

// adviceForJob says what sets the variables that are missing in a job.
func adviceForJob(missing []string) string {
	advice := ""
	if slices.Contains(missing, tokenURLVariable) || slices.Contains(missing, tokenVariable) {
		advice += "; the job needs permissions: id-token: write"
	}
	if slices.Contains(missing, "AZURE_CLIENT_ID") || slices.Contains(missing, "AZURE_TENANT_ID") {
		advice += "; the action takes them as client-id and tenant-id: are the variables set that the workflow takes those from?"
	}
	return advice
}

func workloadWay(config CredentialConfig) (way, error) {
	values, missing := config.set("AZURE_FEDERATED_TOKEN_FILE", "AZURE_CLIENT_ID", "AZURE_TENANT_ID")
	if len(missing) > 0 {
		return way{missing: "workload identity (" + strings.Join(missing, ", ") + " not set)"}, nil
	}
	options, private := config.repeated()
	credential, err := azidentity.NewWorkloadIdentityCredential(&azidentity.WorkloadIdentityCredentialOptions{
		ClientOptions: options, DisableInstanceDiscovery: private,
		TokenFilePath: values[0], ClientID: values[1], TenantID: values[2],
	})
	return way{name: "workload identity", credential: credential}, wrongSetup("workload identity", err)
}

func managedWay(config CredentialConfig) (way, error) {
	options, _ := config.options()
	// Off Azure nothing answers at the address of the metadata service, and some networks swallow what is sent there.
	options.Retry.TryTimeout = 3 * time.Second
	settings := azidentity.ManagedIdentityCredentialOptions{ClientOptions: options}
	if id, _ := config.Env("AZURE_CLIENT_ID"); id != "" {
		settings.ID = azidentity.ClientID(id)
	}
	credential, err := azidentity.NewManagedIdentityCredential(&settings)
	return way{name: "managed identity", credential: credential}, wrongSetup("managed identity", err)
}

func cliWay(config CredentialConfig) (way, error) {
	tenant, _ := config.Env("AZURE_TENANT_ID")
	credential, err := azidentity.NewAzureCLICredential(&azidentity.AzureCLICredentialOptions{TenantID: tenant})
	return way{name: "Azure CLI", credential: credential}, wrongSetup("Azure CLI", err)
}

func wrongSetup(name string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("log in to Azure with %s: %w", name, err)
}

// login tries its ways in turn and stays with the one that worked. Its ways are used one caller at a time, so that a
// token is asked for once.
type login struct {
	ways    []way
	missing []string

	mask func(secret string) // may be nil

	mu     sync.Mutex
	chosen way
	masked string // the last token that mask was told
}

// GetToken returns a token of the first way that gives one.
func (l *login) GetToken(ctx context.Context, options policy.TokenRequestOptions) (azcore.AccessToken, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	token, err := l.token(ctx, options)
	if l.mask != nil && token.Token != "" && token.Token != l.masked {
		l.mask(token.Token)
		l.masked = token.Token
	}
	return token, err
}

func (l *login) token(ctx context.Context, options policy.TokenRequestOptions) (azcore.AccessToken, error) {
	if l.chosen.credential != nil {
		token, err := l.chosen.credential.GetToken(ctx, options)
		if err != nil {
			err = l.explain(ctx, []string{l.chosen.failed(err)})
		}
		return token, err
	}
	var failures []string
	for _, way := range l.ways {
		token, err := way.credential.GetToken(ctx, options)
		if err == nil {
			l.chosen = way
			return token, nil
		}
		failures = append(failures, way.failed(err))
	}
	return azcore.AccessToken{}, l.explain(ctx, failures)
}

// explain makes one error of the failures. A login that was interrupted says only that.
func (l *login) explain(ctx context.Context, failures []string) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	text := "could not log in to Azure. Tried " + strings.Join(failures, "; ") + "."
	if len(l.missing) > 0 {
		text += " Not tried: " + strings.Join(l.missing, "; ") + "."
	}
	return &loginFailed{text: text}
}

// loginFailed carries azcore's marker: sending the same request again does not mend a login.
type loginFailed struct{ text string }

// Error writes what was tried.
func (l *loginFailed) Error() string { return l.text }

// NonRetriable marks the error for azcore's policies and ours.
func (*loginFailed) NonRetriable() {}

// reason shortens an error of azidentity, which quotes whole replies, to what says why. Entra's own words begin with
// their code and end before the ids of the request; of other errors code is "".
func reason(err error) (text, code string) {
	text = err.Error()
	if at := strings.Index(text, "AADSTS"); at >= 0 {
		text = text[at:]
		for _, end := range []string{"Trace ID", "\\r", "\\n", "\"", "\n"} {
			text, _, _ = strings.Cut(text, end)
		}
		code, _, _ = strings.Cut(text, ":")
		return strings.TrimRight(strings.TrimSpace(text), "."), code
	}
	text, rest, _ := strings.Cut(text, "\n")
	if strings.HasSuffix(text, ":") { // the cause stands on the next line
		cause, _, _ := strings.Cut(strings.TrimSpace(rest), "\n")
		text += " " + cause
	}
	return strings.TrimRight(strings.TrimSpace(text), "."), ""
}

// untrusted reports whether Entra's code says that no federated credential matches the assertion.
func untrusted(code string) bool {
	return slices.Contains([]string{"AADSTS70021", "AADSTS700211", "AADSTS700212", "AADSTS700213"}, code)
}

// adviceForLogin says what mends the common mistakes in setting up a login (Entra's error codes).
func adviceForLogin(code string) string {
	switch {
	case untrusted(code):
		return " (add a federated credential to the application whose issuer, subject and audience are this job's)"
	case code == "AADSTS700016":
		return " (check AZURE_CLIENT_ID and AZURE_TENANT_ID: the tenant has no such application)"
	case code == "AADSTS90002":
		return " (check AZURE_TENANT_ID: there is no such tenant)"
	default:
		return ""
	}
}
