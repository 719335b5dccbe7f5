package azure

import (
	"context"
	"fmt"

	"github.com/org/fleet-update-action/internal/fleet"
)

// minorBody is one minor of a region's list of Kubernetes versions.
type minorBody struct {
	Version      string `json:"version"`
	IsDefault    bool   `json:"isDefault"`
	IsPreview    bool   `json:"isPreview"`
	Capabilities struct {
		SupportPlan []string `json:"supportPlan"`
	} `json:"capabilities"`
	PatchVersions map[string]struct {
		Upgrades []string `json:"upgrades"`
	} `json:"patchVersions"`
}

// versions reads the Kubernetes versions that a region offers, with the upgrade graph.
func (c *Client) versions(ctx context.Context, at place) (map[fleet.KubernetesVersion]fleet.OfferedVersion, error) {
	call, err := c.inRegion(listVersions, at, "kubernetesVersions", containerService)
	if err != nil {
		return nil, err
	}
	var list struct {
		Values []minorBody `json:"values"` // this one LIST of AKS is neither paged nor named "value"
	}
	if err := c.read(ctx, call, &list); err != nil {
		return nil, err
	}
	offered := map[fleet.KubernetesVersion]fleet.OfferedVersion{}
	for _, minor := range list.Values {
		if err := minor.addTo(offered); err != nil {
			return nil, malformed(call, err)
		}
	}
	return offered, nil
}

// inRegion makes a call on a location of AKS.
func (c *Client) inRegion(kind string, at place, path, version string) (call, error) {
	call, err := c.resource(kind, "/subscriptions/"+at.subscription, "/providers/Microsoft.ContainerService/locations/"+at.region+"/"+path,
		version, otherBucket(at.subscription, at.region), armReadBucket(at.subscription))
	call.role = readerRole
	return call, err
}

func (m minorBody) addTo(offered map[fleet.KubernetesVersion]fleet.OfferedVersion) error {
	for text, patch := range m.PatchVersions {
		v, err := fleet.ParseKubernetesVersion(text)
		if err != nil {
			return fmt.Errorf("minor %s: %w", m.Version, err)
		}
		entry := fleet.OfferedVersion{Preview: m.IsPreview, Default: m.IsDefault, SupportPlans: m.Capabilities.SupportPlan}
		for _, to := range patch.Upgrades {
			upgrade, err := fleet.ParseKubernetesVersion(to)
			if err != nil {
				return fmt.Errorf("upgrades of %s: %w", text, err)
			}
			entry.Upgrades = append(entry.Upgrades, upgrade)
		}
		offered[v] = entry
	}
	return nil
}
