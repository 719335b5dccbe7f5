package fleet

import (
	"fmt"
	"slices"
	"strings"
)

// Selector is a Kubernetes label selector: requirements joined by commas, all of which must hold.
type Selector struct {
	requirements []requirement
}

type requirement struct {
	key      string
	operator operator
	values   []string
}

// operator says what a requirement asks of a key.
type operator int

const (
	in operator = iota
	notIn
	exists
	notExists
)

// Matches reports whether all requirements hold for the labels. As in Kubernetes, != and notin also hold where the key
// is absent.
func (s Selector) Matches(labels map[string]string) bool {
	for _, r := range s.requirements {
		if !r.holds(labels) {
			return false
		}
	}
	return true
}

func (r requirement) holds(labels map[string]string) bool {
	value, present := labels[r.key]
	switch r.operator {
	case in:
		return present && slices.Contains(r.values, value)
	case notIn:
		return !present || !slices.Contains(r.values, value)
	case exists:
		return present
	default:
		return !present
	}
}

// ParseSelector reads Kubernetes' selector syntax: a=b, a==b, a!=b, a in (b,c), a notin (b,c), a, !a. Empty text
// selects everything. The error names the character at which reading stopped, counted from 1.
func ParseSelector(text string) (Selector, error) {
	p := selectorParser{text: text}
	var s Selector
	if p.peek() == "" {
		return s, nil
	}
	for {
		r, err := p.requirement()
		if err != nil {
			return Selector{}, err
		}
		s.requirements = append(s.requirements, r)
		if p.peek() == "" {
			return s, nil
		}
		if err := p.expect(","); err != nil {
			return Selector{}, err
		}
	}
}

// selectorParser reads tokens: the operators, brackets and commas, and words, which are whatever stands between those
// and blanks. "in" and "notin" are words, because a label may have such a key.
type selectorParser struct {
	text string
	at   int // byte offset of what is not read yet
}

const (
	selectorBlanks = " \t\r\n"
	selectorMarks  = "=!(),<>"
)

// peek returns the next token without reading it, "" at the end.
func (p *selectorParser) peek() string {
	rest := strings.TrimLeft(p.text[p.at:], selectorBlanks)
	p.at = len(p.text) - len(rest)
	switch {
	case strings.HasPrefix(rest, "==") || strings.HasPrefix(rest, "!="):
		return rest[:2]
	case rest != "" && strings.Contains(selectorMarks, rest[:1]):
		return rest[:1]
	}
	if end := strings.IndexAny(rest, selectorBlanks+selectorMarks); end >= 0 {
		return rest[:end]
	}
	return rest
}

func (p *selectorParser) next() string {
	token := p.peek()
	p.at += len(token)
	return token
}

// expect reads one token that must be there.
func (p *selectorParser) expect(token string) error {
	if p.peek() != token {
		return p.stopped(fmt.Sprintf("%q", token))
	}
	p.next()
	return nil
}

func (p *selectorParser) requirement() (requirement, error) {
	if p.peek() == "!" {
		p.next()
		key, err := p.key()
		return requirement{key: key, operator: notExists}, err
	}
	key, err := p.key()
	if err != nil {
		return requirement{}, err
	}
	r := requirement{key: key}
	r.operator, r.values, err = p.condition()
	return r, err
}

// condition reads what stands after a key, which may be nothing: the key is to exist.
func (p *selectorParser) condition() (o operator, values []string, err error) {
	switch p.peek() {
	case "=", "==":
		p.next()
		values, err = p.value()
		return in, values, err
	case "!=":
		p.next()
		values, err = p.value()
		return notIn, values, err
	case "in":
		p.next()
		values, err = p.set()
		return in, values, err
	case "notin":
		p.next()
		values, err = p.set()
		return notIn, values, err
	case ",", "":
		return exists, nil, nil
	default:
		return exists, nil, p.stopped(`=, ==, !=, in, notin or ","`)
	}
}

// value reads what stands after an equals sign, which may be nothing: the empty value.
func (p *selectorParser) value() ([]string, error) {
	value := ""
	if token := p.peek(); isWord(token) {
		if !validLabelValue(token) {
			return nil, p.stopped("a label value: " + labelValueRule)
		}
		value = p.next()
	}
	return []string{value}, nil
}

// set reads "(a,b)". As in Kubernetes an element may be empty, but not the set.
func (p *selectorParser) set() ([]string, error) {
	if err := p.expect("("); err != nil {
		return nil, err
	}
	if p.peek() == ")" {
		return nil, p.stopped("a label value")
	}
	var values []string
	for {
		value, err := p.value()
		if err != nil {
			return nil, err
		}
		values = append(values, value...)
		switch p.peek() {
		case ",":
			p.next()
		case ")":
			p.next()
			return values, nil
		default:
			return nil, p.stopped(`"," or ")"`)
		}
	}
}

func (p *selectorParser) key() (string, error) {
	token := p.peek()
	if !isWord(token) {
		return "", p.stopped("a label key")
	}
	if !validLabelKey(token) {
		return "", p.stopped("a label key: " + labelKeyRule)
	}
	return p.next(), nil
}

// stopped says what stands where something else was wanted. All that was read before it is ASCII, so that bytes are
// characters.
func (p *selectorParser) stopped(wanted string) error {
	found := "the end"
	if token := p.peek(); token != "" {
		found = fmt.Sprintf("%q", token)
	}
	return fmt.Errorf("selector %q: character %d is %s, want %s", p.text, p.at+1, found, wanted)
}

func isWord(token string) bool {
	return token != "" && !strings.ContainsAny(token, selectorMarks)
}
