package fleet

// Environment is what a strategy requires of a GitHub environment that guards a stage or an approval.
type Environment struct {
	Name              string `json:"name"`
	Reviewers         int    `json:"reviewers,omitempty"` // required reviewers, at least; an Approval gate implies 1. GitHub takes one approval, so more than 1 asks for that many people who may approve
	PreventSelfReview bool   `json:"preventSelfReview,omitempty"`
	AdminBypass       *bool  `json:"adminBypass,omitempty"` // nil: not looked at; false: administrators must not be able to bypass
	WaitMinutes       int    `json:"waitMinutes,omitempty"` // wait timer, at least

	// Which branches may deploy, at most: protected ones, or those that match these patterns. Neither: not looked at.
	ProtectedBranches bool     `json:"protectedBranches,omitempty"`
	Branches          []string `json:"branches,omitempty"`

	Position Position `json:"position,omitzero"` // where the strategy requires it
}
