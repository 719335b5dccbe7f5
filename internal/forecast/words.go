package forecast

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// clock writes a time as people plan with it: "Friday 2026-11-27 02:10Z".
func clock(at time.Time) string { return at.UTC().Format("Monday 2006-01-02 15:04Z") }

// hours writes a duration: "9 h", "7 h 30 min". What is more than a minute is rounded up.
func hours(d time.Duration) string {
	minutes := int((d + time.Minute - 1) / time.Minute)
	switch {
	case minutes < 60:
		return fmt.Sprintf("%d min", minutes)
	case minutes%60 == 0:
		return fmt.Sprintf("%d h", minutes/60)
	default:
		return fmt.Sprintf("%d h %02d min", minutes/60, minutes%60)
	}
}

// days writes how many days something takes, begun ones included.
func days(d time.Duration) string {
	const day = 24 * time.Hour
	return count(int((d+day-1)/day), "day")
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// sentence makes a sentence of a fragment.
func sentence(fragment string) string {
	if fragment == "" {
		return ""
	}
	first, size := utf8.DecodeRuneInString(fragment)
	return string(unicode.ToUpper(first)) + strings.TrimSuffix(fragment[size:], ".") + "."
}
