package forecast

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

func TestJobs(t *testing.T) {
	at := func(hour int) time.Time { return monday.Add(time.Duration(hour) * time.Hour) }
	for name, spec := range map[string]struct {
		busy []span
		want []string // from-to in hours
	}{
		"nothing to do":                                           {nil, []string{"0-0"}},
		"one stretch":                                             {[]span{{at(0), at(4)}}, []string{"0-4"}},
		"a stretch that is too long is one job":                   {[]span{{at(0), at(9)}}, []string{"0-9"}},
		"a pause that is over in time is sat out":                 {[]span{{at(1), at(2)}, {at(5), at(7)}}, []string{"0-7"}},
		"before a longer one the job ends":                        {[]span{{at(0), at(2)}, {at(7), at(8)}, {at(9), at(11)}}, []string{"0-2", "7-11"}},
		"a wait before the stage counts with it":                  {[]span{{at(5), at(9)}}, []string{"0-9"}},
		"a wait that is too long is not sat out":                  {[]span{{at(48), at(50)}}, []string{"0-0", "48-50"}},
		"what comes right after a job is a pause no job sits out": {[]span{{at(0), at(1)}, {at(30), at(31)}, {at(60), at(61)}}, []string{"0-1", "30-31", "60-61"}},
	} {
		var got []string
		for _, j := range jobsOf(monday, spec.busy, 6*time.Hour) {
			got = append(got, fmt.Sprintf("%g-%g", j.from.Sub(monday).Hours(), j.to.Sub(monday).Hours()))
		}
		if !slices.Equal(got, spec.want) {
			t.Errorf("%s: %v, want %v", name, got, spec.want)
		}
	}
}

func TestTimesThatAJobIsRun(t *testing.T) {
	hours := func(n int) job { return job{monday, monday.Add(time.Duration(n) * time.Hour)} }
	for name, spec := range map[string]struct {
		jobs []job
		want int
	}{
		"one that fits":          {[]job{hours(6)}, 1},
		"one that can only wait": {[]job{hours(0), hours(3)}, 2},
		"one that is cut off":    {[]job{hours(13)}, 3},
	} {
		if got := times(spec.jobs, 6*time.Hour); got != spec.want {
			t.Errorf("%s: %d, want %d", name, got, spec.want)
		}
	}
}
