package fleet

import (
	"strconv"
	"strings"
)

// VMFamily returns the family of vCPU quotas that a VM size counts against, as Microsoft.Compute usages name it
// ("standardDSv5Family"), and how many vCPUs it counts there. Azure's own spelling of families varies in case, so
// compare them without regard to it; NewQuotaKey does. A size with a constrained core count ("Standard_E4-2ds_v5")
// counts with all cores of the size it is made of: that is its SKU's capability vCPUs, the constrained count being
// vCPUsAvailable. ok is false where the name does not tell: in the A0 to A7, G and newer M series.
func VMFamily(size string) (family string, vcpus int, ok bool) {
	s, ok := parseVMSize(size)
	if !ok {
		return "", 0, false
	}
	vcpus, ok = s.vcpus()
	if !ok {
		return "", 0, false
	}
	return s.family(), vcpus, true
}

// vmSize is a VM size taken apart by Azure's naming convention
// (https://learn.microsoft.com/azure/virtual-machines/vm-naming-conventions), in lower case:
// Standard_ SERIES NUMBER [-CONSTRAINED] FEATURES [_ACCELERATOR] [_vVERSION] [_Promo].
type vmSize struct {
	series      string
	number      int
	features    string
	accelerator string
	version     string
	promo       bool
}

func parseVMSize(size string) (s vmSize, ok bool) {
	name, ok := strings.CutPrefix(strings.ToLower(size), "standard_")
	if !ok || !only(name, isSizeCharacter) {
		return vmSize{}, false
	}
	core, qualifiers, _ := strings.Cut(name, "_")
	s.series, core = cutSpan(core, isLowerLetter)
	number, core := cutSpan(core, isDigit)
	if constrained, found := strings.CutPrefix(core, "-"); found {
		_, core = cutSpan(constrained, isDigit)
	}
	features, rest := cutSpan(core, isLowerLetter)
	count, err := strconv.Atoi(number)
	if s.series == "" || rest != "" || err != nil {
		return vmSize{}, false
	}
	s.number, s.features = count, features
	s.qualify(qualifiers)
	return s, true
}

func (s *vmSize) qualify(qualifiers string) {
	for part := range strings.SplitSeq(qualifiers, "_") {
		switch {
		case part == "promo":
			s.promo = true
		case len(part) == 2 && part[0] == 'v' && isDigit(part[1]):
			s.version = part
		default:
			s.accelerator += part
		}
	}
}

// vcpus returns the size's cores. In the old D and DS series the number is an ordinal.
func (s vmSize) vcpus() (count int, ok bool) {
	switch {
	case s.series == "d" && s.features == "" && (s.version == "" || s.version == "v2"), s.series == "ds":
		count = oldDSeriesCores(s.number)
	case s.series == "a" && s.version == "", s.series == "g", s.series == "gs", s.series == "m" && s.version != "":
		return 0, false
	default:
		count = s.number
	}
	return count, count > 0
}

func oldDSeriesCores(number int) int {
	switch number {
	case 1:
		return 1
	case 2, 11:
		return 2
	case 3, 12:
		return 4
	case 4, 13:
		return 8
	case 5, 14:
		return 16
	case 15:
		return 20
	default:
		return 0
	}
}

func (s vmSize) family() string {
	if name := s.irregularFamily(); name != "" {
		return name
	}
	name := "standard" + strings.ToUpper(s.series+s.countedFeatures()+s.accelerator) + s.version
	if s.promo {
		name += "Promo"
	}
	return name + "Family"
}

// irregularFamily returns the names that follow no rule, as the resource SKUs API gives them.
func (s vmSize) irregularFamily() string {
	if s.series == "m" {
		return "standardMSFamily"
	}
	switch s.series + s.features + s.accelerator + s.version {
	case "dcdsv3":
		return "standardDDCSv3Family"
	case "eisv4":
		return "standardXEISv4Family"
	case "eidsv4":
		return "standardXEIDSv4Family"
	case "fxmds":
		return "standardFXMDVSFamily"
	case "hbrsv2":
		return "standardHBrsv2Family"
	case "hcrs":
		return "standardHCSFamily"
	case "ncast4v3":
		return "Standard NCASv3_T4 Family"
	case "ncadish100v5":
		return "StandardNCadsH100v5Family"
	case "ndasrv4":
		return "Standard NDASv4_A100 Family"
	case "ndamsra100v4":
		return "standard NDAMSv4_A100Family"
	case "ndisrh100v5":
		return "standardNDSH100v5Family"
	case "nvasv4":
		return "standardNVSv4Family"
	default:
		return ""
	}
}

// countedFeatures returns the features that the family is named after; variants in memory and network share a quota,
// and some series leave out the s of premium storage, which all of their sizes have.
func (s vmSize) countedFeatures() string {
	switch {
	case s.series == "a":
		return without(s.features, "m")
	case s.series == "b":
		return without(s.features, "lmt")
	case s.series[0] == 'n':
		return without(s.features, "rm")
	case s.series == "hb", s.series == "hx":
		return without(s.features, "rs")
	case len(s.series) == 2 && s.series[1] == 'c' && (s.accelerator == "cc" || strings.Contains(s.features, "e")):
		return without(s.features, "s")
	case s.version == "v6" && len(s.series) == 1 && s.series != "f" && strings.ContainsAny(s.features, "an"):
		return without(s.features, "is")
	case s.version == "v6":
		return without(s.features, "i")
	default:
		return s.features
	}
}

func without(features, dropped string) string {
	return strings.Map(func(feature rune) rune {
		if strings.ContainsRune(dropped, feature) {
			return -1
		}
		return feature
	}, features)
}

// cutSpan cuts text behind its longest beginning of such characters.
func cutSpan(text string, such func(byte) bool) (span, rest string) {
	end := 0
	for end < len(text) && such(text[end]) {
		end++
	}
	return text[:end], text[end:]
}

func isSizeCharacter(c byte) bool { return isLowerLetter(c) || isDigit(c) || c == '-' || c == '_' }

func isLowerLetter(c byte) bool { return 'a' <= c && c <= 'z' }

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
