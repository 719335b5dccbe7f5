package fleet

import (
	"cmp"
	"fmt"
	"time"
)

// Date is a calendar day without a time zone. The zero value means "no date".
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateSpan is a run of whole local days; End is inclusive, as in AKS.
type DateSpan struct{ Start, End Date }

const secondsPerDay = 24 * 60 * 60

// IsZero reports whether d is no date at all.
func (d Date) IsZero() bool { return d == Date{} }

// Compare orders dates.
func (d Date) Compare(e Date) int {
	return cmp.Or(cmp.Compare(d.Year, e.Year), cmp.Compare(d.Month, e.Month), cmp.Compare(d.Day, e.Day))
}

// String writes the date as AKS does: YYYY-MM-DD.
func (d Date) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day) }

// exists reports whether the calendar has the day; it has no 30 February.
func (d Date) exists() bool { return dateOf(d.number()) == d }

// number counts the days since 1 January 1970.
func (d Date) number() int {
	return int(time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC).Unix() / secondsPerDay)
}

// dateOf is the inverse of number.
func dateOf(number int) Date {
	year, month, day := time.Unix(int64(number)*secondsPerDay, 0).UTC().Date()
	return Date{year, month, day}
}

// contains reports whether the day lies in the span.
func (s DateSpan) contains(d Date) bool { return s.Start.Compare(d) <= 0 && d.Compare(s.End) <= 0 }
