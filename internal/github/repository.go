package github

import "context"

// Repository is what is known of the repository that the workflow is in.
type Repository struct {
	Host          string // of GitHub Enterprise Server or of a tenant of its own; "" is github.com
	Owner         string
	OwnerType     string // Organization or User
	Name          string
	Private       bool // or internal
	DefaultBranch string
}

// FullName is the repository's name with its owner's.
func (r Repository) FullName() string { return r.Owner + "/" + r.Name }

// Repository reads the repository (GitHub REST API, "Get a repository"). Every token of a job may do that.
func (a *API) Repository(ctx context.Context) (Repository, error) {
	found, _, err := a.client.Repositories.Get(ctx, a.owner, a.name)
	if err != nil {
		return Repository{}, a.failed(task{"reading the settings", "contents: read"}, err)
	}
	return Repository{
		Host: commandHost(a.base.Host), Owner: found.GetOwner().GetLogin(), OwnerType: found.GetOwner().GetType(), Name: found.GetName(),
		Private: found.GetPrivate(), DefaultBranch: found.GetDefaultBranch(),
	}, nil
}
