package wire_test

import (
	"testing"
)

func TestAPIVersionsAreChecked(t *testing.T) {
	c := small(t)
	refused(t, c.send("GET", one, ""), 400, "MissingApiVersionParameter", true)
	refused(t, c.send("GET", one+"?api-version=2031-01-01", ""), 400, "NoRegisteredProviderFound", true)
	refused(t, c.send("GET", "/nowhere"+version, ""), 404, "InvalidResourceType", true)
}
