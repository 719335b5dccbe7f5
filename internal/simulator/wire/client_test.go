package wire_test

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/org/fleet-update-action/internal/simulator"
	"github.com/org/fleet-update-action/internal/simulator/wire"
)

const (
	subscription = "/subscriptions/00000000-0000-0000-0000-000000000001"
	group        = subscription + "/resourceGroups/rg-fleet"
	provider     = "/providers/Microsoft.ContainerService"
	clusters     = group + provider + "/managedClusters"
	one          = clusters + "/aks-one"
	version      = "?api-version=2026-04-01"
	tenant       = "11111111-2222-3333-4444-555555555555"
)

// client sends requests to a world in process.
type client struct {
	t       testing.TB
	world   *simulator.World
	handler http.Handler
	token   string
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   string
}

// json decodes the body.
func (a answer) json(t testing.TB) map[string]any {
	t.Helper()
	var body map[string]any
	if err := json.Unmarshal([]byte(a.body), &body); err != nil {
		t.Fatalf("%v in %q", err, a.body)
	}
	return body
}

// at walks a path through decoded JSON.
func at(body any, path ...any) any {
	for _, step := range path {
		switch step := step.(type) {
		case string:
			object, _ := body.(map[string]any)
			body = object[step]
		case int:
			list, _ := body.([]any)
			if step >= len(list) {
				return nil
			}
			body = list[step]
		}
	}
	return body
}

func small(t *testing.T, changes ...func(*simulator.Description)) *client {
	t.Helper()
	content, err := os.ReadFile("../testdata/small.yml")
	if err != nil {
		t.Fatal(err)
	}
	var d simulator.Description
	if err := yaml.Unmarshal(content, &d); err != nil {
		t.Fatal(err)
	}
	d.TokenLifetime = 24 * time.Hour // tests of what happens in between do not log in again
	for _, change := range changes {
		change(&d)
	}
	w, err := simulator.New(d)
	if err != nil {
		t.Fatal(err)
	}
	c := &client{t: t, world: w, handler: wire.Handler(w)}
	c.login()
	return c
}

// login exchanges an ID token of GitHub for an access token.
func (c *client) login() {
	c.t.Helper()
	c.token = ""
	got := c.exchange(wire.Assertion(c.world))
	token, ok := got.json(c.t)["access_token"].(string)
	if !ok {
		c.t.Fatalf("no token: %d %s", got.status, got.body)
	}
	c.token = token
}

// exchange asks Entra for an access token.
func (c *client) exchange(assertion string) answer {
	c.t.Helper()
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {"client"}, "client_assertion": {assertion},
		"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}, "scope": {"https://management.core.windows.net//.default"}}
	return c.send("POST", "/"+tenant+"/oauth2/v2.0/token", form.Encode(), "Content-Type", "application/x-www-form-urlencoded")
}

// idToken asks GitHub for an ID token, as a job does.
func (c *client) idToken(query string) string {
	c.t.Helper()
	got := c.send("GET", "https://github.simulator/oidc/token?audience=api://AzureADTokenExchange"+query, "", "Authorization", "Bearer "+wire.RequestToken)
	value, ok := got.json(c.t)["value"].(string)
	if !ok {
		c.t.Fatalf("no ID token: %s", got.body)
	}
	return value
}

// claimsOf reads what a token says.
func claimsOf(t testing.TB, token string) map[string]any {
	t.Helper()
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[1])
	if err != nil {
		t.Fatal(err)
	}
	return answer{body: string(payload)}.json(t)
}

// try sends a request; headers are name, value, name, value. A path may be a whole URL.
func (c *client) try(method, path, body string, headers ...string) (answer, error) {
	c.t.Helper()
	if strings.HasPrefix(path, "/") {
		path = "https://management.simulator" + path
	}
	request, err := http.NewRequestWithContext(c.t.Context(), method, path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	if c.token != "" {
		request.Header.Set("Authorization", "Bearer "+c.token)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := wire.Transport(c.handler).RoundTrip(request)
	if err != nil {
		return answer{}, err
	}
	content, err := io.ReadAll(response.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, string(content)}, nil
}

func (c *client) send(method, path, body string, headers ...string) answer {
	c.t.Helper()
	got, err := c.try(method, path, body, headers...)
	if err != nil {
		c.t.Fatal(err)
	}
	return got
}

func (c *client) get(path string) answer {
	c.t.Helper()
	got := c.send("GET", path, "")
	if got.status != http.StatusOK {
		c.t.Fatalf("GET %.200s: %d %s", path, got.status, got.body)
	}
	return got
}

func (c *client) step(by time.Duration) { c.world.AdvanceTo(c.world.Now().Add(by)) }

// put sends a resource back as it was read, changed by edit.
func (c *client) put(path string, edit func(properties map[string]any), headers ...string) answer {
	c.t.Helper()
	var body map[string]any
	decoder := json.NewDecoder(strings.NewReader(c.get(path + version).body))
	decoder.UseNumber() // numbers stay exact
	if err := decoder.Decode(&body); err != nil {
		c.t.Fatal(err)
	}
	properties := body["properties"].(map[string]any)
	properties["servicePrincipalProfile"] = nil
	edit(properties)
	content, err := json.Marshal(body)
	if err != nil {
		c.t.Fatal(err)
	}
	return c.send("PUT", path+version, string(content), headers...)
}

// refused checks an error's status, code and shape.
func refused(t *testing.T, got answer, status int, code string, nested bool) {
	t.Helper()
	var body any = got.json(t)
	if nested {
		body = at(body, "error")
	}
	if got.status != status || at(body, "code") != code {
		t.Fatalf("got %d %s, want %d %s, nested %v", got.status, got.body, status, code, nested)
	}
	if text, _ := at(body, "message").(string); text == "" {
		t.Errorf("%s has no message", got.body)
	}
}
