package simulator

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/org/fleet-update-action/internal/fleet"
)

// maxFile is how large a fleet file may be, in bytes: many clusters alike take a few lines.
const maxFile = 4 << 20

// Load reads a fleet file: YAML with the fields of Description. Everything that is wrong with it comes back at once,
// with its place; the World is nil then.
func Load(file string, content []byte) (*World, []fleet.Finding) {
	source := sourceFile{name: file, lines: bytes.Split(content, []byte("\n"))}
	if len(content) > maxFile {
		return nil, []fleet.Finding{source.finding(1, 1, fmt.Sprintf("the file has %d bytes, more than the %d that are read; describe clusters alike by their count", len(content), maxFile))}
	}
	d, findings := source.decode(content)
	if len(findings) > 0 {
		return nil, findings
	}
	world, defects := build(d)
	if len(defects) == 0 {
		return world, nil
	}
	var document yaml.Node
	_ = yaml.Unmarshal(content, &document) // it was decoded just above
	for _, defect := range defects {
		line, column := locate(&document, defect.path)
		findings = append(findings, source.finding(line, column, pathText(defect.path)+": "+defect.message))
	}
	return nil, findings
}

type sourceFile struct {
	name  string
	lines [][]byte
}

func (s sourceFile) finding(line, column int, message string) fleet.Finding {
	position := fleet.Position{File: s.name, Line: line, Column: column}
	if line >= 1 && line <= len(s.lines) {
		position.Source = strings.TrimSuffix(string(s.lines[line-1]), "\r")
	}
	return fleet.Finding{Rule: "fleet-file", Severity: fleet.Error, Message: message, Position: position,
		Advice: "mend the fleet file; its format is described in docs/simulator.md"}
}

// decode reads the YAML and refuses fields that a description does not have.
func (s sourceFile) decode(content []byte) (d Description, findings []fleet.Finding) {
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	decoder.KnownFields(true)
	err := decoder.Decode(&d)
	switch {
	case errors.Is(err, io.EOF):
		return d, []fleet.Finding{s.finding(1, 1, "the file is empty: want a fleet, with start, regions and clusters")}
	case err == nil:
		return d, nil
	}
	var typeError *yaml.TypeError
	if !errors.As(err, &typeError) {
		return d, []fleet.Finding{s.fromText(err.Error())}
	}
	for _, text := range typeError.Errors {
		findings = append(findings, s.fromText(text))
	}
	return d, findings
}

// fromText takes the line out of an error of the YAML library, and the names of Go types.
func (s sourceFile) fromText(text string) fleet.Finding {
	text = strings.TrimPrefix(text, "yaml: ")
	line := 1
	if found := regexp.MustCompile(`^line (\d+): `).FindStringSubmatch(text); found != nil {
		line, _ = strconv.Atoi(found[1])
		text = strings.TrimPrefix(text, found[0])
	}
	text = regexp.MustCompile(` in type simulator\.\w+`).ReplaceAllString(text, " here")
	return s.finding(line, 1, text)
}

// locate walks a path of field names and indices through the YAML, as far as it goes.
func locate(node *yaml.Node, path []any) (line, column int) {
	if node.Kind == yaml.DocumentNode && len(node.Content) > 0 {
		node = node.Content[0]
	}
	line, column = max(1, node.Line), max(1, node.Column)
	for _, step := range path {
		for node.Kind == yaml.AliasNode {
			node = node.Alias
		}
		next := child(node, step)
		if next == nil {
			break
		}
		node = next
		line, column = node.Line, node.Column
	}
	return line, column
}

func child(node *yaml.Node, step any) *yaml.Node {
	switch step := step.(type) {
	case int:
		if node.Kind == yaml.SequenceNode && step < len(node.Content) {
			return node.Content[step]
		}
	case string:
		for i := 0; node.Kind == yaml.MappingNode && i+1 < len(node.Content); i += 2 {
			if node.Content[i].Value == step {
				return node.Content[i+1]
			}
		}
	}
	return nil
}
