package plan

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/strategy"
)

// digest is a hash over what the plan decides: members, order, targets, routes, gates, skips, limits, what it retries, under
// which name it was asked for, whether it may be executed, and how long it may be used. What was merely seen or foretold (times, versions before, findings, reasons, expectations) is left out,
// so two plans with one digest do the same. Whatever is not left out by name here is a decision.
func digest(p Plan) string {
	hash := sha256.New()
	write := func(part any) {
		if err := json.NewEncoder(hash).Encode(part); err != nil {
			panic(fmt.Errorf("encode the decisions of a plan: %w", err)) // no type of a plan can fail to encode
		}
	}
	write(decidedPlan(p))
	for _, stage := range p.Stages {
		write(decidedStage(stage))
		for _, group := range stage.Groups {
			members := group.Members
			group.Members, group.BeforeGates = nil, decidedAll(group.BeforeGates, decidedGate)
			write(group)
			for _, member := range members {
				write(decidedMember(member, p.Upgrade.Images))
			}
		}
	}
	return "sha256:" + hex.EncodeToString(hash.Sum(nil))
}

// decidedPlan is the plan without its stages: those follow one by one, so that no copy of the whole is made.
func decidedPlan(p Plan) Plan {
	decided := p
	decided.Run = p.Named()
	decided.Digest, decided.Findings, decided.Unassigned, decided.Forecast = "", nil, nil, nil
	decided.CreatedAt = time.Time{}
	decided.ExpiresAt = time.Time{}.Add(p.ExpiresAt.Sub(p.CreatedAt))
	decided.Stages = nil
	if p.Profile != nil {
		decided.Profile = &Profile{Name: p.Profile.Name, Channel: p.Profile.Channel} // the name of the run is made of the rest
	}
	decided.Upgrade.Targets = decidedAll(p.Upgrade.Targets, func(t ImageTarget) ImageTarget {
		return ImageTarget{Family: t.Family, Image: t.Image}
	})
	return decided
}

func decidedStage(s Stage) Stage {
	s.Groups = nil
	s.Environment = decidedEnvironment(s.Environment)
	s.BeforeGates, s.AfterGates = decidedAll(s.BeforeGates, decidedGate), decidedAll(s.AfterGates, decidedGate)
	if s.Skip != "" {
		s.Skip = "skipped"
	}
	return s
}

func decidedGate(g Gate) Gate {
	g.Environment = decidedEnvironment(g.Environment)
	return g
}

func decidedEnvironment(e *fleet.Environment) *fleet.Environment {
	if e == nil {
		return nil
	}
	decided := *e
	decided.Position = fleet.Position{}
	return &decided
}

func decidedMember(m Member, images strategy.ImageSelection) Member {
	m.Reason, m.Command, m.ExpectedSeconds, m.LaterRuns = "", "", 0, 0
	m.Until, m.Closes = time.Time{}, time.Time{}
	if m.ControlPlane != nil {
		m.ControlPlane = &ControlPlane{To: m.ControlPlane.To}
	}
	m.Pools = decidedAll(m.Pools, func(p Pool) Pool {
		p.Reason, p.ExpectedSeconds = "", 0
		p.FromVersion, p.FromImage = fleet.KubernetesVersion{}, ""
		if images == strategy.Latest {
			p.ToImage = ""
		}
		return p
	})
	return m
}

// decidedAll maps a slice to a new one; the plan's own is not touched.
func decidedAll[T any](all []T, decide func(T) T) []T {
	out := make([]T, len(all))
	for i := range all {
		out[i] = decide(all[i])
	}
	return out
}
