package plan

import "cmp"

// Orders is what one run is asked to do beside what its strategy says. The zero value asks for nothing.
type Orders struct {
	Name  string       // of the run; "": the strategy's, or what its profile makes of it
	Skips []SkipTarget // parts to leave out
	Retry *Retry       // the earlier run whose failed and skipped members alone are tried again; nil: none
}

// name is the run's own name.
func (p Plan) name(asked string) string {
	if p.Profile != nil {
		return cmp.Or(asked, p.Profile.Run)
	}
	return cmp.Or(asked, p.Name)
}

// Named is the run's name where it was asked for, which makes it another run than the one that goes without; else "".
func (p Plan) Named() string {
	if p.Run == p.name("") {
		return ""
	}
	return p.Run
}
