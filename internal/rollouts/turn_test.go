package rollouts

import (
	"testing"

	"github.com/org/fleet-update-action/internal/github"
)

func TestTurn(t *testing.T) {
	r := newRepository(t)
	if turn, err := Turn(t.Context(), r, 1); !turn.IsZero() || err != nil {
		t.Errorf("of a run without jobs it is %s, %v", turn, err)
	}
	r.jobs[1] = []github.Job{
		{Name: "Plan", Attempt: 1, CreatedAt: at(1)}, {Name: "Rollout", Attempt: 1, CreatedAt: at(2)}, {Name: "Rollout / Stage canary / canary", Attempt: 1, CreatedAt: at(3)},
		{Name: "Rollout / Stage canary / canary", Attempt: 2, CreatedAt: at(5)},
	}
	if turn, err := Turn(t.Context(), r, 1); !turn.Equal(at(3)) || err != nil {
		t.Errorf("it is %s, %v", turn, err)
	}
}

func TestFirstCreated(t *testing.T) {
	jobs := []github.Job{{Status: "queued", CreatedAt: at(1)}, {Status: "waiting", CreatedAt: at(3)}, {Status: "waiting", CreatedAt: at(2)}}
	waits := func(job github.Job) bool { return job.Status == github.Waiting }
	if got := firstCreated(jobs, waits); !got.Equal(at(2)) {
		t.Errorf("got %s", got)
	}
	if got := firstCreated(jobs[:1], waits); !got.IsZero() {
		t.Errorf("got %s, where there is none", got)
	}
}
