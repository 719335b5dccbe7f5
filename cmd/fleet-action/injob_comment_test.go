package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// pullRequest is the event of a pull request, from the repository itself or from another.
func pullRequest(t *testing.T, from string) map[string]string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "event.json")
	event := `{"number": 12, "pull_request": {"number": 12, "head": {"repo": {"full_name": "` + from + `"}}, "base": {"repo": {"full_name": "org/fleet"}}}}`
	if err := os.WriteFile(file, []byte(event), 0o600); err != nil {
		t.Fatal(err)
	}
	return map[string]string{"GITHUB_EVENT_NAME": "pull_request", "GITHUB_EVENT_PATH": file}
}

func TestThePlanIsKeptInOneCommentOfThePullRequest(t *testing.T) {
	p := newPipeline(t)
	event := pullRequest(t, "org/fleet")
	comment := func(more ...string) ended {
		return p.job("", event, append([]string{"plan", "--strategy", p.strategy, "--comment", "true"}, more...)...)
	}
	first := comment()
	p.must(first, exitDone)
	p.must(comment("--skip", "Member:three"), exitDone)
	comments := p.world.GitHub().Comments(12)
	if len(comments) != 1 {
		t.Fatalf("%d comments", len(comments))
	}
	body := comments[0].Body
	for _, piece := range []string{"<!-- fleet-update-action plan: " + p.strategy + " -->", "# Upgrade plan: guarded", "This is a preview. Once it is merged", "2 clusters will be upgraded", "Superseded plans", "~~`" + first.outputs[outputDigest][7:19] + "`~~"} {
		if !strings.Contains(body, piece) {
			t.Errorf("the comment lacks %q:\n%s", piece, body)
		}
	}
}

// TestAPlanThatIsRefusedTakesTheOldOnesPlace: nobody is to approve what stands there from yesterday.
func TestAPlanThatIsRefusedTakesTheOldOnesPlace(t *testing.T) {
	p := newPipeline(t)
	event := pullRequest(t, "org/fleet")
	first := p.job("", event, "plan", "--strategy", p.strategy, "--comment", "true")
	p.must(first, exitDone)
	open := newPipeline(t, "reviewers: [{user: alice}], ", "")
	open.strategy = p.strategy
	open.world.GitHub().AddComment(12, p.world.GitHub().Comments(12)[0].Body)
	open.must(open.job("", event, "plan", "--strategy", open.strategy, "--comment", "true"), exitRefused)
	comments := open.world.GitHub().Comments(12)
	body := comments[len(comments)-1].Body
	if len(comments) != 1 || !strings.Contains(body, "environment-reviewers") || strings.Contains(body, "# Upgrade plan") || !strings.Contains(body, "~~`"+first.outputs[outputDigest][7:19]+"`~~") {
		t.Errorf("%d comments:\n%s", len(comments), body)
	}
}

func TestAPlanThatCannotBeMadeTakesTheOldOnesPlace(t *testing.T) {
	p := newPipeline(t)
	event := pullRequest(t, "org/fleet")
	p.must(p.job("", event, "plan", "--strategy", p.strategy, "--comment", "true"), exitDone)
	event["AZURE_CLIENT_ID"] = ""
	p.must(p.job("", event, "plan", "--strategy", p.strategy, "--comment", "true"), exitInput)
	if body := p.world.GitHub().Comments(12)[0].Body; strings.Contains(body, "# Upgrade plan") || !strings.Contains(body, "could not log in") {
		t.Errorf("the comment is still\n%s", body)
	}
}

// TestAStrategyThatCannotBeReadTakesTheOldPlansPlace: whatever is pushed after the plan was shown.
func TestAStrategyThatCannotBeReadTakesTheOldPlansPlace(t *testing.T) {
	for name, test := range map[string]struct {
		change func(p *pipeline) error
		says   string
	}{
		"it has an error": {func(p *pipeline) error {
			return os.WriteFile(p.strategy, []byte(strings.Replace(pipelineStrategy, "nodeImageSelection", "nodeImageSelecton", 1)), 0o600)
		}, "nodeImageSelecton"},
		"it is no YAML": {func(p *pipeline) error { return os.WriteFile(p.strategy, []byte("name: [guarded"), 0o600) }, "this is not YAML"},
		"it is gone":    {func(p *pipeline) error { return os.Remove(p.strategy) }, "reading the strategy"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPipeline(t)
			event := pullRequest(t, "org/fleet")
			p.must(p.job("", event, "plan", "--strategy", p.strategy, "--comment", "true"), exitDone)
			if err := test.change(p); err != nil {
				t.Fatal(err)
			}
			p.must(p.job("", event, "plan", "--strategy", p.strategy, "--comment", "true"), exitInput)
			comments := p.world.GitHub().Comments(12)
			if len(comments) != 1 || strings.Contains(comments[0].Body, "# Upgrade plan") || !strings.Contains(comments[0].Body, test.says) || !strings.Contains(comments[0].Body, "Superseded plans") {
				t.Errorf("%d comments, the first\n%s", len(comments), comments[0].Body)
			}
		})
	}
}

func TestACommentThatFailsLosesNoPlan(t *testing.T) {
	p := newPipeline(t, "  private: true", "  private: true\n  permissions: {actions: read, contents: read}")
	done := p.job("", pullRequest(t, "org/fleet"), "plan", "--strategy", p.strategy, "--comment", "true")
	p.must(done, exitDone, "title=comment-failed", "pull-requests: write")
	if done.outputs[outputDigest] == "" {
		t.Errorf("the outputs are %v", done.outputs)
	}
}

func TestNoCommentWhereNoneIsAskedForOrThereIsNoPullRequest(t *testing.T) {
	p := newPipeline(t)
	p.must(p.job("", pullRequest(t, "org/fleet"), "plan", "--strategy", p.strategy), exitDone)
	p.must(p.job("", nil, "plan", "--strategy", p.strategy, "--comment", "true"), exitDone)
	if comments := p.world.GitHub().Comments(12); len(comments) != 0 {
		t.Errorf("%d comments", len(comments))
	}
}

func TestFromAForkThereIsValidationOnlyAndItSaysSo(t *testing.T) {
	p := newPipeline(t)
	p.must(p.job("", pullRequest(t, "mallory/fleet"), "validate", "--strategy", p.strategy), exitDone, "comes from a fork", "mallory/fleet")
	own := p.job("", pullRequest(t, "org/fleet"), "validate", "--strategy", p.strategy)
	if p.must(own, exitDone); strings.Contains(own.log, "fork") {
		t.Errorf("it is no fork:\n%s", own.log)
	}
}
