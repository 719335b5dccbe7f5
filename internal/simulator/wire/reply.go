package wire

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/org/fleet-update-action/internal/simulator"
)

const requestIDHeader = "X-Ms-Request-Id"

func ok(body any) (reply, error) { return reply{status: http.StatusOK, body: body}, nil }

func (r reply) write(writer http.ResponseWriter) {
	for name, values := range r.header {
		writer.Header()[name] = values
	}
	if r.body == nil {
		writer.WriteHeader(r.status)
		return
	}
	content, isWritten := r.body.(json.RawMessage)
	if !isWritten {
		var err error
		if content, err = json.Marshal(r.body); err != nil {
			refuse(writer, err)
			return
		}
	}
	writer.Header().Set("Content-Type", "application/json; charset=utf-8")
	writer.Header().Set("Content-Length", strconv.Itoa(len(content)))
	writer.WriteHeader(r.status)
	_, _ = writer.Write(content) // the client has gone
}

// errorBody is the flat shape of AKS's own errors, and what stands within the nested one of ARM.
type errorBody struct {
	Code    string   `json:"code"`
	Message string   `json:"message"`
	Subcode string   `json:"subcode,omitempty"`
	Details []string `json:"details,omitempty"`
}

// refuse answers with a refusal of the world. Any other error is a mistake of the simulator, and says so.
func refuse(writer http.ResponseWriter, err error) {
	var refusal *simulator.Refusal
	if !errors.As(err, &refusal) {
		refusal = &simulator.Refusal{Status: 500, Code: "SimulatorError", Message: err.Error()}
	}
	header := http.Header{}
	if refusal.RetryAfter > 0 {
		header.Set("Retry-After", strconv.Itoa(int(refusal.RetryAfter/time.Second)))
	}
	var body any = errorBody{Code: refusal.Code, Message: refusal.Message, Subcode: refusal.Subcode}
	if refusal.Nested {
		body = map[string]any{"error": body}
	}
	reply{status: refusal.Status, header: header, body: body}.write(writer)
}
