package simulator

import (
	"bytes"
	"encoding/json"
	"maps"
)

// Fields are JSON fields that a resource has and that this world has no use for. They are kept as they were sent, with
// their numbers exact, in one canonical spelling. A Fields is never changed, only replaced.
type Fields map[string]json.RawMessage

// NewFields takes over the fields of a body, less those named, which the world knows itself.
func NewFields(body map[string]json.RawMessage, known ...string) Fields {
	fields := Fields{}
	for name, value := range body {
		fields[name] = canonical(value)
	}
	for _, name := range known {
		delete(fields, name)
	}
	return fields
}

// canonical spells a JSON value in one way, so that equal values are equal bytes: keys sorted, no space, nothing escaped
// that need not be. Numbers stay as they are written.
func canonical(value json.RawMessage) json.RawMessage {
	decoder := json.NewDecoder(bytes.NewReader(value))
	decoder.UseNumber()
	var tree any
	if decoder.Decode(&tree) != nil {
		return value
	}
	var spelled bytes.Buffer
	encoder := json.NewEncoder(&spelled)
	encoder.SetEscapeHTML(false)
	if encoder.Encode(tree) != nil {
		return value
	}
	return bytes.TrimSpace(spelled.Bytes())
}

func (f Fields) equal(other Fields) bool {
	return maps.EqualFunc(f, other, func(a, b json.RawMessage) bool { return bytes.Equal(a, b) })
}
