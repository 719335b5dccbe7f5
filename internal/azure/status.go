package azure

import "errors"

// Status is the HTTP status of the error reply that an error stands for, or 0 where there is none.
func Status(err error) int {
	var r *refusal
	if errors.As(err, &r) {
		return r.status
	}
	return 0
}
