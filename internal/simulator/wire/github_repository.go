package wire

import (
	"net/http"
	"slices"
	"strings"

	"github.com/org/fleet-update-action/internal/simulator"
)

func githubRepositoryEndpoints() []githubEndpoint {
	return []githubEndpoint{
		{"GET " + repositoryPath, "GET repository", "", getRepository},
		{"GET " + repositoryPath + "/branches", "LIST branches", "contents: read", listBranches},
		{"GET " + repositoryPath + "/branches/{branch...}", "GET branch", "contents: read", getBranch},
		{"GET " + repositoryPath + "/compare/{comparison...}", "GET comparison", "contents: read", getComparison},
		{"GET " + repositoryPath + "/git/ref/tags/{tag...}", "GET tag", "contents: read", getTag},
		{"GET " + githubPrefix + "/user", "GET user", "", getUser},
	}
}

func getRepository(c *call) (reply, error) {
	repository := c.world.GitHub().Repository()
	visibility := "public"
	if repository.Private {
		visibility = "private"
	}
	return ok(map[string]any{
		"id": repository.ID, "name": repository.Name, "full_name": repository.FullName(), "private": repository.Private, "visibility": visibility,
		"default_branch": repository.DefaultBranch, "owner": map[string]any{"login": repository.Owner, "type": repository.OwnerType, "id": repository.ID + 1},
		"url": c.repositoryURL(), "html_url": c.base() + "/" + repository.FullName(),
	})
}

// listBranches knows the branches that are protected, and the default branch.
func listBranches(c *call) (reply, error) {
	hub := c.world.GitHub()
	names, protected := hub.ProtectedBranches(), hub.ProtectedBranches()
	if main := hub.Repository().DefaultBranch; c.URL.Query().Get("protected") != "true" && !slices.Contains(names, main) {
		names = append(names, main)
	}
	bodies := make([]map[string]any, len(names))
	for i, name := range names {
		bodies[i] = map[string]any{"name": name, "protected": slices.Contains(protected, name)}
	}
	page, header := githubPaged(c, bodies)
	return reply{status: http.StatusOK, header: header, body: page}, nil
}

func getBranch(c *call) (reply, error) {
	name := c.PathValue("branch")
	protected, found := c.world.GitHub().Branch(name)
	if !found {
		return reply{}, simulator.NotFoundByGitHub()
	}
	return ok(map[string]any{"name": name, "protected": protected})
}

// getComparison compares a branch with a commit: BRANCH...COMMIT, where the branch may be written as refs/heads/BRANCH.
// There is nothing else that it could compare.
func getComparison(c *call) (reply, error) {
	base, commit, _ := strings.Cut(c.PathValue("comparison"), "...")
	status, found := c.world.GitHub().Compared(strings.TrimPrefix(base, "refs/heads/"), commit)
	if !found {
		return reply{}, simulator.NotFoundByGitHub()
	}
	return ok(map[string]any{"status": status, "commits": []any{}, "files": []any{}})
}

func getTag(c *call) (reply, error) {
	name := c.PathValue("tag")
	if !c.world.GitHub().Tagged(name) {
		return reply{}, simulator.NotFoundByGitHub()
	}
	return ok(map[string]any{"ref": "refs/tags/" + name, "url": c.repositoryURL() + "/git/refs/tags/" + name})
}

// getUser refuses: a job's token is no user's.
func getUser(*call) (reply, error) { return reply{}, simulator.NotPermitted() }

// accountBody is an account as GitHub shows it beside what it did.
func accountBody(login string) map[string]any {
	id := int64(0)
	for _, letter := range strings.ToLower(login) {
		id = (id*31 + int64(letter)) % 100_000_000
	}
	return map[string]any{"login": login, "id": id, "type": simulator.AccountType(login)}
}
