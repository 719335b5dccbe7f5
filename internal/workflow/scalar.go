package workflow

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/org/fleet-update-action/internal/strategy"
)

// plainScalar is text that YAML takes as text without quotes, wherever it stands, unless it is one of plainWords.
var plainScalar = regexp.MustCompile(`^\.?[A-Za-z]([-A-Za-z0-9_./ ]*[A-Za-z0-9_./])?$`)

// plainWords are what some reader of YAML or other takes for something else than text.
var plainWords = regexp.MustCompile(`(?i)^(y|n|yes|no|on|off|true|false|null|\.inf|\.nan)$`)

// scalar writes text from a strategy so that it is that text to YAML and to GitHub, which would evaluate ${{ … }}.
func scalar(text string) string {
	text = strings.ReplaceAll(text, "${{", "${{ '${{' }}")
	switch {
	case plainScalar.MatchString(text) && !plainWords.MatchString(text):
		return text
	case strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }):
		return strconv.QuoteToASCII(text)
	default:
		return "'" + strings.ReplaceAll(text, "'", "''") + "'"
	}
}

// list writes a list on one line.
func list(items []string) string {
	quoted := make([]string, len(items))
	for i, item := range items {
		quoted[i] = scalar(item)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// needs writes a job's needs, on one line where they fit.
func needs(jobs []string) string {
	const most = 100
	if short := list(jobs); len(short) <= most {
		return " " + short
	}
	return "\n      - " + strings.Join(jobs, "\n      - ")
}

// runsOn writes a job's runs-on.
func runsOn(on strategy.RunsOn) string {
	switch {
	case on.Group != "" && len(on.Labels) > 0:
		return "\n      group: " + scalar(on.Group) + "\n      labels: " + list(on.Labels)
	case on.Group != "":
		return "\n      group: " + scalar(on.Group)
	case len(on.Labels) == 1:
		return " " + scalar(on.Labels[0])
	default:
		return " " + list(on.Labels)
	}
}

// runsOnJSON writes a runs-on for the input of a called workflow, which gives it to fromJSON.
func runsOnJSON(on strategy.RunsOn) string {
	var value any = on.Labels
	switch {
	case on.Group != "":
		value = struct {
			Group  string   `json:"group"`
			Labels []string `json:"labels,omitempty"`
		}{on.Group, on.Labels}
	case len(on.Labels) == 1:
		value = on.Labels[0]
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if encoder.Encode(value) != nil { // cannot happen: these are strings
		return ""
	}
	return scalar(strings.TrimSpace(text.String()))
}
