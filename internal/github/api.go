package github

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	gh "github.com/google/go-github/v60/github"
)

// APIConfig is what an API is made of. Everything but BaseURL and Transport must be set.
type APIConfig struct {
	BaseURL    string                                           // GITHUB_API_URL; "" is https://api.github.com
	Repository string                                           // owner/name
	Token      string                                           // of the job, of an app or of a person
	Transport  http.RoundTripper                                // nil: the network
	Now        func() time.Time                                 // the only clock
	Wait       func(ctx context.Context, until time.Time) error // returns early, with the reason, when ctx is done
}

// API speaks to GitHub's REST API about one repository. It is safe for use by several goroutines.
type API struct {
	client      *gh.Client
	archives    repeat // for what lies on other hosts and must not see the token
	base        *url.URL
	owner, name string
	token       string
}

var repositoryName = regexp.MustCompile(`^[A-Za-z0-9][-A-Za-z0-9_]*/[-A-Za-z0-9_.]+$`)

// NewAPI checks the configuration. It sends nothing.
func NewAPI(config APIConfig) (*API, error) {
	if config.Now == nil || config.Wait == nil {
		return nil, errors.New("a client of GitHub needs a clock and a way to wait")
	}
	if config.Token == "" {
		return nil, errors.New("GitHub's token is missing: in a job leave the action's input token at its default, elsewhere set GITHUB_TOKEN")
	}
	owner, name, _ := strings.Cut(config.Repository, "/")
	if !repositoryName.MatchString(config.Repository) || strings.Trim(name, ".") == "" {
		return nil, fmt.Errorf("%q is not the name of a repository; write it as OWNER/NAME, as GITHUB_REPOSITORY is", config.Repository)
	}
	base, err := apiURL(cmp.Or(config.BaseURL, "https://api.github.com"))
	if err != nil {
		return nil, err
	}
	archives := repeat{next: bounded{orNetwork(config.Transport)}, now: config.Now, wait: config.Wait}
	a := &API{archives: archives, base: base, owner: owner, name: name, token: config.Token}
	a.client = gh.NewClient(&http.Client{
		Transport:     authorized{next: archives, base: base, token: config.Token},
		CheckRedirect: a.checkRedirect,
	})
	a.client.BaseURL, a.client.UserAgent = base, "fleet-update-action"
	return a, nil
}

// apiURL reads the address of the API, to which the token is sent. go-github wants it to end in a slash.
func apiURL(text string) (*url.URL, error) {
	parsed, err := url.Parse(text)
	if err != nil || parsed.Host == "" {
		return nil, fmt.Errorf("the address of GitHub's API %q is not a URL; write it as GITHUB_API_URL is: https://HOST/api/v3", text)
	}
	if parsed.Scheme != "https" {
		return nil, fmt.Errorf("the address of GitHub's API %q is not https; the token is sent over https only", text)
	}
	return &url.URL{Scheme: parsed.Scheme, Host: parsed.Host, Path: strings.TrimSuffix(parsed.Path, "/") + "/"}, nil
}

func (a *API) fullName() string { return a.owner + "/" + a.name }

// path is a path of the API below the repository. Each of the segments is escaped: names may hold slashes and blanks.
func (a *API) path(segments ...string) string {
	path := "repos/" + a.fullName()
	for _, segment := range segments {
		path += "/" + url.PathEscape(segment)
	}
	return path
}
