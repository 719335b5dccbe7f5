package github

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// authorized brings the token to the API, and to no other host: redirects and the addresses of archives lead elsewhere.
type authorized struct {
	next  http.RoundTripper
	base  *url.URL
	token string
}

// RoundTrip sends the request.
func (a authorized) RoundTrip(request *http.Request) (*http.Response, error) {
	request = request.Clone(request.Context())
	if sameHost(request.URL, a.base) {
		request.Header.Set("Authorization", "Bearer "+a.token)
	} else {
		request.Header.Del("Authorization")
	}
	return a.next.RoundTrip(request)
}

func sameHost(a, b *url.URL) bool { return a.Scheme == b.Scheme && strings.EqualFold(a.Host, b.Host) }

// maxRedirects is how often a request is sent on.
const maxRedirects = 5

// checkRedirect follows the API where a repository has moved to, within the same host. A write that would become a read
// on the way is not followed (GitHub REST API, "Best practices": follow redirects).
func (a *API) checkRedirect(request *http.Request, via []*http.Request) error {
	if len(via) > maxRedirects || !sameHost(request.URL, a.base) || request.Method != via[0].Method {
		return http.ErrUseLastResponse
	}
	return nil
}

// orNetwork is the transport, or the network.
func orNetwork(transport http.RoundTripper) http.RoundTripper {
	if transport != nil {
		return transport
	}
	dialer := http.DefaultTransport.(*http.Transport).Clone()
	dialer.ResponseHeaderTimeout = 2 * time.Minute // notices a server that never answers
	return dialer
}

// maxReply bounds what one reply may hold, in bytes.
const maxReply = 64 << 20

// maxTry bounds how long one try may take: it notices a server that never ends.
const maxTry = 5 * time.Minute

// errTooLong is the error of a reply beyond maxReply.
var errTooLong = fmt.Errorf("the reply is longer than %d MiB", maxReply>>20)

// bounded reads each reply to its end, so that one which breaks off is seen here, where the request can be sent again,
// and not when it is decoded.
type bounded struct{ next http.RoundTripper }

// RoundTrip sends the request and reads the reply.
func (b bounded) RoundTrip(request *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(request.Context(), maxTry)
	defer cancel()
	response, err := b.next.RoundTrip(request.WithContext(ctx))
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	content, err := io.ReadAll(io.LimitReader(response.Body, maxReply+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("reading the reply: %w", err)
	case len(content) > maxReply:
		return nil, errTooLong
	}
	response.Body = io.NopCloser(bytes.NewReader(content))
	response.ContentLength = int64(len(content))
	response.Request = request
	return response, nil
}

// withoutURL drops the URL that net/http puts into its errors: those of archives are signed.
func withoutURL(err error) error {
	var withURL *url.Error
	if errors.As(err, &withURL) {
		return withURL.Err
	}
	return err
}
