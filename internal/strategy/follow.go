package strategy

import (
	"fmt"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/schema"
)

// Following returns the strategy of a run that takes its target from the channel of an auto-upgrade profile, and its
// stages from the profile where that has some of its own. Whether the profile is disabled is for whoever starts runs by
// themselves: a person may follow it all the same. The error is for the one who named the profile.
func (s Strategy) Following(name string) (Strategy, error) {
	var names []string
	for _, profile := range s.AutoUpgrade {
		if profile.Name == name {
			return s.following(profile), nil
		}
		names = append(names, profile.Name)
	}
	if len(names) == 0 {
		return s, fmt.Errorf("there is no auto-upgrade profile %q; the strategy has none", name)
	}
	guess := ""
	if nearest := schema.Nearest(name, names); nearest != "" {
		guess = "; did you mean " + nearest + "?"
	}
	return s, fmt.Errorf("there is no auto-upgrade profile %q; the strategy has %s%s", name, strings.Join(names, ", "), guess)
}

func (s Strategy) following(profile Profile) Strategy {
	s.Upgrade = Upgrade{
		Engine: s.Upgrade.Engine, Type: Full, Kubernetes: profile.TargetKubernetes, Images: profile.Images,
		Follows: &profile, Position: profile.Position,
	}
	if profile.Channel == NodeImage {
		s.Upgrade.Type, s.Upgrade.Kubernetes = NodeImageOnly, fleet.KubernetesVersion{}
	}
	if len(profile.Stages) > 0 {
		s.Stages = profile.Stages
	}
	return s
}
