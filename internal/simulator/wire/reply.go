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

// errorBody is what ARM and operations say of an error.
type errorBody struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// flatBody is the shape of AKS's own errors. All its fields are always there.
type flatBody struct {
	Code    string      `json:"code"`
	Details []errorBody `json:"details"`
	Message string      `json:"message"`
	Subcode string      `json:"subcode"`
	Target  string      `json:"target"`
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
	reply{status: refusal.Status, header: header, body: refusalBody(refusal)}.write(writer)
}

func refusalBody(refusal *simulator.Refusal) any {
	if refusal.Nested {
		return map[string]errorBody{"error": {Code: refusal.Code, Message: refusal.Message}}
	}
	body := flatBody{Code: refusal.Code, Message: refusal.Message, Subcode: refusal.Subcode}
	if refusal.Detail != "" {
		body.Details = []errorBody{{Code: "Unspecified", Message: refusal.Detail}}
	}
	return body
}
