package fleet

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// AnyPatch is the Patch of a KubernetesVersion that names only a minor, such as "1.34".
const AnyPatch = -1

// KubernetesVersion is a Kubernetes version as AKS writes it: major.minor.patch, or major.minor alone (Patch is then
// AnyPatch). Patches of long-term support start at 100. The zero value means "no version".
type KubernetesVersion struct {
	Major, Minor, Patch int
}

// ParseKubernetesVersion reads "1.34.2" or "1.34", with or without a leading "v".
func ParseKubernetesVersion(text string) (KubernetesVersion, error) {
	parts := strings.Split(strings.TrimPrefix(strings.ToLower(text), "v"), ".")
	numbers := [3]int{0, 0, AnyPatch}
	wellFormed := len(parts) == 2 || len(parts) == 3
	for i := 0; wellFormed && i < len(parts); i++ {
		number, err := strconv.ParseUint(parts[i], 10, 16)
		numbers[i] = int(number)
		wellFormed = err == nil
	}
	if !wellFormed || numbers[0] == 0 {
		return KubernetesVersion{}, fmt.Errorf("%q is not a Kubernetes version (want 1.34.2 or 1.34)", text)
	}
	return KubernetesVersion{numbers[0], numbers[1], numbers[2]}, nil
}

// IsZero reports whether v is no version at all.
func (v KubernetesVersion) IsZero() bool { return v == KubernetesVersion{} }

// IsMinor reports whether v names a minor without a patch.
func (v KubernetesVersion) IsMinor() bool { return v.Patch == AnyPatch }

// MinorOnly returns v without its patch.
func (v KubernetesVersion) MinorOnly() KubernetesVersion {
	return KubernetesVersion{v.Major, v.Minor, AnyPatch}
}

// SameMinor reports whether v and w are patches of one minor.
func (v KubernetesVersion) SameMinor(w KubernetesVersion) bool {
	return v.Major == w.Major && v.Minor == w.Minor
}

// Compare orders versions; a minor without a patch sorts before all its patches.
func (v KubernetesVersion) Compare(w KubernetesVersion) int {
	return cmp.Or(cmp.Compare(v.Major, w.Major), cmp.Compare(v.Minor, w.Minor), cmp.Compare(v.Patch, w.Patch))
}

// AtOrAhead reports whether v needs no upgrade to reach w. No version is never at or ahead.
func (v KubernetesVersion) AtOrAhead(w KubernetesVersion) bool {
	return !v.IsZero() && v.Compare(w) >= 0
}

// String writes v as AKS does; the zero value is the empty string.
func (v KubernetesVersion) String() string {
	switch {
	case v.IsZero():
		return ""
	case v.IsMinor():
		return fmt.Sprintf("%d.%d", v.Major, v.Minor)
	default:
		return fmt.Sprintf("%d.%d.%d", v.Major, v.Minor, v.Patch)
	}
}

// MarshalText makes v a JSON string (and map key).
func (v KubernetesVersion) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads what MarshalText wrote; empty text is the zero value.
func (v *KubernetesVersion) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*v = KubernetesVersion{}
		return nil
	}
	parsed, err := ParseKubernetesVersion(string(text))
	if err != nil {
		return err
	}
	*v = parsed
	return nil
}
