package wire

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strconv"

	"github.com/org/fleet-update-action/internal/simulator"
)

// page is a page of a list; its value is spliced in.
type page struct {
	NextLink string `json:"nextLink,omitempty"`
}

// span returns which of n entries this request's page has, and the link to the next. The link is opaque to clients.
func (c *call) span(n int) (from, to int, next string, err error) {
	if token := c.URL.Query().Get("$skipToken"); token != "" {
		text, decodeErr := base64.RawURLEncoding.DecodeString(token)
		from, err = strconv.Atoi(string(text))
		if decodeErr != nil || err != nil || from < 0 || from > n {
			return 0, 0, "", &simulator.Refusal{Status: 400, Code: "InvalidSkipToken", Nested: true, Message: "The skip token is not one that was given out."}
		}
	}
	to = min(n, from+c.world.PageSize())
	if to < n {
		query := url.Values{"api-version": {c.URL.Query().Get("api-version")}, "$skipToken": {base64.RawURLEncoding.EncodeToString([]byte(strconv.Itoa(to)))}}
		next = c.base() + c.URL.Path + "?" + query.Encode()
	}
	return from, to, next, nil
}

// paged answers with one page of a list.
func paged[T, B any](c *call, entries []T, body func(T) B) (reply, error) {
	from, to, next, err := c.span(len(entries))
	if err != nil {
		return reply{}, err
	}
	values := make([]json.RawMessage, 0, to-from)
	for _, entry := range entries[from:to] {
		values = append(values, written(body(entry)))
	}
	return ok(splice(page{NextLink: next}, nil, field{"value", array(values)}))
}

// written is a body as JSON, as it is where it was written already.
func written(body any) json.RawMessage {
	if done, isWritten := body.(json.RawMessage); isWritten {
		return done
	}
	content, _ := json.Marshal(body) // plain structs and maps of text and numbers made here
	return content
}
