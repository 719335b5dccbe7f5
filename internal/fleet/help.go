package fleet

import "slices"

// helpPages is where the documentation of refusals stands.
const helpPages = "https://github.com/org/fleet-update-action/blob/main/docs/refusals/"

// refusals are the rules by which something is refused, with exit code 4 and nothing written. Each has a page of its own.
func refusals() []string {
	return []string{
		"digest-mismatch", "environment-admin-bypass", "environment-branches", "environment-mismatch", "environment-missing",
		"environment-reviewers", "environment-self-review", "environment-unprotected-plan", "environment-unproven", "environment-wait",
		"foreign-run", "gate-too-early", "no-permission", "not-approved", "plan-errored", "plan-expired", "plan-missing", "result-missing",
		"scheduled-start", "stage-failed", "stage-unfinished", "stale-digest", "too-few-succeeded", "version-withdrawn",
	}
}

// HelpPage is the address of the page that explains a refusal: what it means, where it comes from and what to do. It is
// "" for rules that refuse nothing; docs/strategy.md explains those.
func HelpPage(rule string) string {
	if !slices.Contains(refusals(), rule) {
		return ""
	}
	return helpPages + rule + ".md"
}
