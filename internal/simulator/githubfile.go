package simulator

import "time"

// GitHubFile describes the GitHub whose jobs log in to the simulated Azure: one repository with what its REST API tells.
type GitHubFile struct {
	Repository        string            `yaml:"repository"` // owner/name, default org/fleet
	OwnerType         string            `yaml:"ownerType"`  // Organization (default) or User
	Private           bool              `yaml:"private"`
	DefaultBranch     string            `yaml:"defaultBranch"`     // default main
	ProtectedBranches []string          `yaml:"protectedBranches"` // default the default branch; an empty list is none
	Tags              []string          `yaml:"tags"`
	StrayCommits      []string          `yaml:"strayCommits"`      // of runs, that are not on the branches of these
	Workflows         []string          `yaml:"workflows"`         // the file names of those that GitHub knows, from the default branch; default: any
	Plan              string            `yaml:"plan"`              // of the owner: enterprise (default), team or free
	Permissions       map[string]string `yaml:"permissions"`       // of the job's token, as in a workflow; default: all of them
	FederatedSubjects []string          `yaml:"federatedSubjects"` // for which Entra has credentials; default: any
	Environments      []EnvironmentFile `yaml:"environments"`
	Runs              []RunFile         `yaml:"runs"`
	Comments          []CommentFile     `yaml:"comments"`
}

// EnvironmentFile describes an environment and how it is protected. Neither ProtectedBranches nor Branches nor Tags:
// any branch may deploy.
type EnvironmentFile struct {
	Name              string         `yaml:"name"`
	Reviewers         []ReviewerFile `yaml:"reviewers"`
	PreventSelfReview bool           `yaml:"preventSelfReview"`
	AdminBypass       *bool          `yaml:"adminBypass"` // default true, as GitHub's
	WaitMinutes       int            `yaml:"waitMinutes"`
	ProtectedBranches bool           `yaml:"protectedBranches"`
	Branches          []string       `yaml:"branches"` // name patterns
	Tags              []string       `yaml:"tags"`     // name patterns
}

// ReviewerFile is a person or a team that may approve; one of the two is set.
type ReviewerFile struct {
	User string `yaml:"user"`
	Team string `yaml:"team"`
	ID   int64  `yaml:"id"` // default: one of the simulator's own
}

// RunFile describes a run of a workflow, or what a runner changes of one.
type RunFile struct {
	ID              int64          `yaml:"id" json:"-"`                            // default: counted from 1001
	Workflow        string         `yaml:"workflow" json:"workflow"`               // default .github/workflows/fleet.yml
	Branch          string         `yaml:"branch" json:"branch"`                   // or the name of a tag, as GitHub has it; default the default branch
	SHA             string         `yaml:"sha" json:"sha"`                         // of its commit; default one of its own
	HeadRepository  string         `yaml:"headRepository" json:"headRepository"`   // default the repository itself; another is a fork
	Event           string         `yaml:"event" json:"event"`                     // default workflow_dispatch
	Actor           string         `yaml:"actor" json:"actor"`                     // default octocat
	TriggeringActor string         `yaml:"triggeringActor" json:"triggeringActor"` // default the actor
	Attempt         int            `yaml:"attempt" json:"attempt"`                 // default 1
	Status          string         `yaml:"status" json:"status"`                   // default in_progress; completed where there is a conclusion
	Conclusion      string         `yaml:"conclusion" json:"conclusion"`           // such as success or failure
	Title           string         `yaml:"title" json:"title"`                     // as run-name says it; default the workflow
	Created         time.Time      `yaml:"created" json:"created"`                 // default the start
	Approvals       []ApprovalFile `yaml:"approvals" json:"-"`
	Artifacts       []ArtifactFile `yaml:"artifacts" json:"-"`
	Jobs            []JobFile      `yaml:"jobs" json:"-"`
}

// JobFile describes a job of a run, or what a runner changes of one.
type JobFile struct {
	Name        string    `yaml:"name" json:"name"`               // of a job in a workflow that is called: "CALLER / NAME"
	Attempt     int       `yaml:"attempt" json:"attempt"`         // default the run's
	Status      string    `yaml:"status" json:"status"`           // default queued; completed where there is a conclusion
	Conclusion  string    `yaml:"conclusion" json:"conclusion"`   // such as success, failure or skipped
	Environment string    `yaml:"environment" json:"environment"` // what it waits for while its status is waiting
	Runner      string    `yaml:"runner" json:"runner"`           // that took it; default one, where it is in progress, or ended in success or failure
	Created     time.Time `yaml:"created" json:"created"`         // default now
	Started     time.Time `yaml:"started" json:"started"`         // default when a runner took it
	Completed   time.Time `yaml:"completed" json:"completed"`     // default when it was first seen completed
}

// ApprovalFile is what a reviewer answered to a run's jobs that waited for environments.
type ApprovalFile struct {
	Environments []string `yaml:"environments" json:"environments"`
	State        string   `yaml:"state" json:"state"` // approved (default), rejected or pending
	User         string   `yaml:"user" json:"user"`   // default octocat
	Comment      string   `yaml:"comment" json:"comment"`
}

// ArtifactFile is an artifact of a run, with the content of its files by their names.
type ArtifactFile struct {
	Name    string            `yaml:"name"`
	Expired bool              `yaml:"expired"`
	Files   map[string]string `yaml:"files"`
}

// CommentFile is a comment on an issue or a pull request.
type CommentFile struct {
	Issue  int    `yaml:"issue"`
	Author string `yaml:"author"` // one that ends in [bot] is a bot
	Body   string `yaml:"body"`
}
