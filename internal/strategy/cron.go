package strategy

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/org/fleet-update-action/schema"
)

// cronField is one of the five parts of a cron expression.
type cronField struct {
	name     string
	from, to int
	words    []string // other names of the numbers from from on
}

func cronFields() []cronField {
	return []cronField{
		{name: "the minute", to: 59},
		{name: "the hour", to: 23},
		{name: "the day of the month", from: 1, to: 31},
		{name: "the month", from: 1, to: 12, words: []string{"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"}},
		{name: "the day of the week", to: 6, words: []string{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"}},
	}
}

// cron reads a cron expression as GitHub takes it: five fields, without @words, L, W or #. The result has single spaces.
func (r *reader) cron(n *schema.Node) string {
	if n.Text() == "" {
		return ""
	}
	parts := strings.Fields(n.Text())
	if problem := cronProblem(parts); problem != "" {
		r.fail(ruleCron, n, fmt.Sprintf("%q is not a cron expression: %s", n.Text(), problem),
			`Write five fields: minute, hour, day of the month, month and day of the week, such as "17 * * * *" for 17 minutes past every hour.`)
		return ""
	}
	return strings.Join(parts, " ")
}

func cronProblem(parts []string) string {
	fields := cronFields()
	switch {
	case len(parts) > 0 && strings.HasPrefix(parts[0], "@"):
		return "GitHub knows no names such as " + parts[0]
	case len(parts) != len(fields):
		return fmt.Sprintf("its fields are %d instead of 5", len(parts))
	}
	for i, field := range fields {
		for _, item := range strings.Split(parts[i], ",") {
			if !field.takes(item) {
				return fmt.Sprintf("%q is not a value of %s, from %d to %d", item, field.name, field.from, field.to)
			}
		}
	}
	return ""
}

// takes reports whether a field may have *, a number or a range of numbers, the last two or the first with a step.
func (f cronField) takes(item string) bool {
	span, step, stepped := strings.Cut(item, "/")
	if number, err := strconv.Atoi(step); stepped && (err != nil || number < 1 || strings.HasPrefix(step, "+")) {
		return false
	}
	if span == "*" {
		return true
	}
	first, last, ranged := strings.Cut(span, "-")
	from, ok := f.number(first)
	if !ok || !ranged {
		return ok
	}
	to, ok := f.number(last)
	return ok && from <= to
}

func (f cronField) number(text string) (number int, ok bool) {
	if i := slices.Index(f.words, strings.ToUpper(text)); i >= 0 {
		return f.from + i, true
	}
	number, err := strconv.Atoi(text)
	return number, err == nil && number >= f.from && number <= f.to && text[0] != '+'
}
