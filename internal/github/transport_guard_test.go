package github

import (
	"net/http"
	"net/url"
	"testing"
)

// Redirects to other hosts are not followed; should one be all the same, the token stays here.
func TestTheTokenGoesToTheAPIAlone(t *testing.T) {
	base, err := url.Parse("https://github.example/api/v3/")
	if err != nil {
		t.Fatal(err)
	}
	for address, brought := range map[string]bool{
		"https://github.example/api/v3/repos/org/fleet": true, "https://GitHub.example/api/v3/": true,
		"https://evil.example/api/v3/": false, "https://github.example.evil.example/": false, "http://github.example/api/v3/": false,
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer of another request")
		var sent string
		_, _ = authorized{base: base, token: "t", next: seen(func(r *http.Request) { sent = r.Header.Get("Authorization") })}.RoundTrip(request)
		if (sent == "Bearer t") != brought || !brought && sent != "" {
			t.Errorf("%s was sent %q", address, sent)
		}
	}
}

type seen func(*http.Request)

func (f seen) RoundTrip(r *http.Request) (*http.Response, error) {
	f(r)
	return nil, http.ErrAbortHandler
}
