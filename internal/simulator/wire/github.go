package wire

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/org/fleet-update-action/internal/simulator"
)

// githubPrefix is what the paths of GitHub's REST API begin with, as they do on GitHub Enterprise Server.
const githubPrefix = "/api/v3"

const repositoryPath = githubPrefix + "/repos/{owner}/{repository}"

// githubEndpoint is one operation of GitHub's REST API. Paths keep their case.
type githubEndpoint struct {
	pattern    string // of http.ServeMux
	what       string // for counting
	permission string // that the job's token needs, as "actions: read"; "" is none
	serve      func(*call) (reply, error)
}

// github serves the API, the archives of artifacts, and what stands in for actions that have no counterpart in the API.
func github(w *simulator.World, sign signer) http.Handler {
	mux := http.NewServeMux()
	for _, group := range [][]githubEndpoint{
		githubRepositoryEndpoints(), githubEnvironmentEndpoints(), githubRunEndpoints(), githubJobEndpoints(), githubArtifactEndpoints(), githubCommentEndpoints(),
	} {
		for _, e := range group {
			mux.Handle(e.pattern, e.handler(w, sign))
		}
	}
	for _, e := range githubStandIns() {
		mux.HandleFunc(e.pattern, func(writer http.ResponseWriter, r *http.Request) {
			answerGitHub(writer, &call{Request: r, world: w, sign: sign}, e.serve)
		})
	}
	archives(mux, w, sign)
	mux.HandleFunc("/", func(writer http.ResponseWriter, _ *http.Request) {
		refuseByGitHub(writer, simulator.NotFoundByGitHub())
	})
	return mux
}

// forGitHub reports whether a request is for GitHub's API or its storage.
func forGitHub(path string) bool {
	return strings.HasPrefix(path, githubPrefix+"/") || strings.HasPrefix(path, archivePrefix)
}

// handler checks a request as GitHub does, and then serves it.
func (e githubEndpoint) handler(w *simulator.World, sign signer) http.Handler {
	return http.HandlerFunc(func(writer http.ResponseWriter, r *http.Request) {
		c := &call{Request: r, world: w, sign: sign}
		fault, err := w.GitHub().Arrive(r.Method, r.URL.Path, "GitHub "+e.what)
		switch {
		case err != nil:
			refuseByGitHub(writer, err)
		case fault.Kind == simulator.CutBefore:
			panic(http.ErrAbortHandler)
		case fault.Kind == simulator.CutAfter:
			_, _ = e.answer(c) // taken, and the client is not told
			writer.Header().Set(githubRequestID, "cut")
			panic(http.ErrAbortHandler)
		default:
			answerGitHub(writer, c, e.answer)
		}
	})
}

const githubRequestID = "X-Github-Request-Id"

func (e githubEndpoint) answer(c *call) (reply, error) {
	if token, isBearer := strings.CutPrefix(c.Header.Get("Authorization"), "Bearer "); !isBearer || token == "" {
		return reply{}, &simulator.GitHubRefusal{Status: http.StatusUnauthorized, Message: "Requires authentication"}
	}
	repository := c.world.GitHub().Repository()
	if owner := c.PathValue("owner"); owner != "" && !(strings.EqualFold(owner, repository.Owner) && strings.EqualFold(c.PathValue("repository"), repository.Name)) {
		return reply{}, simulator.NotFoundByGitHub()
	}
	permission, level, needed := strings.Cut(e.permission, ": ")
	if needed && !c.world.GitHub().Permitted(permission, level) {
		return reply{}, simulator.NotPermitted()
	}
	return e.serve(c)
}

func answerGitHub(writer http.ResponseWriter, c *call, serve func(*call) (reply, error)) {
	answer, err := serve(c)
	if err != nil {
		refuseByGitHub(writer, err)
		return
	}
	answer.write(writer)
}

// unicorn is the beginning of the page that GitHub's front door shows when nothing behind it answers.
const unicorn = "<!DOCTYPE html><html><head><title>Unicorn! &middot; GitHub</title></head></html>"

// refuseByGitHub answers with a refusal as GitHub writes it. Any other error is a mistake of the simulator, and says so.
func refuseByGitHub(writer http.ResponseWriter, err error) {
	var refusal *simulator.GitHubRefusal
	if !errors.As(err, &refusal) {
		refusal = &simulator.GitHubRefusal{Status: http.StatusInternalServerError, Message: "simulator: " + err.Error()}
	}
	if refusal.RetryAfter > 0 {
		writer.Header().Set("Retry-After", strconv.Itoa(int(refusal.RetryAfter.Seconds())))
	}
	if !refusal.Reset.IsZero() {
		for name, value := range map[string]string{"Limit": "1000", "Remaining": "0", "Used": "1000", "Resource": "core", "Reset": strconv.FormatInt(refusal.Reset.Unix(), 10)} {
			writer.Header().Set("X-Ratelimit-"+name, value)
		}
	}
	if refusal.Page {
		writer.Header().Set("Content-Type", "text/html; charset=utf-8")
		writer.WriteHeader(refusal.Status)
		_, _ = writer.Write([]byte(unicorn)) // the client has gone
		return
	}
	documentation := refusal.Documentation
	if documentation == "" {
		documentation = "https://docs.github.com/rest"
	}
	reply{status: refusal.Status, body: map[string]string{
		"message": refusal.Message, "documentation_url": documentation, "status": strconv.Itoa(refusal.Status),
	}}.write(writer)
}

// readGitHub decodes a request's body; GitHub answers 400 to what is no JSON.
func readGitHub(c *call, target any) error {
	if err := json.NewDecoder(http.MaxBytesReader(nil, c.Body, 1<<20)).Decode(target); err != nil {
		return &simulator.GitHubRefusal{Status: http.StatusBadRequest, Message: "Problems parsing JSON"}
	}
	return nil
}

// number reads a number in the path; what is none is not there.
func (c *call) number(name string) (int64, error) {
	number, err := strconv.ParseInt(c.PathValue(name), 10, 64)
	if err != nil {
		return 0, simulator.NotFoundByGitHub()
	}
	return number, nil
}

func (c *call) repositoryURL() string {
	return c.base() + githubPrefix + "/repos/" + c.world.GitHub().Repository().FullName()
}
