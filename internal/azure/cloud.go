package azure

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	_ "github.com/Azure/azure-sdk-for-go/sdk/azcore/arm/runtime" // fills in the resource manager of each cloud
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
)

// Cloud returns the configuration of an Azure cloud: AzurePublic (also where name is ""), AzureGovernment or AzureChina,
// in any case. endpoint, where not "", replaces the resource manager's address and authority, where not "", Entra's (the
// value of AZURE_AUTHORITY_HOST); both must be https, as tokens are sent there.
func Cloud(name, endpoint, authority string) (cloud.Configuration, error) {
	known := map[string]cloud.Configuration{
		"":                cloud.AzurePublic,
		"azurepublic":     cloud.AzurePublic,
		"azuregovernment": cloud.AzureGovernment,
		"azurechina":      cloud.AzureChina,
	}
	base, ok := known[strings.ToLower(name)]
	if !ok {
		return cloud.Configuration{}, fmt.Errorf("%q is not a cloud this tool knows; use AzurePublic, AzureGovernment or AzureChina", name)
	}
	result := cloud.Configuration{
		ActiveDirectoryAuthorityHost: base.ActiveDirectoryAuthorityHost,
		Services:                     maps.Clone(base.Services),
	}
	if endpoint != "" {
		manager := result.Services[cloud.ResourceManager]
		manager.Endpoint = strings.TrimSuffix(endpoint, "/")
		result.Services[cloud.ResourceManager] = manager
	}
	if authority != "" {
		result.ActiveDirectoryAuthorityHost = authority
	}
	if _, err := secureURL("resource manager endpoint", result.Services[cloud.ResourceManager].Endpoint); err != nil {
		return cloud.Configuration{}, err
	}
	if _, err := secureURL("authority host", result.ActiveDirectoryAuthorityHost); err != nil {
		return cloud.Configuration{}, err
	}
	return result, nil
}

// secureURL reads an address to which tokens are sent.
func secureURL(what, text string) (*url.URL, error) {
	parsed, err := url.Parse(text)
	if err != nil || parsed.Host == "" {
		return nil, fmt.Errorf("the %s %q is not a URL; write it as https://HOST", what, text)
	}
	if parsed.Scheme != "https" {
		return nil, fmt.Errorf("the %s %q is not https; tokens are sent over https only", what, text)
	}
	return parsed, nil
}

// knownAuthority reports whether Entra's own instance discovery vouches for the host; it does not know private ones.
func knownAuthority(host string) bool {
	own := []cloud.Configuration{cloud.AzurePublic, cloud.AzureGovernment, cloud.AzureChina}
	return slices.ContainsFunc(own, func(c cloud.Configuration) bool {
		return strings.EqualFold(strings.TrimSuffix(host, "/"), strings.TrimSuffix(c.ActiveDirectoryAuthorityHost, "/"))
	})
}
