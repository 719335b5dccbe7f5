package strategy

import (
	"strings"
	"testing"
)

func TestCron(t *testing.T) {
	tests := map[string]string{ // what is wrong; "": nothing
		"17 * * * *":                     "",
		"*/15 0-6,22,23 1 JAN-jun SUN":   "",
		"0 0 31 12 6":                    "",
		"20/15 * * * 1-5/2":              "",
		"17 * * *":                       "its fields are 4 instead of 5",
		"17 * * * * *":                   "its fields are 6 instead of 5",
		"@hourly":                        "GitHub knows no names such as @hourly",
		"":                               "its fields are 0 instead of 5",
		"*":                              "its fields are 1 instead of 5",
		"60 * * * *":                     `"60" is not a value of the minute, from 0 to 59`,
		"* 24 * * *":                     `"24" is not a value of the hour`,
		"* * 0 * *":                      `"0" is not a value of the day of the month, from 1 to 31`,
		"* * * 13 *":                     `"13" is not a value of the month, from 1 to 12`,
		"* * * * 7":                      `"7" is not a value of the day of the week`,
		"* * * * MON-SAX":                `"MON-SAX" is not`,
		"50-10 * * * *":                  `"50-10" is not`,
		"*/0 * * * *":                    `"*/0" is not`,
		"*/ * * * *":                     `"*/" is not`,
		"*/+5 * * * *":                   `"*/+5" is not`,
		"+5 * * * *":                     `"+5" is not`,
		"-5 * * * *":                     `"-5" is not`,
		"1, * * * *":                     `"" is not`,
		"* * L * *":                      `"L" is not`,
		"* * * * MON#1":                  `"MON#1" is not`,
		"${{ * * * *":                    `"${{" is not`,
		"9999999999999999999999 * * * *": "is not a value of the minute",
	}
	for text, want := range tests {
		if got := cronProblem(strings.Fields(text)); !strings.Contains(got, want) || (got == "") != (want == "") {
			t.Errorf("%q: %q instead of %q", text, got, want)
		}
	}
}
