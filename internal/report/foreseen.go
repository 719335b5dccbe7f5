package report

import (
	"slices"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
)

// foreseen has a lane for every member that is forecast to be upgraded, those of a stage in the order in which they begin,
// and for every wait.
func foreseen(p plan.Plan) []lane {
	var lanes []lane
	for _, s := range p.Stages {
		foretold := p.ForecastOf(s.Name)
		if len(foretold.Members) == 0 {
			continue
		}
		lanes = append(lanes, foreseenMembers(s, foretold)...)
		if s.WaitSeconds > 0 {
			wait := seconds(s.WaitSeconds)
			lanes = append(lanes, lane{s.Name, waitLane, bar{"wait " + duration(wait), foretold.EndsAt, foretold.EndsAt.Add(wait), faint}})
		}
	}
	return lanes
}

func foreseenMembers(s plan.Stage, foretold plan.StageForecast) []lane {
	times := timesOf(foretold)
	var lanes []lane
	for _, g := range s.Groups {
		for _, m := range g.Members {
			if at, upgraded := times[m.Cluster]; upgraded {
				lanes = append(lanes, lane{s.Name, g.Name, bar{label: m.Name, from: at.StartsAt, to: at.EndsAt}})
			}
		}
	}
	slices.SortStableFunc(lanes, func(a, b lane) int { return a.from.Compare(b.from) })
	return lanes
}

func timesOf(foretold plan.StageForecast) map[fleet.ClusterID]plan.MemberForecast {
	times := make(map[fleet.ClusterID]plan.MemberForecast, len(foretold.Members))
	for _, m := range foretold.Members {
		times[m.Cluster] = m
	}
	return times
}

// notForeseen says under the chart what it takes for granted and what it leaves out.
func notForeseen(p plan.Plan) text {
	t := words("Expected durations, maintenance windows, waits and limits. Approvals take no time here, and nothing fails.")
	left := 0
	for _, s := range p.Forecast.Stages {
		left += s.LeftOut
	}
	if left > 0 {
		t = append(t, plain(" Left out: "+count(left, "cluster")+" of which it is not known when their turn comes."))
	}
	return t
}
