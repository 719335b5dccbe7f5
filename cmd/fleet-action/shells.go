package main

import (
	"context"
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
	parallel int
	tick     time.Duration // how often a live view is drawn while nothing happens; 0: never, time is simulated
}

// realShells speak to Azure over the network, on the system clock, with the identity the environment offers.
func realShells(c call) (shells, error) {
	chosen, err := azure.Cloud(c.values["cloud"], c.values["azure-endpoint"], c.getenv("AZURE_AUTHORITY_HOST"))
	if err != nil {
		return shells{}, &failure{code: exitInput, err: err, next: "check --cloud, --azure-endpoint and AZURE_AUTHORITY_HOST"}
	}
	sh, err := newShells(c.getenv, azure.Config{
		Cloud: chosen, Transport: c.transport, Now: c.now, Wait: c.wait, Parallel: parallelRequests,
	})
	sh.tick = time.Second
	return sh, err
}

// newShells logs in with what the environment offers; nothing is sent before the first request.
func newShells(getenv func(string) string, config azure.Config) (shells, error) {
	credential, err := azure.Credential(azure.CredentialConfig{
		Env:   func(name string) (string, bool) { value := getenv(name); return value, value != "" },
		Cloud: config.Cloud, Transport: config.Transport, Now: config.Now, Wait: config.Wait,
	})
	if err != nil {
		return shells{}, &failure{code: exitInput, err: err, next: "check the environment variables of the login: AZURE_CLIENT_ID, AZURE_TENANT_ID and, in a job, permissions: id-token: write"}
	}
	config.Credential = credential
	client, err := azure.NewClient(config)
	if err != nil {
		return shells{}, &failure{code: exitInput, err: err}
	}
	return shells{client: client, now: config.Now, wait: config.Wait, parallel: config.Parallel}, nil
}
