package azure

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"golang.org/x/sync/errgroup"

	"github.com/org/fleet-update-action/internal/fleet"
)

// Config is what a Client is made of. Everything but Transport must be set.
type Config struct {
	Credential azcore.TokenCredential
	Cloud      cloud.Configuration                              // endpoint and audience, see Cloud
	Transport  policy.Transporter                               // nil: an HTTP client of its own
	Now        func() time.Time                                 // the only clock
	Wait       func(ctx context.Context, until time.Time) error // returns early, with the reason, when ctx is done
	Parallel   int                                              // reads at once, at least 1; 1 makes runs replayable
}

// Client speaks to one Azure Resource Manager under one identity. It is safe for use by several goroutines, which
// share its limiter.
type Client struct {
	pipeline runtime.Pipeline
	endpoint *url.URL
	now      func() time.Time
	parallel int
	limiter  *limiter
	tally    *tally
	unlisted *regionSet // regions that do not serve the list of node images
}

// NewClient checks the configuration and builds the pipeline. It sends nothing.
func NewClient(config Config) (*Client, error) {
	if config.Credential == nil || config.Now == nil || config.Wait == nil {
		return nil, errors.New("an Azure client needs a credential, a clock and a way to wait")
	}
	manager := config.Cloud.Services[cloud.ResourceManager]
	endpoint, err := secureURL("resource manager endpoint", manager.Endpoint)
	if err != nil {
		return nil, err
	}
	client := &Client{
		endpoint: endpoint,
		now:      config.Now,
		parallel: max(config.Parallel, 1),
		limiter:  newLimiter(),
		tally:    newTally(),
		unlisted: &regionSet{},
	}
	client.pipeline = runtime.NewPipeline("fleet-update-action", "", runtime.PipelineOptions{
		PerCall: []policy.Policy{repeat{now: config.Now, wait: config.Wait}},
		PerRetry: []policy.Policy{
			throttle{limiter: client.limiter, tally: client.tally, now: config.Now, wait: config.Wait},
			runtime.NewBearerTokenPolicy(config.Credential, []string{manager.Audience + "/.default"}, nil),
		},
	}, &policy.ClientOptions{
		// azcore's own retries sleep on the system clock and give up on a Retry-After above a minute; repeat does
		// neither, and writes are never repeated.
		Retry:     policy.RetryOptions{MaxRetries: -1},
		Telemetry: policy.TelemetryOptions{ApplicationID: "fleet-update-action"},
		Transport: bounded{next: transportOr(config.Transport)},
	})
	return client, nil
}

// Requests counts the ARM requests since NewClient by kind, repeats included, in a stable order.
func (c *Client) Requests() []fleet.RequestCount { return c.tally.counts() }

// each calls f for 0..n-1, as many at once as the configuration allows, in order where that is one. The first error
// ends it.
func (c *Client) each(ctx context.Context, n int, f func(ctx context.Context, i int) error) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(c.parallel)
	for i := range n {
		group.Go(func() error { return f(ctx, i) })
	}
	return group.Wait()
}

// maxBody bounds what one reply may hold, in bytes. A page of a LIST with a thousand large clusters has about 10 MiB.
const maxBody = 64 << 20

// bounded stops reading a reply that is longer than maxBody.
type bounded struct{ next policy.Transporter }

// Do sends the request.
func (b bounded) Do(request *http.Request) (*http.Response, error) {
	response, err := b.next.Do(request)
	if err != nil {
		return nil, err
	}
	response.Body = http.MaxBytesReader(nil, response.Body, maxBody)
	return response, nil
}

// transportOr returns the transport, or an HTTP client that notices a server which never answers or never ends, and that
// follows no redirect: it would take a write, or a signed URL, to another host.
func transportOr(transport policy.Transporter) policy.Transporter {
	if transport != nil {
		return transport
	}
	dialer := http.DefaultTransport.(*http.Transport).Clone()
	dialer.MaxIdleConnsPerHost = 16 // all requests go to one host
	dialer.ResponseHeaderTimeout = 2 * time.Minute
	return &http.Client{
		Transport:     dialer,
		Timeout:       5 * time.Minute, // the whole of a reply, of which the longest has some ten MiB
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}
