package fleet

// Severity says what a Finding stops.
type Severity string

// Severities, worst first.
const (
	Error   Severity = "error"   // nothing is done until it is mended
	Warning Severity = "warning" // may well hurt; read it before approving
	Note    Severity = "note"    // worth knowing
)

// Finding is one thing to say about a strategy, a plan or a stage, as data. It is rendered in one place (report), as
// text, JSON, annotation or Markdown.
type Finding struct {
	Rule     string    `json:"rule"` // a stable, documented name in kebab-case, such as "duplicate-group"
	Severity Severity  `json:"severity"`
	Message  string    `json:"message"`           // what is wrong
	Advice   string    `json:"advice,omitempty"`  // what to do; a short command where one mends it
	Command  string    `json:"command,omitempty"` // a long command that mends it, and perhaps other findings with it
	Position Position  `json:"position,omitzero"`
	Cluster  ClusterID `json:"cluster,omitempty"`
	Member   string    `json:"member,omitempty"`
	Pool     string    `json:"pool,omitempty"`
	Stage    string    `json:"stage,omitempty"`
}

// Position is a place in a file. Line and Column count from 1, Column in runes; Length is how many runes the offending
// text has, and Source is its whole line, so that it can be shown underlined.
type Position struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
	Length int    `json:"length,omitempty"`
	Source string `json:"-"`
}

// HasErrors reports whether any finding is an Error.
func HasErrors(findings []Finding) bool {
	for _, finding := range findings {
		if finding.Severity == Error {
			return true
		}
	}
	return false
}

// FirstError returns the first finding that is an Error, or a zero one.
func FirstError(findings []Finding) Finding {
	for _, finding := range findings {
		if finding.Severity == Error {
			return finding
		}
	}
	return Finding{}
}
