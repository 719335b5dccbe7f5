package github_test

import (
	"encoding/json"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/github"
)

// TestAdviceMendsEverything runs the advice of each comparison in a shell whose gh writes down what it is told, does that
// to the environment as GitHub would, and compares again.
func TestAdviceMendsEverything(t *testing.T) {
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("there is no shell")
	}
	for _, test := range comparisons {
		findings := compare(test.required, test.actual, test.where, test.dispatch)
		if len(findings) == 0 {
			continue
		}
		t.Run(test.name, func(t *testing.T) {
			mended, required := test.actual, test.required
			mended.Branches, mended.Tags, mended.OpenBranches = slices.Clone(mended.Branches), slices.Clone(mended.Tags), slices.Clone(mended.OpenBranches)
			var calls []ghCall
			for _, advice := range adviceOf(findings) {
				if strings.HasPrefix(advice, "In the strategy, ") {
					required.Branches = slices.DeleteFunc(slices.Clone(required.Branches), func(pattern string) bool { return !strings.Contains(advice, pattern) })
					continue
				}
				for _, call := range runAdvice(t, shell, advice) {
					calls = append(calls, call)
					call.do(t, &mended)
				}
			}
			if left := compare(required, mended, test.where, test.dispatch); len(left) > 0 {
				t.Errorf("after %+v there is left: %+v", calls, left)
			}
			if mended.WaitMinutes < test.actual.WaitMinutes || len(mended.Reviewers) < len(test.actual.Reviewers) || test.actual.PreventSelfReview && !mended.PreventSelfReview ||
				(test.actual.BranchesLimited || test.actual.NoProtectedBranch) && !mended.BranchesLimited && !mended.NoProtectedBranch || mended.BranchesLimited && !mended.ProtectedBranches && len(mended.Branches)+len(mended.Tags)+len(mended.AbsentBranches) == 0 {
				t.Errorf("%+v became %+v", test.actual, mended)
			}
		})
	}
}

// adviceOf is what findings advise, each once; that the plan of the owner is another is no command.
func adviceOf(findings []fleet.Finding) []string {
	var advice []string
	for _, finding := range findings {
		if finding.Rule != "environment-unprotected-plan" && !slices.Contains(advice, told(finding)) {
			advice = append(advice, told(finding))
		}
	}
	return advice
}

// ghCall is one call of gh as the shell makes it.
type ghCall struct {
	words []string
	input string
}

// fakeGH writes down its words and its input, each followed by a line of its own, and prints what it was to choose.
const fakeGH = `#!/bin/sh
case "$*" in *--jq*) for word; do last=$word; done; printf '%s' "$last"; exit;; esac
for word; do printf '%s\n' "$word"; done >> calls
case "$*" in *--input*) printf 'INPUT '; cat;; *) echo 'INPUT ';; esac >> calls
echo END >> calls
`

func runAdvice(t *testing.T, shell, advice string) []ghCall {
	t.Helper()
	at := max(strings.Index(advice, ": echo "), strings.Index(advice, ": gh api --method"), strings.Index(advice, ": gh api --hostname ghe.example --method"))
	if at < 0 {
		t.Fatalf("there is no command in %q", advice)
	}
	line := advice[at+2:]
	for i, placeholder := range []string{"REVIEWER_ID_1", "REVIEWER_ID_2", "REVIEWER_ID"} {
		line = strings.ReplaceAll(line, placeholder, strconv.Itoa(100+i))
	}
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "gh"), []byte(fakeGH), 0o700); err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), shell, "-c", line)
	command.Dir, command.Env = folder, append(os.Environ(), "PATH="+folder+string(os.PathListSeparator)+os.Getenv("PATH"))
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v %s", line, err, output)
	}
	content, err := os.ReadFile(filepath.Join(folder, "calls"))
	if err != nil {
		t.Fatal(err)
	}
	var calls []ghCall
	for _, text := range strings.Split(strings.TrimSuffix(string(content), "END\n"), "END\n") {
		words, input, _ := strings.Cut(text, "INPUT ")
		calls = append(calls, ghCall{strings.Split(strings.TrimSpace(words), "\n"), input})
	}
	return calls
}

// do changes an environment as GitHub does for a call.
func (c ghCall) do(t *testing.T, p *fleet.Protection) {
	t.Helper()
	method := c.words[slices.Index(c.words, "--method")+1]
	path, err := url.PathUnescape(c.words[slices.Index(c.words, "--method")+2])
	if err != nil {
		t.Fatal(err)
	}
	const environment = "repos/org/fleet/environments/aks eu/1"
	below, ours := strings.CutPrefix(path, environment)
	switch {
	case strings.HasPrefix(path, "repos/org/fleet/branches/") && strings.HasSuffix(path, "/protection"):
		branch := strings.TrimSuffix(strings.TrimPrefix(path, "repos/org/fleet/branches/"), "/protection")
		p.OpenBranches = slices.DeleteFunc(p.OpenBranches, func(open string) bool { return open == branch })
		if p.NoProtectedBranch {
			p.ProtectedBranches, p.BranchesLimited, p.NoProtectedBranch = true, true, false
		}
	case !ours:
		t.Fatalf("%q is not %q", path, environment)
	case method == "PUT":
		c.put(t, p)
	case method == "POST":
		p.Branches = append(p.Branches, strings.TrimPrefix(c.words[len(c.words)-1], "name="))
	default: // the fake prints the choice instead of an id
		patterns := &p.Branches
		if strings.Contains(below, `.type == "tag"`) {
			patterns = &p.Tags
		}
		_, quoted, _ := strings.Cut(below, ".name == ")
		quoted, _, _ = strings.Cut(quoted, " and .type")
		name, err := strconv.Unquote(quoted)
		if err != nil || !slices.Contains(*patterns, name) {
			t.Fatalf("%s: %v, %v", quoted, err, *patterns)
		}
		*patterns = slices.DeleteFunc(*patterns, func(pattern string) bool { return pattern == name })
	}
}

// put replaces all settings; what is left out goes back to GitHub's defaults.
func (c ghCall) put(t *testing.T, p *fleet.Protection) {
	t.Helper()
	var body struct {
		WaitTimer         int   `json:"wait_timer"`
		PreventSelfReview bool  `json:"prevent_self_review"`
		CanAdminsBypass   *bool `json:"can_admins_bypass"`
		Reviewers         []struct {
			Type string `json:"type"`
			ID   int64  `json:"id"`
		} `json:"reviewers"`
		Policy *struct {
			Protected bool `json:"protected_branches"`
			Custom    bool `json:"custom_branch_policies"`
		} `json:"deployment_branch_policy"`
	}
	if err := json.Unmarshal([]byte(c.input), &body); err != nil {
		t.Fatalf("%v in %s", err, c.input)
	}
	before := *p
	*p = fleet.Protection{Name: "aks eu/1", Exists: true, WaitMinutes: body.WaitTimer, PreventSelfReview: body.PreventSelfReview, AdminBypass: body.CanAdminsBypass == nil || *body.CanAdminsBypass,
		OpenBranches: before.OpenBranches, AbsentBranches: before.AbsentBranches}
	for _, reviewer := range body.Reviewers {
		p.Reviewers = append(p.Reviewers, fleet.Reviewer{Type: reviewer.Type, ID: reviewer.ID})
	}
	if body.Policy == nil {
		return
	}
	if body.Policy.Protected == body.Policy.Custom {
		t.Errorf("GitHub refuses %s", c.input)
	}
	if p.NoProtectedBranch = body.Policy.Protected && before.NoProtectedBranch; p.NoProtectedBranch {
		return
	}
	p.BranchesLimited, p.ProtectedBranches = true, body.Policy.Protected
	if body.Policy.Custom && before.BranchesLimited && !before.ProtectedBranches {
		p.Branches, p.Tags = before.Branches, before.Tags
	}
}

// TestATimerIsSetAndNothingElse runs the command that sets a wait timer, beside all that an environment can have.
func TestATimerIsSetAndNothingElse(t *testing.T) {
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("there is no shell")
	}
	actual := fleet.Protection{Name: "aks eu/1", Exists: true, Reviewers: []fleet.Reviewer{{Type: "User", ID: 11}, {Type: "Team", ID: 12}}, PreventSelfReview: true, WaitMinutes: 5,
		BranchesLimited: true, Branches: []string{"main"}, Tags: []string{"v*"}}
	for _, actual := range []fleet.Protection{actual, {Name: "aks eu/1", Exists: true, AdminBypass: true}, {Name: "aks eu/1", Exists: true, AdminBypass: true, BranchesLimited: true, ProtectedBranches: true}} {
		for _, minutes := range []int{2880, 0} {
			set := actual
			for _, call := range runAdvice(t, shell, ": "+github.TimerCommand(actual, public, minutes)) {
				call.do(t, &set)
			}
			want := actual
			want.WaitMinutes = minutes
			if diff := cmp.Diff(want, set); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		}
	}
}
