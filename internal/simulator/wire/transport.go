package wire

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"syscall"
)

// Transport answers requests by h in process, without a socket and in the caller's goroutine. A connection that h cuts
// is an error, as it is on the network.
func Transport(h http.Handler) http.RoundTripper { return transport{h} }

type transport struct{ handler http.Handler }

// RoundTrip serves one request.
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		defer r.Body.Close()
	}
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	served := r.Clone(r.Context())
	if served.Host == "" {
		served.Host = r.URL.Host
	}
	if served.Body == nil {
		served.Body = http.NoBody
	}
	answer := &recorder{header: http.Header{}}
	if err := answer.record(t.handler, served); err != nil {
		return nil, fmt.Errorf("%s %s: %w", r.Method, r.URL.Path, err)
	}
	if answer.status == 0 {
		answer.status = http.StatusOK
	}
	return &http.Response{
		Status: fmt.Sprintf("%d %s", answer.status, http.StatusText(answer.status)), StatusCode: answer.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: answer.header,
		Body: io.NopCloser(&answer.body), ContentLength: int64(answer.body.Len()), Request: r,
	}, nil
}

// recorder keeps an answer.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// Header returns the answer's header.
func (r *recorder) Header() http.Header { return r.header }

// WriteHeader keeps the first status.
func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
}

// Write keeps a piece of the body.
func (r *recorder) Write(piece []byte) (int, error) { return r.body.Write(piece) }

// record serves a request, and turns http.ErrAbortHandler into what a client sees of it.
func (r *recorder) record(handler http.Handler, request *http.Request) (err error) {
	defer func() {
		panicked := recover()
		if panicked == nil {
			return
		}
		if aborted, ok := panicked.(error); !ok || !errors.Is(aborted, http.ErrAbortHandler) {
			panic(panicked)
		}
		err = syscall.ECONNRESET
		if len(r.header) > 0 {
			err = io.ErrUnexpectedEOF
		}
	}()
	handler.ServeHTTP(r, request)
	return nil
}
