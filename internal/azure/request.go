package azure

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/streaming"
)

// call is one request to the resource manager.
type call struct {
	kind    string
	method  string // GET where empty
	url     string
	scope   string // the ARM id it is about, for messages
	role    string // built-in role that allows it
	buckets []bucket
	header  http.Header
	body    []byte
}

// reply is an answer below 300.
type reply struct {
	header http.Header
	status int
	body   []byte
}

// The built-in roles named in messages.
const (
	contributorRole = "Azure Kubernetes Service Contributor Role"
	readerRole      = "Reader"
)

// resource makes a call on the ARM id scope with path appended. Reads of AKS need the same role as its writes, so that
// is the role to name unless the caller says otherwise.
func (c *Client) resource(kind, scope, path, version string, buckets ...bucket) (call, error) {
	if err := checkID(scope); err != nil {
		return call{}, err
	}
	target := *c.endpoint
	target.Path = strings.TrimSuffix(target.Path, "/") + scope + path
	target.RawQuery = url.Values{"api-version": {version}}.Encode()
	return call{kind: kind, url: target.String(), scope: scope, role: contributorRole, buckets: buckets}, nil
}

// checkID keeps an id from leading elsewhere than it says.
func checkID(id string) error {
	parts := strings.Split(id, "/")
	odd := strings.ContainsAny(id, "?#%\\") || slices.Contains(parts, "..") || slices.Contains(parts, ".")
	if !strings.HasPrefix(strings.ToLower(id), "/subscriptions/") || odd || slices.Contains(parts[1:], "") {
		return &invalidID{id}
	}
	return nil
}

// invalidID is the error of an id that no request can be made of.
type invalidID struct{ id string }

// Error writes the id and what one looks like.
func (i *invalidID) Error() string {
	return fmt.Sprintf("%q is not an Azure resource id (want /subscriptions/…)", i.id)
}

// do sends a call. Every error says what was being done to which resource; a reply of 300 and above is a *refusal:
// the resource manager sends nobody elsewhere.
func (c *Client) do(ctx context.Context, call call) (reply, error) {
	r, err := c.send(ctx, call)
	if err != nil {
		return reply{}, fmt.Errorf("%s %s: %w", call.kind, call.scope, err)
	}
	return r, nil
}

func (c *Client) send(ctx context.Context, call call) (reply, error) {
	method := call.method
	if method == "" {
		method = http.MethodGet
	}
	request, err := runtime.NewRequest(ctx, method, call.url)
	if err != nil {
		return reply{}, withoutURL(err)
	}
	request.SetOperationValue(draws{kind: call.kind, buckets: call.buckets})
	request.Raw().Header.Set("Accept", "application/json")
	for name, values := range call.header {
		request.Raw().Header[name] = values
	}
	if call.body != nil {
		if err := request.SetBody(streaming.NopCloser(bytes.NewReader(call.body)), "application/json"); err != nil {
			return reply{}, err
		}
	}
	response, err := c.pipeline.Do(request)
	if err != nil {
		return reply{}, withoutURL(err)
	}
	body, err := runtime.Payload(response)
	if err != nil {
		return reply{}, withoutURL(err)
	}
	if response.StatusCode >= 300 {
		return reply{}, newRefusal(response, body, call, c.now())
	}
	return reply{header: response.Header, status: response.StatusCode, body: body}, nil
}

// withoutURL drops the URL that net/http puts into its errors: those of operations are signed.
func withoutURL(err error) error {
	var withURL *url.Error
	if errors.As(err, &withURL) {
		return withURL.Err
	}
	var tooLong *http.MaxBytesError
	if errors.As(err, &tooLong) {
		return fmt.Errorf("the reply is longer than %d MiB", maxBody>>20)
	}
	return err
}

// read sends a GET and decodes the reply into target.
func (c *Client) read(ctx context.Context, call call, target any) error {
	r, err := c.do(ctx, call)
	if err != nil {
		return err
	}
	return decode(call, r.body, target)
}

func decode(call call, body []byte, target any) error {
	err := json.Unmarshal(body, target)
	var mismatch *json.UnmarshalTypeError
	if errors.As(err, &mismatch) { // its own words are about our types
		err = fmt.Errorf("%s holds a %s, which is not what belongs there", cmp.Or(mismatch.Field, "the whole of it"), mismatch.Value)
	}
	if err != nil {
		return malformed(call, err)
	}
	return nil
}

// malformedReply is the error of a reply that cannot be understood.
type malformedReply struct{ err error }

// Error writes what cannot be understood.
func (m *malformedReply) Error() string { return "the reply is malformed: " + m.err.Error() }

func malformed(call call, err error) error {
	return fmt.Errorf("%s %s: %w", call.kind, call.scope, &malformedReply{err})
}

func isMalformed(err error) bool {
	var m *malformedReply
	return errors.As(err, &m)
}
