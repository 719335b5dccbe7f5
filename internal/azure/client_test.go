package azure

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
)

// A server that never ends its reply is given up, and a redirect is not followed: a write would be repeated elsewhere.
func TestOwnTransport(t *testing.T) {
	own, isClient := transportOr(nil).(*http.Client)
	if !isClient || own.Timeout == 0 {
		t.Fatalf("a reply may take for ever: %+v", own)
	}
	visited := 0
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { visited++ }))
	defer elsewhere.Close()
	server := httptest.NewServer(http.RedirectHandler(elsewhere.URL, http.StatusTemporaryRedirect))
	defer server.Close()
	request, err := runtime.NewRequest(t.Context(), http.MethodPut, server.URL)
	if err != nil {
		t.Fatal(err)
	}
	response, err := own.Do(request.Raw())
	if err != nil || response.StatusCode != http.StatusTemporaryRedirect || visited != 0 {
		t.Errorf("%v, %v after %d visits elsewhere", response, err, visited)
	}
}
