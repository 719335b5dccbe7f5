package strategy

import (
	"errors"
	"fmt"

	"github.com/org/fleet-update-action/internal/fleet"
)

// Wish is what one run is asked to upgrade to instead of what the strategy says. What is empty is left to the strategy.
type Wish struct {
	Type       string // Full, ControlPlaneOnly or NodeImageOnly
	Kubernetes string // a patch or a minor
	Images     string // Latest, Consistent, or Custom where the strategy names the images
}

// Granted returns the upgrade with the wish in place of what the strategy says. The error says which part of the wish
// cannot be, by the rules that hold for a strategy; it never falls back on something else.
func (w Wish) Granted(u Upgrade) (Upgrade, error) {
	var err error
	if w.Type != "" {
		u.Type = UpgradeType(w.Type)
	}
	if w.Kubernetes != "" {
		if u.Kubernetes, err = fleet.ParseKubernetesVersion(w.Kubernetes); err != nil || u.Kubernetes.Major < 1 {
			return u, fmt.Errorf("%q is not a Kubernetes version; write a patch such as 1.34.2, or a minor such as 1.34", w.Kubernetes)
		}
	}
	if w.Images != "" {
		u.Images = ImageSelection(w.Images)
	}
	if u.Images != Custom {
		u.Custom = nil
	}
	switch {
	case u.Images == Custom && len(u.Custom) == 0:
		return u, errors.New("images of Custom must be named, and the strategy names none: add customNodeImageVersions to it, or choose Latest or Consistent")
	case u.Type == NodeImageOnly && w.Kubernetes != "":
		return u, errors.New("an upgrade of type NodeImageOnly takes no Kubernetes version: leave it out, or choose Full")
	case u.Type == NodeImageOnly:
		u.Kubernetes = fleet.KubernetesVersion{}
	case u.Kubernetes.IsZero():
		return u, fmt.Errorf("an upgrade of type %s needs a Kubernetes version, and the strategy names none", u.Type)
	}
	return u, nil
}
