package azure

import (
	"os"
	"strings"
	"testing"
)

// The audiences that docs/identity.md sends readers to set up are those that the login asks for.
func TestDocumentedAudiences(t *testing.T) {
	content, err := os.ReadFile("../../docs/identity.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"AzurePublic", "AzureGovernment", "AzureChina"} {
		config, err := Cloud(name, "", "")
		if err != nil {
			t.Fatal(err)
		}
		if row := "| `" + name + "` | `" + audience(config) + "` |"; !strings.Contains(string(content), row) {
			t.Errorf("docs/identity.md does not say %s", row)
		}
	}
}
