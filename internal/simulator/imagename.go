package simulator

import (
	"strconv"
	"strings"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
)

// ImageName is a node image's name taken apart.
type ImageName struct {
	Family  string // as it is written: "AKSUbuntu-2204gen2containerd"
	Version string // "202602.10.0"

	built time.Time
	build int // tells images of one day apart
	day   bool
}

// ReadImage takes a name apart; ok is false for one that AKS does not give. Clients have code of their own for this, so
// that a mistake in either is seen.
func ReadImage(image fleet.NodeImage) (name ImageName, ok bool) {
	at := strings.LastIndexAny(string(image), "-:")
	if at <= 0 {
		return name, false
	}
	if name, ok = readImageVersion(string(image[at+1:])); !ok {
		return name, false
	}
	if name.day { // a live patch stands behind the image that it was made to
		if patched, isPatch := ReadImage(image[:at]); isPatch {
			return patched, true
		}
	}
	name.Family = string(image[:at])
	return name, true
}

// readImageVersion reads YYYYMM.DD.build as of Linux, YYYY.MM.DD as of old Linux, or osbuild.revision.YYMMDD as of Windows.
func readImageVersion(text string) (name ImageName, ok bool) {
	name.Version = text
	if day, err := time.Parse("2006.01.02", text); err == nil {
		name.built, name.day = day, true
		return name, true
	}
	parts := strings.Split(text, ".")
	if len(parts) != 3 {
		return name, false
	}
	day, build := parts[0]+parts[1], parts[2]
	layout := "20060102"
	if len(parts[0]) == len("20348") {
		day, build, layout = parts[2], parts[1], "060102"
	}
	var dayErr, buildErr error
	name.built, dayErr = time.Parse(layout, day)
	name.build, buildErr = strconv.Atoi(build)
	return name, dayErr == nil && buildErr == nil
}

// familyKey is a family as a region's latest images are found by; "" for an image of no family.
func familyKey(image fleet.NodeImage) string {
	name, _ := ReadImage(image)
	return strings.ToLower(name.Family)
}

func (n ImageName) olderThan(other ImageName) bool {
	return n.built.Before(other.built) || (n.built.Equal(other.built) && n.build < other.build)
}
