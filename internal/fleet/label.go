package fleet

import "strings"

// The syntax of labels is Kubernetes': https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/
const (
	labelNameLength   = 63
	labelPrefixLength = 253

	labelValueRule = "at most 63 letters, digits, -, _ and ., beginning and ending with a letter or digit"
	labelKeyRule   = "a name of " + labelValueRule + ", perhaps with a DNS name and / before it"
)

// validLabelValue reports whether the text may be a label's value, which may be empty.
func validLabelValue(text string) bool { return text == "" || validLabelName(text) }

// validLabelKey reports whether the text may be a label's key: "name" or "example.com/name".
func validLabelKey(text string) bool {
	prefix, name, prefixed := strings.Cut(text, "/")
	if !prefixed {
		return validLabelName(text)
	}
	return validDNSName(prefix) && validLabelName(name)
}

func validLabelName(text string) bool {
	return text != "" && len(text) <= labelNameLength && endsAlphanumeric(text) && only(text, func(c byte) bool {
		return alphanumeric(c) || c == '-' || c == '_' || c == '.'
	})
}

// validDNSName reports whether the text is a DNS subdomain of RFC 1123 in lower case.
func validDNSName(text string) bool {
	if len(text) > labelPrefixLength {
		return false
	}
	for part := range strings.SplitSeq(text, ".") {
		valid := part != "" && endsAlphanumeric(part) && only(part, func(c byte) bool {
			return c == '-' || alphanumeric(c) && (c < 'A' || c > 'Z')
		})
		if !valid {
			return false
		}
	}
	return true
}

func endsAlphanumeric(text string) bool {
	return alphanumeric(text[0]) && alphanumeric(text[len(text)-1])
}

func only(text string, allowed func(byte) bool) bool {
	for i := range len(text) {
		if !allowed(text[i]) {
			return false
		}
	}
	return true
}

func alphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
