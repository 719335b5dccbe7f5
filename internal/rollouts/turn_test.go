package rollouts

import (
	"testing"

	"github.com/org/fleet-update-action/internal/github"
)

func TestTurn(t *testing.T) {
	r := newRepository(t)
	if turn, err := Turn(t.Context(), r, 1, monday); !turn.IsZero() || err != nil {
		t.Errorf("of a run without jobs it is %s, %v", turn, err)
	}
	r.jobs[1] = []github.Job{
		{Name: "Plan", Attempt: 1, CreatedAt: at(1)}, {Name: "Rollout", Attempt: 1, CreatedAt: at(2)}, {Name: "Rollout / Stage canary / canary", Attempt: 1, CreatedAt: at(3)},
		{Name: "Rollout / Stage canary / canary", Attempt: 2, CreatedAt: at(5)},
	}
	for planned, want := range map[float64]float64{1: 3, 3: 3, 4: 5} { // the last is a plan of the second attempt
		if turn, err := Turn(t.Context(), r, 1, at(planned)); !turn.Equal(at(want)) || err != nil {
			t.Errorf("of a plan made at %v it is %s, %v", planned, turn, err)
		}
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
