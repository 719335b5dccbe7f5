// Package schema holds the JSON schemas of the files that people and programs exchange with the action (the strategy,
// the plan, the result), and checks documents against them, with the place of every problem.
package schema

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v5"
)

//go:embed *.json
var files embed.FS

// Name says which schema is meant; its file is Name + ".schema.json".
type Name string

// The schemas.
const (
	Strategy Name = "strategy"
	Plan     Name = "plan"
	Result   Name = "result"
)

// Source returns the text of a schema.
func Source(name Name) ([]byte, error) {
	text, err := files.ReadFile(string(name) + ".schema.json")
	if err != nil {
		return nil, fmt.Errorf("read the schema %q: %w", name, err)
	}
	return text, nil
}

// compiled is a schema ready to check with, and its raw text, from which messages are made.
type compiled struct {
	schema *jsonschema.Schema
	raw    map[string]any
}

// Compiling takes milliseconds, so it is done at first use and once. The results are never changed.
var (
	strategySchema = sync.OnceValue(func() compiled { return compile(Strategy) })
	planSchema     = sync.OnceValue(func() compiled { return compile(Plan) })
	resultSchema   = sync.OnceValue(func() compiled { return compile(Result) })
)

func (n Name) compiled() compiled {
	switch n {
	case Plan:
		return planSchema()
	case Result:
		return resultSchema()
	default:
		return strategySchema()
	}
}

// compile panics on a schema that is not one: the schemas are part of the binary, and a test compiles them all.
func compile(name Name) compiled {
	text, err := Source(name)
	if err != nil {
		panic(err)
	}
	c := compiled{}
	if err := json.Unmarshal(text, &c.raw); err != nil {
		panic(fmt.Errorf("decode the schema %q: %w", name, err))
	}
	compiler := jsonschema.NewCompiler()
	compiler.Draft = jsonschema.Draft2020
	url := string(name) + ".schema.json"
	if err := compiler.AddResource(url, bytes.NewReader(text)); err != nil {
		panic(fmt.Errorf("read the schema %q: %w", name, err))
	}
	c.schema, err = compiler.Compile(url)
	if err != nil {
		panic(fmt.Errorf("compile the schema %q: %w", name, err))
	}
	return c
}
