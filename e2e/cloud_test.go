//go:build e2e

package e2e

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// cloud is the outside world of one test: fleet-action simulate, a process on this machine, as Azure, Entra, GitHub's
// OIDC and GitHub's API. In front of it stands a recorder, through which all requests of containers go.
type cloud struct {
	endpoint    string // https, on loopback
	certificate string // the file of its certificate
	environment map[string]string
	client      *http.Client

	mutex    sync.Mutex
	requests []request
	noted    chan struct{} // closed with the next request
	uploaded func(name string)
}

// request is one that a container made.
type request struct {
	method, path string
	status       int
}

// simulate serves a fleet file until the test ends.
func simulate(t testing.TB, fleetFile string) *cloud {
	t.Helper()
	printed := startSimulator(t, fleetFile)
	simulated := printed["AZURE_RESOURCE_MANAGER_ENDPOINT"]
	c := &cloud{environment: map[string]string{}, noted: make(chan struct{})}
	c.record(t, simulated, printed["SSL_CERT_FILE"])
	for name, value := range printed {
		c.environment[name] = strings.ReplaceAll(value, simulated, c.endpoint)
	}
	delete(c.environment, "SSL_CERT_FILE") // where it is depends on the container
	return c
}

// startSimulator starts fleet-action simulate and returns the environment it prints.
func startSimulator(t testing.TB, fleetFile string) map[string]string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "fleet.yml")
	if err := os.WriteFile(file, []byte(fleetFile), 0o600); err != nil {
		t.Fatal(err)
	}
	command := exec.Command(fleetAction(), "simulate", "--fleet", file)
	command.Stderr = os.Stderr
	stdout, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Signal(os.Interrupt)
		_, _ = io.Copy(io.Discard, stdout)
		_ = command.Wait()
	})
	printed := map[string]string{}
	for lines := bufio.NewScanner(stdout); lines.Scan(); {
		name, value, ok := strings.Cut(strings.TrimPrefix(lines.Text(), "export "), "=")
		if ok {
			printed[name] = strings.Trim(value, "'")
		}
		if name == "SSL_CERT_FILE" { // the last one
			return printed
		}
	}
	t.Fatal("the simulator printed no environment")
	return nil
}

// record puts the recorder in front of the simulator.
func (c *cloud) record(t testing.TB, simulated, certificate string) {
	t.Helper()
	target, err := url.Parse(simulated)
	if err != nil {
		t.Fatal(err)
	}
	trusted, err := os.ReadFile(certificate)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(trusted)
	proxy := &httputil.ReverseProxy{
		// The host stays the recorder's: the links in the answers lead back to it.
		Rewrite:        func(r *httputil.ProxyRequest) { r.SetURL(target); r.Out.Host = r.In.Host },
		Transport:      &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}},
		ModifyResponse: c.note,
		ErrorLog:       log.New(io.Discard, "", 0), // containers that are killed hang up
	}
	server := httptest.NewUnstartedServer(proxy)
	server.Config.ErrorLog = proxy.ErrorLog
	server.StartTLS()
	t.Cleanup(server.Close)
	c.endpoint, c.client = server.URL, server.Client()
	c.certificate = filepath.Join(t.TempDir(), "certificate.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(c.certificate, block, 0o644); err != nil {
		t.Fatal(err)
	}
}

func (c *cloud) note(response *http.Response) error {
	c.mutex.Lock()
	c.requests = append(c.requests, request{response.Request.Method, response.Request.URL.Path, response.StatusCode})
	close(c.noted)
	c.noted = make(chan struct{})
	uploaded := c.uploaded
	c.mutex.Unlock()
	if name := response.Request.URL.Query().Get("name"); name != "" && uploaded != nil {
		uploaded(name)
	}
	return nil
}

// after calls do once, when the first artifact whose name begins so has been uploaded, before the uploader knows.
func (c *cloud) after(prefix string, do func(name string)) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.uploaded = func(name string) {
		if !strings.HasPrefix(name, prefix) {
			return
		}
		c.mutex.Lock()
		c.uploaded = nil
		c.mutex.Unlock()
		do(name)
	}
}

// writes returns what was asked of Azure and accepted, other than to read and to log in, in its order.
func (c *cloud) writes() []string {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	var writes []string
	for _, r := range c.requests {
		if r.method != http.MethodGet && strings.HasPrefix(r.path, "/subscriptions/") && r.status < 300 {
			writes = append(writes, r.method+" "+r.path)
		}
	}
	return writes
}

// await waits until the writes satisfy a condition: what a container in the middle of its work has asked for.
func (c *cloud) await(t testing.TB, what string, enough func(writes []string) bool) {
	t.Helper()
	patience := time.After(time.Minute)
	for {
		c.mutex.Lock()
		noted := c.noted
		c.mutex.Unlock()
		if enough(c.writes()) {
			return
		}
		select {
		case <-noted:
		case <-patience:
			t.Fatalf("%s: not seen within a minute; seen were %q", what, c.writes())
		}
	}
}

// cluster is what Azure says of a cluster.
type cluster struct {
	Name       string
	Properties struct {
		CurrentKubernetesVersion string
		ProvisioningState        string
		AgentPoolProfiles        []struct {
			Name, CurrentOrchestratorVersion, NodeImageVersion string
		}
	}
}

// clusters asks the simulated Azure for all clusters of a subscription, by name.
func (c *cloud) clusters(t testing.TB, subscription string) map[string]cluster {
	t.Helper()
	found := map[string]cluster{}
	next := c.endpoint + "/subscriptions/" + subscription + "/providers/Microsoft.ContainerService/managedClusters?api-version=2026-04-01"
	for next != "" {
		var page struct {
			Value    []cluster
			NextLink string
		}
		c.read(t, next, c.login(t), &page)
		for _, one := range page.Value {
			found[one.Name] = one
		}
		next = page.NextLink
	}
	return found
}

// login exchanges an ID token of GitHub's for an access token, as the action does.
func (c *cloud) login(t testing.TB) string {
	t.Helper()
	var idToken struct{ Value string }
	c.read(t, c.environment["ACTIONS_ID_TOKEN_REQUEST_URL"]+"?audience=api://AzureADTokenExchange", c.environment["ACTIONS_ID_TOKEN_REQUEST_TOKEN"], &idToken)
	response, err := c.client.PostForm(c.environment["AZURE_AUTHORITY_HOST"]+c.environment["AZURE_TENANT_ID"]+"/oauth2/v2.0/token", url.Values{
		"grant_type": {"client_credentials"}, "client_id": {c.environment["AZURE_CLIENT_ID"]}, "scope": {c.endpoint + "/.default"},
		"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}, "client_assertion": {idToken.Value},
	})
	if err != nil {
		t.Fatal(err)
	}
	var token struct {
		AccessToken string `json:"access_token"`
	}
	decode(t, response, &token)
	return token.AccessToken
}

func (c *cloud) read(t testing.TB, address, token string, into any) {
	t.Helper()
	request, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	response, err := c.client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	decode(t, response, into)
}

func decode(t testing.TB, response *http.Response, into any) {
	t.Helper()
	defer func() { _ = response.Body.Close() }()
	content, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		t.Fatalf("%s %s: %s\n%s", response.Request.Method, response.Request.URL, response.Status, content)
	}
	if err == nil {
		err = json.Unmarshal(content, into)
	}
	if err != nil {
		t.Fatal(err)
	}
}
