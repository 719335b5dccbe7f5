package simulator

import (
	_ "embed" // for demo.yml
	"regexp"
	"time"
)

//go:embed demo.yml
var demo []byte

// Demo returns the fleet file of the demonstration: thirteen clusters in three regions whose latest images differ.
func Demo() []byte { return demo }

// DemoAt returns the demonstration moved by whole weeks to the week of now, so that served in real time its images are
// as old as they are meant to be, and its windows open on their days.
func DemoAt(now time.Time) []byte {
	start := time.Date(2026, 3, 2, 7, 0, 0, 0, time.UTC) // as demo.yml says
	days := int(now.Sub(start)/(7*24*time.Hour)) * 7
	moved := demo
	for _, shape := range []struct{ pattern, layout string }{
		{`\b20\d{2}-\d{2}-\d{2}`, time.DateOnly}, // the start, windows
		{`\b20\d{4}\.\d{2}\b`, "200601.02"},      // images
	} {
		moved = regexp.MustCompile(shape.pattern).ReplaceAllFunc(moved, func(text []byte) []byte {
			day, err := time.Parse(shape.layout, string(text))
			if err != nil {
				return text
			}
			return []byte(day.AddDate(0, 0, days).Format(shape.layout))
		})
	}
	return moved
}
