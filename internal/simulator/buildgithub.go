package simulator

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
)

// github builds the GitHub of the description, or one of an empty repository.
func (b *builder) github() {
	file := GitHubFile{}
	if b.description.GitHub != nil {
		file = *b.description.GitHub
	}
	owner, name, found := strings.Cut(orText(file.Repository, "org/fleet"), "/")
	if !found || owner == "" || name == "" || strings.Contains(name, "/") {
		b.wrong("is not the name of a repository: want owner/name", "github", "repository")
	}
	g := &GitHub{world: b.world, plan: orText(file.Plan, planEnterprise), permissions: file.Permissions, subjects: file.FederatedSubjects,
		protected: file.ProtectedBranches, tags: file.Tags, stray: file.StrayCommits, workflows: file.Workflows, lastID: 1000}
	b.world.github = g
	g.repository = Repository{ID: g.nextID(), Owner: owner, OwnerType: orText(file.OwnerType, "Organization"), Name: name, Private: file.Private,
		DefaultBranch: orText(file.DefaultBranch, "main")}
	if g.protected == nil {
		g.protected = []string{g.repository.DefaultBranch}
	}
	b.oneOf(g.plan, []string{planFree, planTeam, planEnterprise}, "github", "plan")
	b.oneOf(g.repository.OwnerType, []string{"Organization", "User"}, "github", "ownerType")
	for i, environment := range file.Environments {
		b.environment(environment, "github", "environments", i)
	}
	for i, run := range file.Runs {
		b.run(run, "github", "runs", i)
	}
	for i, comment := range file.Comments {
		if comment.Issue <= 0 {
			b.wrong("want the number of an issue or a pull request", "github", "comments", i, "issue")
		}
		g.comments = append(g.comments, Comment{ID: g.nextID(), Issue: comment.Issue, Author: orText(comment.Author, JobAuthor), Body: comment.Body,
			Created: b.world.now, Updated: b.world.now})
	}
}

func (b *builder) oneOf(value string, known []string, path ...any) {
	if !slices.Contains(known, value) {
		b.wrong(fmt.Sprintf("%q is none of %s", value, strings.Join(known, ", ")), path...)
	}
}

func (b *builder) environment(file EnvironmentFile, path ...any) {
	g := b.world.github
	if file.Name == "" || slices.ContainsFunc(g.environments, func(e Environment) bool { return strings.EqualFold(e.Name, file.Name) }) {
		b.wrong(fmt.Sprintf("an environment needs a name of its own, not %q", file.Name), path...)
	}
	if file.ProtectedBranches && len(file.Branches)+len(file.Tags) > 0 {
		b.wrong("has protectedBranches and patterns, but GitHub takes one of the two", path...)
	}
	protection := fleet.Protection{Name: file.Name, Exists: true, PreventSelfReview: file.PreventSelfReview, AdminBypass: file.AdminBypass == nil || *file.AdminBypass,
		WaitMinutes: file.WaitMinutes, ProtectedBranches: file.ProtectedBranches, Branches: file.Branches, Tags: file.Tags,
		BranchesLimited: file.ProtectedBranches || len(file.Branches)+len(file.Tags) > 0}
	for i, reviewer := range file.Reviewers {
		if (reviewer.User == "") == (reviewer.Team == "") {
			b.wrong("want a user or a team", append(slices.Clone(path), "reviewers", i)...)
		}
		entry := fleet.Reviewer{Type: "User", Name: reviewer.User, ID: reviewer.ID}
		if reviewer.Team != "" {
			entry.Type, entry.Name = "Team", reviewer.Team
		}
		if entry.ID == 0 {
			entry.ID = g.nextID()
		}
		protection.Reviewers = append(protection.Reviewers, entry)
	}
	g.environments = append(g.environments, Environment{ID: g.nextID(), Protection: protection})
}

func (b *builder) run(file RunFile, path ...any) {
	g := b.world.github
	if g.run(file.ID) != nil {
		b.wrong(fmt.Sprintf("there are two runs %d", file.ID), path...)
	}
	run := g.runOf(file)
	g.runs = append(g.runs, &run)
	for i, artifact := range file.Artifacts {
		if artifact.Name == "" {
			b.wrong("an artifact needs a name", append(slices.Clone(path), "artifacts", i)...)
		}
		g.artifacts = append(g.artifacts, Artifact{ID: g.nextID(), Run: run.ID, Attempt: run.Attempt, Name: artifact.Name, Expired: artifact.Expired,
			Created: b.world.now, Content: zipped(artifact.Files)})
	}
	for i, job := range file.Jobs {
		if job.Name == "" {
			b.wrong("a job needs a name", append(slices.Clone(path), "jobs", i)...)
		}
		g.putJob(&run, job)
	}
}

// runOf fills in what a description of a run leaves open.
func (g *GitHub) runOf(file RunFile) WorkflowRun {
	run := WorkflowRun{RunFile: file}
	if run.ID == 0 {
		run.ID = g.nextID()
	}
	run.Workflow, run.Branch = cmp.Or(file.Workflow, ".github/workflows/fleet.yml"), cmp.Or(file.Branch, g.repository.DefaultBranch)
	run.SHA, run.HeadRepository = cmp.Or(file.SHA, fmt.Sprintf("%040x", run.ID)), cmp.Or(file.HeadRepository, g.repository.FullName())
	run.Event, run.Actor = cmp.Or(file.Event, "workflow_dispatch"), cmp.Or(file.Actor, "octocat")
	run.TriggeringActor, run.Attempt = cmp.Or(file.TriggeringActor, run.Actor), max(1, file.Attempt)
	if run.Status == "" {
		run.Status = "in_progress"
		if run.Conclusion != "" {
			run.Status = "completed"
		}
	}
	run.Created, run.Title = cmp.Or(file.Created, g.world.now), cmp.Or(file.Title, run.Workflow)
	run.Started, run.Updated, run.Artifacts, run.Approvals, run.Jobs = run.Created, g.world.now, nil, nil, nil
	for _, approval := range file.Approvals {
		run.Approvals = append(run.Approvals, approval.filled())
	}
	return run
}

func (a ApprovalFile) filled() ApprovalFile {
	a.State, a.User = cmp.Or(a.State, "approved"), cmp.Or(a.User, "octocat")
	return a
}
