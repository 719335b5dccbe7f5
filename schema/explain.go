package schema

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
)

// rule is the name of a rule that a document can break.
type rule string

const (
	ruleUnknownField rule = "unknown-field"
	ruleMissingField rule = "missing-field"
	ruleWrongType    rule = "wrong-type"
	ruleUnknownValue rule = "unknown-value"
	ruleWrongFormat  rule = "wrong-format"
	ruleOutOfRange   rule = "out-of-range"
	ruleJSONSyntax   rule = "json-syntax"
)

// findings says what is wrong in words: one finding, or one per field where several are unknown or missing.
func (v violation) findings() []fleet.Finding {
	switch v.keyword {
	case "additionalProperties":
		return v.unknownFields()
	case "required":
		return v.missingFields()
	case "type":
		return v.one(ruleWrongType, fmt.Sprintf("%s must be %s, but is %s", v.label(), v.wanted(), v.node.describeKind()), v.typeAdvice())
	case "enum", "const":
		return v.one(ruleUnknownValue, fmt.Sprintf("%s is not a value of %s", v.node.describe(), v.label()), v.valueAdvice())
	case "pattern", "format":
		return v.one(ruleWrongFormat, fmt.Sprintf("%s is not a valid value of %s", v.node.describe(), v.label()), v.formatAdvice())
	case "minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum":
		return v.one(ruleOutOfRange, fmt.Sprintf("%s is %s", v.label(), v.node.describe()), v.limit("It must be %s %s."))
	case "minLength", "maxLength":
		return v.one(ruleOutOfRange, v.label()+v.misfit(), v.limit("It must have %s %s.", "character", "characters"))
	default:
		return v.one(ruleOutOfRange, v.label()+v.misfit(), v.limit("It must have %s %s.", "entry", "entries"))
	}
}

func (v violation) one(r rule, message, advice string) []fleet.Finding {
	at := v.node
	if at != nil && (at.Kind == Null || at.Kind == List || at.Kind == Map) && v.key != nil {
		at = v.key // the value is nothing, or many lines
	}
	return []fleet.Finding{v.finding(r, at, message, advice)}
}

func (v violation) finding(r rule, at *Node, message, advice string) fleet.Finding {
	return fleet.Finding{
		Rule:     string(r),
		Severity: fleet.Error,
		Message:  message,
		Advice:   advice,
		Position: v.lines.Position(at),
	}
}

func (v violation) unknownFields() []fleet.Finding {
	allowed := keys(v.schema["properties"])
	var findings []fleet.Finding
	for _, field := range v.node.fields() {
		name := field.Key.Value
		if slices.Contains(allowed, name) {
			continue
		}
		advice := "Allowed here: " + strings.Join(allowed, ", ") + "."
		if near := Nearest(name, allowed); near != "" {
			advice = fmt.Sprintf("Did you mean %q?", near)
		}
		if len(findings) == Most {
			break
		}
		message := fmt.Sprintf("%s has no field %q", v.label(), short(name))
		findings = append(findings, v.finding(ruleUnknownField, field.Key, message, advice))
	}
	return findings
}

func (v violation) missingFields() []fleet.Finding {
	required, _ := v.schema["required"].([]any)
	at := v.node
	if v.key != nil {
		at = v.key
	}
	var findings []fleet.Finding
	for _, each := range required {
		name, _ := each.(string)
		if v.node.Field(name) != nil {
			continue
		}
		message := fmt.Sprintf("%s needs the field %q", v.label(), name)
		findings = append(findings, v.finding(ruleMissingField, at, message, strings.TrimSpace("Add it. "+v.describeField(name))))
	}
	return findings
}

// describeField returns what the schema says about a field.
func (v violation) describeField(name string) string {
	field, _ := descend(v.schema, []string{"properties", name}).(map[string]any)
	text, _ := v.attribute(field, "description").(string)
	return text
}

// attribute looks a keyword up in a part of the schema and, failing that, in what that part refers to.
func (v violation) attribute(schema map[string]any, keyword string) any {
	if value, ok := schema[keyword]; ok {
		return value
	}
	if reference, ok := schema["$ref"].(string); ok {
		referred, _ := descend(v.root, parts(strings.TrimPrefix(reference, "#"))).(map[string]any)
		return referred[keyword]
	}
	return nil
}

func (v violation) wanted() string {
	words := map[string]string{
		"object": "a mapping", "array": "a list", "string": "text", "integer": "a whole number",
		"number": "a number", "boolean": "true or false", "null": "empty",
	}
	var wanted []string
	for _, name := range texts(v.schema["type"]) {
		wanted = append(wanted, words[name])
	}
	return strings.Join(wanted, " or ")
}

func (v violation) typeAdvice() string {
	wants := texts(v.schema["type"])
	scalar := v.node != nil && v.node.Kind != List && v.node.Kind != Map && v.node.Kind != Null
	switch {
	case v.node != nil && v.node.Kind == Null:
		return "Give it a value, or remove the field."
	case len(v.path) == 0:
		return "Begin with the fields themselves, such as " + strings.Join(texts(v.schema["required"]), ", ") + "."
	case scalar && slices.Contains(wants, "string") && v.fitsQuoted():
		return fmt.Sprintf("Write it in quotes: %q.", short(v.node.Value))
	case v.means() != "":
		return v.means()
	case slices.Contains(wants, "boolean"):
		return "Write true or false, without quotes."
	case slices.Contains(wants, "integer"):
		return "Write a whole number, without quotes and without a unit."
	case slices.Contains(wants, "array"):
		return "Begin each entry with a dash."
	case slices.Contains(wants, "object"):
		return "Write its fields on the lines below it, indented."
	default:
		return "Write one value, and neither a list nor a mapping."
	}
}

// fitsQuoted reports whether a scalar would be a valid text, so that quotes are all that it lacks.
func (v violation) fitsQuoted() bool {
	pattern, _ := v.schema["pattern"].(string)
	fits, err := regexp.MatchString(pattern, v.node.Value)
	return err == nil && fits
}

// means is what the schema says about how the value is written, or "".
func (v violation) means() string {
	means, _ := v.schema["patternErrorMessage"].(string)
	if means == "" {
		return ""
	}
	return strings.ToUpper(means[:1]) + means[1:] + "."
}

func (v violation) valueAdvice() string {
	allowed := texts(v.schema["enum"])
	if only, ok := v.schema["const"]; ok {
		allowed = texts([]any{only})
	}
	advice := "Allowed: " + strings.Join(allowed, ", ") + "."
	if len(allowed) == 1 {
		advice = "It must be " + allowed[0] + "."
	}
	if near := Nearest(v.node.Text(), allowed); near != "" && near != v.node.Text() && len(allowed) > 1 {
		return fmt.Sprintf("Did you mean %q? %s", near, advice)
	}
	return advice
}

func (v violation) formatAdvice() string {
	if means := v.means(); means != "" {
		return means
	}
	if format, ok := v.schema["format"].(string); ok && v.keyword == "format" {
		return "It must be a " + format + "."
	}
	pattern, _ := v.schema["pattern"].(string)
	return "It must match " + pattern + "."
}

// limit fills a sentence with the bound that was broken, and with what is counted, in singular and plural.
func (v violation) limit(sentence string, counted ...string) string {
	bound := "at most"
	switch {
	case v.keyword == "exclusiveMinimum":
		bound = "more than"
	case v.keyword == "exclusiveMaximum":
		bound = "less than"
	case strings.HasPrefix(v.keyword, "min"):
		bound = "at least"
	}
	value, isNumber := v.schema[v.keyword].(float64)
	if !isNumber {
		text, _ := v.schema["description"].(string)
		return text
	}
	amount := strconv.FormatFloat(value, 'f', -1, 64)
	switch {
	case len(counted) == 2 && value == 1:
		amount += " " + counted[0]
	case len(counted) == 2:
		amount += " " + counted[1]
	}
	return fmt.Sprintf(sentence, bound, amount)
}

func (v violation) misfit() string {
	switch {
	case v.node == nil:
		return " does not fit"
	case v.node.Kind == Text && v.node.Value == "", v.node.Kind == List && len(v.node.Items) == 0,
		v.node.Kind == Map && len(v.node.Fields) == 0:
		return " is empty"
	case strings.HasPrefix(v.keyword, "max"):
		return " is too long"
	case strings.HasPrefix(v.keyword, "min"):
		return " is too short"
	default:
		return " does not fit"
	}
}
