package azure

import "testing"

// Each cloud's Entra takes assertions made for its own audience.
func TestAudience(t *testing.T) {
	for name, want := range map[string]string{
		"AzurePublic": "api://AzureADTokenExchange", "AzureGovernment": "api://AzureADTokenExchangeUSGov", "AzureChina": "api://AzureADTokenExchangeChina",
	} {
		config, err := Cloud(name, "", "")
		if err != nil || audience(config) != want {
			t.Errorf("%s: %s, %v, want %s", name, audience(config), err, want)
		}
	}
}
