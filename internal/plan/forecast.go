package plan

import (
	"slices"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
)

// Forecast is when a plan is expected to be carried out, where approvals take no time and nothing fails. It is made from
// the plan and decides nothing, so it is not in the digest.
type Forecast struct {
	EndsAt time.Time       `json:"endsAt"` // of the last stage that is forecast
	Stages []StageForecast `json:"stages"` // up to one that would be refused; none that is skipped as a whole
}

// StageForecast is when a stage is expected to be carried out.
type StageForecast struct {
	Name        string           `json:"name"`
	StartsAt    time.Time        `json:"startsAt"`
	EndsAt      time.Time        `json:"endsAt"`      // without the wait after it
	BusySeconds int              `json:"busySeconds"` // how long anything is under way
	JobSeconds  int              `json:"jobSeconds"`  // the longest that a job of it would have to run
	Jobs        int              `json:"jobs"`        // how many times its job is run: it ends at its limit, and where it could only wait past it
	LeftOut     int              `json:"leftOut,omitempty"`
	Members     []MemberForecast `json:"members,omitempty"` // those that are upgraded, in the order of the plan
}

// MemberForecast is when a member is expected to be upgraded.
type MemberForecast struct {
	Cluster  fleet.ClusterID `json:"cluster"`
	StartsAt time.Time       `json:"startsAt"`
	EndsAt   time.Time       `json:"endsAt"`
	OpensAt  time.Time       `json:"opensAt,omitzero"` // where its window opens only after its stage has begun: when
}

// Lasts is how long the stage is expected to take, windows included.
func (s StageForecast) Lasts() time.Duration { return s.EndsAt.Sub(s.StartsAt) }

// Foreseen returns the plan with its forecast, and what the forecast finds among its findings.
func (p Plan) Foreseen(forecast Forecast, findings []fleet.Finding) Plan {
	p.Forecast = &forecast
	p.Findings = worstFirst(slices.Concat(p.Findings, findings))
	return p
}

// ForecastOf returns what is forecast of a stage, or a zero one.
func (p Plan) ForecastOf(stage string) StageForecast {
	if p.Forecast == nil {
		return StageForecast{}
	}
	for _, s := range p.Forecast.Stages {
		if s.Name == stage {
			return s
		}
	}
	return StageForecast{}
}
