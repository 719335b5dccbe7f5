package wire

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/simulator"
)

// endpoint is one operation of ARM.
type endpoint struct {
	pattern  string // of http.ServeMux, in lower case: ARM's paths have no case
	what     string // for counting
	action   string // of Azure's access control, as refusals name it; "" is allowed to everybody
	versions apiVersions
	limit    simulator.Limit
	serve    func(*call) (reply, error)
}

// call is one request as an endpoint sees it.
type call struct {
	*http.Request
	world  *simulator.World
	sign   signer
	bodies *bodies
}

// reply is a successful answer. A nil body is no body.
type reply struct {
	status int
	header http.Header
	body   any
}

func armEndpoints() []endpoint {
	return slices.Concat(
		clusterEndpoints(), poolEndpoints(), upgradeProfileEndpoints(), locationEndpoints(), operationEndpoints(),
		maintenanceEndpoints(), snapshotEndpoints(), fleetEndpoints(), surroundingsEndpoints(), authorizationEndpoints(),
	)
}

// Handler serves the world to ARM clients, the token endpoints that they log in to, and the API of the GitHub that
// their jobs run on, under /api/v3/. Any host is answered for.
func Handler(w *simulator.World) http.Handler {
	mux := http.NewServeMux()
	sign := newSigner(w)
	kept := &bodies{written: map[fleet.ClusterID]writtenCluster{}}
	for _, e := range armEndpoints() {
		mux.Handle(e.pattern, e.handler(w, sign, kept))
	}
	logins(mux, w, sign)
	mux.HandleFunc("/", func(writer http.ResponseWriter, r *http.Request) {
		refuse(writer, &simulator.Refusal{Status: 404, Code: "InvalidResourceType", Nested: true,
			Message: "The simulator has no such endpoint: " + r.Method + " " + r.URL.Path})
	})
	arm, api := lowerCase(mux), github(w, sign)
	return http.HandlerFunc(func(writer http.ResponseWriter, r *http.Request) {
		if forGitHub(r.URL.Path) {
			api.ServeHTTP(writer, r) // names in its paths keep their case
			return
		}
		arm.ServeHTTP(writer, r)
	})
}

// Live wraps h, the handler of w, so that the world keeps up with a clock: it is advanced to now before each request. A
// world that begins later than now keeps its distance instead: its clock would stand still otherwise.
func Live(h http.Handler, w *simulator.World, now func() time.Time) http.Handler {
	ahead := max(0, w.Now().Sub(now()))
	return http.HandlerFunc(func(writer http.ResponseWriter, r *http.Request) {
		w.AdvanceTo(now().Add(ahead))
		h.ServeHTTP(writer, r)
	})
}

// lowerCase gives next a request whose path is in lower case. The query, which is signed, stays as it is.
func lowerCase(next http.Handler) http.Handler {
	return http.HandlerFunc(func(writer http.ResponseWriter, r *http.Request) {
		lowered := r.Clone(r.Context())
		lowered.URL.Path, lowered.URL.RawPath = strings.ToLower(r.URL.Path), ""
		next.ServeHTTP(writer, lowered)
	})
}

// handler checks a request as ARM does before a resource provider sees it, and then serves it.
func (e endpoint) handler(w *simulator.World, sign signer, kept *bodies) http.Handler {
	return http.HandlerFunc(func(writer http.ResponseWriter, r *http.Request) {
		if refused := sign.authenticate(r, w.Now()); refused != nil {
			challenge(writer, refused)
			return
		}
		fault, err := w.Arrive(simulator.Request{Method: r.Method, Path: r.URL.Path, What: e.what, Limit: e.limit, Location: r.PathValue("location")})
		if err != nil {
			refuse(writer, err)
			return
		}
		if fault.Kind == simulator.CutBefore {
			panic(http.ErrAbortHandler)
		}
		answer, err := e.answer(&call{Request: r, world: w, sign: sign, bodies: kept})
		if fault.Kind == simulator.CutAfter {
			writer.Header().Set(requestIDHeader, "cut") // marks, in process, that the request was taken
			panic(http.ErrAbortHandler)
		}
		if err != nil {
			refuse(writer, err)
			return
		}
		answer.write(writer)
	})
}

func (e endpoint) answer(c *call) (reply, error) {
	if err := e.versions.check(c.URL.Query().Get("api-version")); err != nil {
		return reply{}, err
	}
	if e.action != "" {
		if err := c.world.Allowed(e.action, c.scope()); err != nil {
			return reply{}, err
		}
	}
	return e.serve(c)
}

// scope is the resource that a request is about: its path, less the name of an action at its end.
func (c *call) scope() string {
	path := strings.TrimSuffix(c.URL.Path, "/upgradenodeimageversion")
	return strings.TrimSuffix(path, "/abort")
}

// base is the scheme and host that links in answers begin with: those that the client used.
func (c *call) base() string {
	switch {
	case c.URL.Host != "":
		return c.URL.Scheme + "://" + c.URL.Host
	case c.TLS != nil:
		return "https://" + c.Host
	default:
		return "http://" + c.Host
	}
}
