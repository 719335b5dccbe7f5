package azure

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
)

// assertion asks GitHub for OIDC assertions. One is valid for minutes only, so that each login to Entra needs its own:
// a run of many hours goes on where a stored assertion would have expired.
type assertion struct {
	pipeline runtime.Pipeline
	url      string
	token    string
	mask     func(secret string)

	mu   sync.Mutex
	last Claims // of the last one, for the explanation of a refused login
}

func newAssertion(config CredentialConfig, requestURL, token string) (*assertion, error) {
	target, err := secureURL("ACTIONS_ID_TOKEN_REQUEST_URL", requestURL)
	if err != nil {
		return nil, errors.New("ACTIONS_ID_TOKEN_REQUEST_URL is not an https URL; GitHub sets it where the job has permissions: id-token: write")
	}
	query := target.Query()
	query.Set("audience", audience(config.Cloud))
	target.RawQuery = query.Encode()
	options, _ := config.repeated()
	return &assertion{
		pipeline: runtime.NewPipeline("fleet-update-action", "", runtime.PipelineOptions{}, &options),
		url:      target.String(),
		token:    token,
		mask:     config.Mask,
	}, nil
}

// audience is what Entra of a cloud expects an assertion to be made for.
func audience(c cloud.Configuration) string {
	switch c.ActiveDirectoryAuthorityHost {
	case cloud.AzureGovernment.ActiveDirectoryAuthorityHost:
		return "api://AzureADTokenExchangeUSGov"
	case cloud.AzureChina.ActiveDirectoryAuthorityHost:
		return "api://AzureADTokenExchangeChina"
	default:
		return "api://AzureADTokenExchange"
	}
}

// fresh returns a new assertion. Neither it nor the token that asks for it appears in an error.
func (a *assertion) fresh(ctx context.Context) (string, error) {
	request, err := runtime.NewRequest(ctx, http.MethodGet, a.url)
	if err != nil {
		return "", errors.New("ask GitHub for an OIDC assertion: the URL it gave cannot be used")
	}
	request.Raw().Header.Set("Authorization", "Bearer "+a.token)
	content, err := a.send(request)
	if err != nil {
		return "", fmt.Errorf("ask GitHub for an OIDC assertion: %w", err)
	}
	if a.mask != nil {
		a.mask(content)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.last = claimsOf(content)
	return content, nil
}

// claims are those of the last assertion; zero before the first.
func (a *assertion) claims() Claims {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.last
}

func (a *assertion) send(request *policy.Request) (string, error) {
	response, err := a.pipeline.Do(request)
	if err != nil {
		return "", withoutURL(err)
	}
	body, err := runtime.Payload(response)
	if err != nil {
		return "", withoutURL(err)
	}
	if response.StatusCode != http.StatusOK {
		return "", fmt.Errorf("it answered %d %s; the job needs permissions: id-token: write", response.StatusCode, http.StatusText(response.StatusCode))
	}
	var answer struct {
		Value string `json:"value"`
	}
	if json.Unmarshal(body, &answer) != nil || answer.Value == "" {
		return "", errors.New("its reply holds no assertion")
	}
	return answer.Value, nil
}
