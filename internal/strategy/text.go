package strategy

import (
	"bytes"
	"fmt"
	"unicode"
	"unicode/utf8"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/schema"
)

// maxSize is how large a strategy file may be, in bytes. A thousand clusters with labels take less than a tenth of it.
const maxSize = 5 << 20

// cleanText returns the text of a file without a byte order mark, or what keeps it from being text.
func cleanText(file string, content []byte) (text []byte, findings []fleet.Finding) {
	if len(content) > maxSize {
		return nil, []fleet.Finding{{
			Rule:     string(ruleFileTooLarge),
			Severity: fleet.Error,
			Message:  fmt.Sprintf("the file has %d bytes; a strategy has at most %d (5 MiB)", len(content), maxSize),
			Advice:   "Check that this is the strategy file. Take clusters from a Fleet resource or discover them by tag instead of listing them.",
			Position: fleet.Position{File: file, Line: 1, Column: 1},
		}}
	}
	content = bytes.TrimPrefix(content, []byte("\xef\xbb\xbf"))
	line, column := 1, 1
	for i := 0; i < len(content); {
		r, size := utf8.DecodeRune(content[i:])
		if r == utf8.RuneError && size == 1 {
			return nil, []fleet.Finding{badText(file, content, line, column, ruleNotUTF8,
				"this byte is not UTF-8 text", "Save the file as UTF-8.")}
		}
		if forbidden(r) {
			return nil, []fleet.Finding{badText(file, content, line, column, ruleControlCharacter,
				fmt.Sprintf("the control character U+%04X cannot stand in YAML", r), "Remove it.")}
		}
		i, column = i+size, column+1
		if r == '\n' || r == '\r' && !bytes.HasPrefix(content[i:], []byte("\n")) {
			line, column = line+1, 1
		}
	}
	return content, nil
}

// forbidden reports whether YAML 1.2 (section 5.1) has no place for a character.
func forbidden(r rune) bool {
	switch r {
	case '\t', '\n', '\r', '\u0085':
		return false
	case '\ufffe', '\uffff', '\ufeff': // a byte order mark in the middle of a file joined from two
		return true
	}
	return unicode.IsControl(r)
}

func badText(file string, content []byte, line, column int, r rule, message, advice string) fleet.Finding {
	position := schema.NewLines(file, content).At(line, column)
	position.Length = 1
	return fleet.Finding{Rule: string(r), Severity: fleet.Error, Message: message, Advice: advice, Position: position}
}
