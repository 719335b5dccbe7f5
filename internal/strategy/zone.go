package strategy

import (
	_ "embed" // for zones.txt
	"slices"
	"strings"
)

// zonesText are the names of the IANA time zone database, as Go's lib/time/zoneinfo.zip has them, in order. Only the names are
// needed: GitHub turns the hours of a schedule into those of a zone.
//
//go:embed zones.txt
var zonesText string

func zones() []string { return strings.Fields(zonesText) }

// isTimeZone reports whether there is a time zone of that name.
func isTimeZone(name string) bool {
	_, known := slices.BinarySearch(zones(), name)
	return known
}
