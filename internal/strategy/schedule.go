package strategy

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/schema"
)

const utc = "UTC"

// Schedule is when the workflow of a profile begins by itself.
type Schedule struct {
	Cron     string // five fields, with single spaces
	TimeZone string // an IANA name
}

func (r *reader) schedule(n *schema.Node) Schedule {
	s := Schedule{Cron: r.cron(n.Field("cron")), TimeZone: cmp.Or(n.Field("timezone").Text(), utc)}
	if minutes, _, _ := strings.Cut(s.Cron, " "); onTheHour(minutes) {
		r.report(ruleBusyMinute, fleet.Warning, n.Field("cron"), fmt.Sprintf("%q begins on the hour, when GitHub begins schedules late or drops them", s.Cron),
			"Take another minute, such as 37.")
	}
	if !isTimeZone(s.TimeZone) {
		guess := ""
		if nearest := schema.Nearest(s.TimeZone, zones()); nearest != "" {
			guess = "; did you mean " + nearest + "?"
		}
		r.fail(ruleTimeZone, n.Field("timezone"), fmt.Sprintf("there is no time zone %q%s", s.TimeZone, guess), "Write its IANA name, such as Europe/Berlin, or leave it out for UTC.")
	}
	return s
}

// onTheHour reports whether the minutes of a cron expression have the first of the hour among them.
func onTheHour(minutes string) bool {
	for _, item := range strings.Split(minutes, ",") {
		span, _, _ := strings.Cut(item, "/")
		first, _, _ := strings.Cut(span, "-")
		if first == "*" || strings.Trim(first, "0") == "" && first != "" {
			return true
		}
	}
	return false
}

// daily is a time of the day of a profile's own, on an odd minute, so that not all of them begin at once, nor when
// everybody's do.
func daily(strategy, profile string) string {
	hash := fnv.New32a()
	hash.Write([]byte(strategy + "/" + profile))
	sum := hash.Sum32()
	return fmt.Sprintf("%d %d * * *", 3+2*(sum%28), sum/28%24)
}
