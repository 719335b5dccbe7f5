package wire

import (
	"net/http"
	"time"

	"github.com/org/fleet-update-action/internal/simulator"
)

const asyncHeader = "Azure-Asyncoperation" // as Go spells Azure-AsyncOperation

func operationEndpoints() []endpoint {
	action := "Microsoft.ContainerService/locations/"
	return []endpoint{
		{"GET " + locationPath + "/operations/{operation}", "GET operation", action + "operations/read", aks("locations/operations"), simulator.LimitOperation, getOperation},
		{"GET " + locationPath + "/operationresults/{operation}", "GET operationResult", action + "operationresults/read", aks("locations/operationresults"), simulator.LimitOperation, getResult},
	}
}

type operationJSON struct {
	Name  string     `json:"name"`
	State string     `json:"status"`
	Began time.Time  `json:"startTime"`
	Ended *time.Time `json:"endTime,omitempty"`
	Error *errorBody `json:"error,omitempty"`
}

func (c *call) operation() (simulator.Operation, error) {
	if err := c.sign.verify(c.URL); err != nil {
		return simulator.Operation{}, err
	}
	operation, found := c.world.Operation(c.PathValue("operation"))
	if !found {
		return operation, &simulator.Refusal{Status: 404, Code: "NotFound", Nested: true, Message: "The entity was not found."}
	}
	return operation, nil
}

// getOperation answers 200 whatever became of the operation.
func getOperation(c *call) (reply, error) {
	operation, err := c.operation()
	if err != nil {
		return reply{}, err
	}
	body := operationJSON{Name: operation.ID, State: operation.Status, Began: operation.Began}
	if !operation.Ended.IsZero() {
		body.Ended = &operation.Ended
	}
	if operation.Problem != nil {
		body.Error = &errorBody{Code: operation.Problem.Code, Message: operation.Problem.Message}
	}
	return ok(body)
}

// getResult answers 202 while the operation runs and 204 once it has ended.
func getResult(c *call) (reply, error) {
	operation, err := c.operation()
	if err != nil {
		return reply{}, err
	}
	if operation.Ended.IsZero() {
		return reply{status: http.StatusAccepted, header: http.Header{"Location": {c.operationURL(&operation, "operationresults")}}}, nil
	}
	return reply{status: http.StatusNoContent}, nil
}
