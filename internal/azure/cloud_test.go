package azure

import (
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
)

func TestCloud(t *testing.T) {
	tests := []struct {
		name, endpoint, authority string
		wantEndpoint, wantLogin   string
		problem                   string
	}{
		{"", "", "", "https://management.azure.com", "https://login.microsoftonline.com/", ""},
		{"azurepublic", "", "", "https://management.azure.com", "https://login.microsoftonline.com/", ""},
		{"AzureGovernment", "", "", "https://management.usgovcloudapi.net", "https://login.microsoftonline.us/", ""},
		{"AzureChina", "", "", "https://management.chinacloudapi.cn", "https://login.chinacloudapi.cn/", ""},
		{"", "https://127.0.0.1:8443/", "https://127.0.0.1:8444/", "https://127.0.0.1:8443", "https://127.0.0.1:8444/", ""},
		{"AzureStack", "", "", "", "", `"AzureStack" is not a cloud`},
		{"", "http://127.0.0.1:8443", "", "", "", "is not https"},
		{"", "127.0.0.1:8443", "", "", "", "is not a URL"},
		{"", "", "http://login", "", "", "is not https"},
	}
	for _, test := range tests {
		config, err := Cloud(test.name, test.endpoint, test.authority)
		if test.problem != "" {
			if err == nil || !strings.Contains(err.Error(), test.problem) {
				t.Errorf("%+v: error is %v", test, err)
			}
			continue
		}
		manager := config.Services[cloud.ResourceManager]
		if err != nil || manager.Endpoint != test.wantEndpoint || config.ActiveDirectoryAuthorityHost != test.wantLogin || manager.Audience == "" {
			t.Errorf("%+v: got %+v, %v", test, config, err)
		}
	}
	if cloud.AzurePublic.Services[cloud.ResourceManager].Endpoint != "https://management.azure.com" {
		t.Error("the SDK's own table was changed")
	}
}

func TestClientNeedsItsParts(t *testing.T) {
	config, _ := Cloud("", "", "")
	if _, err := NewClient(Config{Cloud: config}); err == nil {
		t.Error("a client without a credential was made")
	}
	c := newClock()
	if _, err := NewClient(Config{Credential: staticCredential{}, Now: c.Now, Wait: c.Wait}); err == nil {
		t.Error("a client without an endpoint was made")
	}
}
