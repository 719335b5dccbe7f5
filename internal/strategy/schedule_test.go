package strategy

import (
	"strconv"
	"strings"
	"testing"
)

// A profile without a schedule has one of its own: always the same, on an odd minute, and not that of the next profile.
func TestDaily(t *testing.T) {
	times := map[string]bool{}
	for i := range 50 {
		got := daily("production", "profile-"+strconv.Itoa(i))
		if problem := cronProblem(strings.Fields(got)); problem != "" {
			t.Errorf("%q: %s", got, problem)
		}
		minute, _, _ := strings.Cut(got, " ")
		if number, err := strconv.Atoi(minute); err != nil || number%2 == 0 || number < 3 {
			t.Errorf("%q does not begin on an odd minute away from the hour", got)
		}
		if got != daily("production", "profile-"+strconv.Itoa(i)) {
			t.Errorf("%q is not always the same", got)
		}
		times[got] = true
	}
	if len(times) < 45 {
		t.Errorf("50 profiles begin at %d times only", len(times))
	}
	if daily("production", "stable") == daily("staging", "stable") {
		t.Error("two strategies begin at once")
	}
}

// UTC has a name, and what this machine calls its own is nobody else's.
func TestTimeZones(t *testing.T) {
	profiles := func(zone string) string {
		return complete("members: [{clusters: [{id: /subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/r/providers/Microsoft.ContainerService/managedClusters/aks, group: g}]}]\n" +
			"autoUpgrade: {profiles: [{name: p, channel: Stable, schedule: {cron: \"7 4 * * *\", timezone: " + zone + "}}]}\n")
	}
	for zone, known := range map[string]bool{
		"UTC": true, "Europe/Berlin": true, "America/Argentina/Buenos_Aires": true, "Local": false, "Europe/Belin": false, "../etc/passwd": false, "europe": false,
	} {
		if _, findings := Parse("strategy.yml", []byte(profiles(zone))); (len(findings) == 0) != known {
			t.Errorf("%s: %s", zone, render(findings))
		}
	}
}

func TestOnTheHour(t *testing.T) {
	for minutes, want := range map[string]bool{
		"0": true, "00": true, "*": true, "*/10": true, "0/15": true, "0-30": true, "17,0": true,
		"7": false, "7/10": false, "10-20": false, "17,37": false, "30": false, "": false,
	} {
		if got := onTheHour(minutes); got != want {
			t.Errorf("%q: %v", minutes, got)
		}
	}
}
