package report

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/org/fleet-update-action/internal/fleet"
)

// duration writes d as people say it: "42 s", "12 min", "1 h 05 min", "3 d 04 h".
func duration(d time.Duration) string {
	switch {
	case d < 0:
		return "0 s"
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	}
	minutes := int(d.Round(time.Minute) / time.Minute)
	hours := minutes / 60
	switch {
	case hours == 0:
		return fmt.Sprintf("%d min", minutes)
	case hours < 48 && minutes%60 == 0:
		return fmt.Sprintf("%d h", hours)
	case hours < 48:
		return fmt.Sprintf("%d h %02d min", hours, minutes%60)
	case hours%24 == 0:
		return fmt.Sprintf("%d d", hours/24)
	default:
		return fmt.Sprintf("%d d %02d h", hours/24, hours%24)
	}
}

func seconds(n int) time.Duration { return time.Duration(n) * time.Second }

// expected is empty where nothing is expected to take time.
func expected(n int) string {
	if n <= 0 {
		return ""
	}
	return duration(seconds(n))
}

// stamp writes a time in UTC: "2026-11-23 14:05Z".
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04Z")
}

// count writes "1 cluster", "3 clusters".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

// one chooses between the singular and the plural form of a verb.
func one(n int, singular, plural string) string {
	if n == 1 {
		return singular
	}
	return plural
}

// and joins "a", "b and c", "d, e and f".
func and(parts []string) string {
	if len(parts) < 2 {
		return strings.Join(parts, "")
	}
	last := len(parts) - 1
	return strings.Join(parts[:last], ", ") + " and " + parts[last]
}

// shortDigest is enough of a digest for people to compare.
func shortDigest(digest string) string {
	digest = strings.TrimPrefix(digest, "sha256:")
	return digest[:min(12, len(digest))]
}

// shortImage is the image's version, where its family stands elsewhere; a name of unknown shape stays whole.
func shortImage(image fleet.NodeImage) string {
	if version := image.Version(); version != "" {
		return version
	}
	return string(image)
}

// capital makes a sentence of a fragment.
func capital(s string) string {
	if s == "" {
		return s
	}
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:]
}
