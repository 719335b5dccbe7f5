package fleet

import (
	"slices"
	"strings"
	"time"
)

// NodeImage is the full name of a node image as AKS writes it, for instance
// "AKSUbuntu-2204gen2containerd-202512.18.0" or "AKSWindows-2022-containerd-20348.4529.251212": a family, then a
// version. A name of no known shape is kept, has no family, and is never ordered. The empty string is "no image".
//
// The shapes are those of the AKS release notes and of recorded traffic: YYYYMM.DD.build (Linux),
// YYYY.MM.DD (old Linux), osbuild.revision.YYMMDD (Windows), each optionally followed by a live patch "-YYYY.MM.DD".
type NodeImage string

// Family returns what stands before the version ("AKSUbuntu-2204gen2containerd"), or "" when the shape is unknown.
func (i NodeImage) Family() string {
	parts, _ := i.split()
	return parts.family
}

// SameFamily reports whether both have a known family and it is the same one, whatever the case.
func (i NodeImage) SameFamily(other NodeImage) bool {
	family := i.Family()
	return family != "" && strings.EqualFold(family, other.Family())
}

// Version returns the version alone ("202512.18.0"), or "" when the shape is unknown.
func (i NodeImage) Version() string {
	parts, _ := i.split()
	return parts.version
}

// Valid reports whether the shape is known.
func (i NodeImage) Valid() bool {
	_, ok := i.split()
	return ok
}

// Compare orders two images of one family. ok is false, and the order means nothing, for images of different or
// unknown families and for versions of different shapes.
func (i NodeImage) Compare(other NodeImage) (order int, ok bool) {
	a, okA := i.split()
	b, okB := other.split()
	if !okA || !okB || a.shape != b.shape || !strings.EqualFold(a.family, b.family) {
		return 0, false
	}
	return slices.Compare(a.numbers[:], b.numbers[:]), true
}

// Same reports whether two names are of one image, whatever their case and whatever live patch they carry. No image is
// the same as none.
func (i NodeImage) Same(other NodeImage) bool {
	order, ok := i.Compare(other)
	return i != "" && i == other || ok && order == 0
}

// AtOrAhead reports whether a pool that runs i needs no upgrade to reach target. Images that cannot be ordered are
// at or ahead only when they are equal.
func (i NodeImage) AtOrAhead(target NodeImage) bool {
	order, ok := i.Compare(target)
	if !ok {
		return i != "" && i == target
	}
	return order >= 0
}

// Built returns the day the image was built (UTC midnight), which the version carries. Images are valid as targets for
// 90 days from then (Fleet Manager and node pool snapshots).
func (i NodeImage) Built() (day time.Time, ok bool) {
	parts, ok := i.split()
	if !ok {
		return time.Time{}, false
	}
	built := parts.built()
	if !built.exists() {
		return time.Time{}, false
	}
	return time.Date(built.Year, built.Month, built.Day, 0, 0, 0, 0, time.UTC), true
}

// imageParts is an image's name taken apart. The numbers of a version are compared in the order in which they stand.
type imageParts struct {
	family, version string
	shape           imageShape
	numbers         [3]int
}

// imageShape is a way to write an image's version; it is how many digits the version begins with.
type imageShape int

const (
	dayOfMonthlyBuild imageShape = 6 // YYYYMM.DD.build
	plainDay          imageShape = 4 // YYYY.MM.DD, also the shape of a live patch
	windowsBuild      imageShape = 5 // osbuild.revision.YYMMDD
)

func (p imageParts) built() Date {
	n := p.numbers
	switch p.shape {
	case dayOfMonthlyBuild:
		return Date{n[0] / 100, time.Month(n[0] % 100), n[1]}
	case plainDay:
		return Date{n[0], time.Month(n[1]), n[2]}
	default:
		return Date{2000 + n[2]/10000, time.Month(n[2] / 100 % 100), n[2] % 100}
	}
}

// split finds family and version. A live-patch suffix ("-2024.12.01" after a version) belongs to neither.
func (i NodeImage) split() (parts imageParts, ok bool) {
	last, ok := splitImage(string(i))
	if !ok || last.shape != plainDay {
		return last, ok
	}
	if patched, isPatch := splitImage(last.family); isPatch {
		return patched, true
	}
	return last, true
}

func splitImage(text string) (parts imageParts, ok bool) {
	at := strings.LastIndexAny(text, "-:")
	if at <= 0 {
		return imageParts{}, false
	}
	parts = imageParts{family: text[:at], version: text[at+1:]}
	if !parts.parseVersion() {
		return imageParts{}, false
	}
	return parts, true
}

// parseVersion fills in the numbers and the shape, if the version has a known one.
func (p *imageParts) parseVersion() (ok bool) {
	var digits [3]int
	rest := p.version
	for part := range p.numbers {
		if part > 0 {
			if rest, ok = strings.CutPrefix(rest, "."); !ok {
				return false
			}
		}
		p.numbers[part], digits[part], rest = cutNumber(rest)
	}
	p.shape = imageShape(digits[0])
	if rest != "" || digits[1] == 0 || digits[2] == 0 {
		return false
	}
	switch p.shape {
	case dayOfMonthlyBuild:
		return digits[1] == 2
	case plainDay:
		return digits[1] == 2 && digits[2] == 2
	case windowsBuild:
		return digits[2] == 6
	default:
		return false
	}
}

// maxImageDigits bounds a number in a version, so that it cannot overflow.
const maxImageDigits = 9

func cutNumber(text string) (number, digits int, rest string) {
	for digits < len(text) && digits < maxImageDigits && isDigit(text[digits]) {
		number = number*10 + int(text[digits]-'0')
		digits++
	}
	return number, digits, text[digits:]
}
