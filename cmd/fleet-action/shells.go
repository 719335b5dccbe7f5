package main

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"github.com/org/fleet-update-action/internal/azure"
)

// parallelRequests is how many ARM requests are under way at once. AKS's smallest bucket takes a burst of 60 per
// subscription and region, which a fleet's reads share.
const parallelRequests = 16

// shells are what surrounds the pure cores: the client for Azure, its clock and how many writes go out at once. This
// file is the only place that builds them.
type shells struct {
	client   *azure.Client
	now      func() time.Time
	wait     func(ctx context.Context, until time.Time) error
	patience *patience
	parallel int
	tick     time.Duration // how often a live view is drawn while nothing happens; 0: never, time is simulated
}

// realShells speak to Azure over the network, on the system clock, with the identity the environment offers.
func realShells(c call) (shells, error) {
	login, err := loginOf(c)
	if err != nil {
		return shells{}, err
	}
	sh, err := newShells(login, parallelRequests)
	if err != nil {
		return shells{}, err
	}
	sh.tick, sh.patience.to = time.Second, c.stderr
	return sh, nil
}

// loginOf is what a command's options and environment say about logging in to Azure.
func loginOf(c call) (azure.CredentialConfig, error) {
	chosen, err := azure.Cloud(c.values["cloud"], c.values["azure-endpoint"], c.getenv("AZURE_AUTHORITY_HOST"))
	if err != nil {
		return azure.CredentialConfig{}, &failure{code: exitInput, err: err, next: "check --cloud, --azure-endpoint and AZURE_AUTHORITY_HOST"}
	}
	config := azure.CredentialConfig{Env: c.azureEnvironment, Cloud: chosen, Now: c.now, Wait: c.wait, Mask: c.runner.Mask}
	if c.transport != nil {
		config.Transport = &http.Client{Transport: c.transport}
	}
	return config, nil
}

// azureEnvironment looks up an environment variable of the login; options go before variables.
func (c call) azureEnvironment(name string) (string, bool) {
	value := c.getenv(name)
	switch name {
	case "AZURE_CLIENT_ID":
		value = cmp.Or(c.values["client-id"], value)
	case "AZURE_TENANT_ID":
		value = cmp.Or(c.values["tenant-id"], value)
	}
	return value, value != ""
}

// newShells logs in with what the environment offers; nothing is sent before the first request.
func newShells(login azure.CredentialConfig, parallel int) (shells, error) {
	credential, err := azure.Credential(login)
	if err != nil {
		return shells{}, &failure{code: exitInput, err: err, next: "check the login: client-id, tenant-id and, in a job, permissions: id-token: write"}
	}
	waits := &patience{now: login.Now, wait: login.Wait}
	client, err := azure.NewClient(azure.Config{
		Credential: credential, Cloud: login.Cloud, Transport: login.Transport, Now: login.Now, Wait: waits.until, Parallel: parallel,
	})
	if err != nil {
		return shells{}, &failure{code: exitInput, err: err}
	}
	return shells{client: client, now: login.Now, wait: login.Wait, patience: waits, parallel: parallel}, nil
}
