package plan

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/strategy"
)

// imageLife is how long an image is valid as a target, from the day it was built: for node pool snapshots
// (https://learn.microsoft.com/azure/aks/node-pool-snapshot) and for Fleet Manager's update runs alike.
const imageLife = 90 * 24 * time.Hour

// expiry returns when an image stops being valid as a target; zero where its name does not say when it was built.
func expiry(image fleet.NodeImage) time.Time {
	built, ok := image.Built()
	if !ok {
		return time.Time{}
	}
	return built.Add(imageLife)
}

// expired reports whether an image is too old to be a target at a time. Unknown age is not old age.
func expired(image fleet.NodeImage, at time.Time) bool {
	end := expiry(image)
	return !end.IsZero() && at.After(end)
}

func customImages(custom []fleet.NodeImage) map[string]fleet.NodeImage {
	images := make(map[string]fleet.NodeImage, len(custom))
	for _, image := range custom {
		images[strings.ToLower(image.Family())] = image
	}
	return images
}

// pinImages finds the one image per family that Consistent or Custom brings the run's pools to.
func (r *run) pinImages() []fleet.Finding {
	upgrade := r.strategy.Upgrade
	if upgrade.Type == strategy.ControlPlaneOnly {
		return nil
	}
	uses := r.imageUses()
	findings := r.unreadImages(uses)
	if upgrade.Images == strategy.Latest {
		return findings
	}
	for _, family := range slices.Sorted(maps.Keys(uses)) {
		target := r.imageTarget(uses[family])
		if target.Image != "" {
			r.images[family] = target.Image
			r.targets = append(r.targets, target)
		}
	}
	if r.orders.Retry != nil {
		findings = append(findings, r.newlyPinned()...)
		r.targets = append(r.targets, r.orders.Retry.targets(uses)...)
		slices.SortFunc(r.targets, func(a, b ImageTarget) int {
			return strings.Compare(strings.ToLower(a.Family), strings.ToLower(b.Family))
		})
		return findings
	}
	return append(findings, r.unusedImages(uses)...)
}

// imageUse says in which regions the pools that take part have, or will have, an image family.
type imageUse struct {
	family  string
	regions map[string]bool
}

// imageUses finds the families of the run, by name in lower case.
func (r *run) imageUses() map[string]imageUse {
	uses := map[string]imageUse{}
	for c := range r.participants() {
		for i := range c.parts {
			p := &c.parts[i]
			if p.left.set() || p.out.Family == "" {
				continue
			}
			use, known := uses[p.family]
			if !known {
				use = imageUse{family: p.out.Family, regions: map[string]bool{}}
				uses[p.family] = use
			}
			use.regions[c.cluster.Location] = true
		}
	}
	return uses
}

// imageTarget is the image named in the strategy, that of the run which is retried, or, for Consistent, the newest one
// available to every pool of the family: the oldest of what the regions offer as their latest. A region that offers none
// of the family waits for it.
func (r *run) imageTarget(use imageUse) ImageTarget {
	target := ImageTarget{Family: use.family, Image: r.images[strings.ToLower(use.family)]}
	oldest := fleet.NodeImage("")
	for _, name := range slices.Sorted(maps.Keys(use.regions)) {
		latest, offered := r.inv.Regions[name].Latest(use.family)
		target.Regions = append(target.Regions, RegionImage{Region: name, Latest: latest})
		order, comparable := latest.Compare(oldest)
		if offered && (oldest == "" || comparable && order < 0) {
			oldest = latest
		}
	}
	if r.strategy.Upgrade.Images == strategy.Consistent && target.Image == "" {
		target.Image = oldest
	}
	target.Expires = expiry(target.Image)
	return target
}

// unreadImages: without the region's images nothing can be verified, whatever the selection.
func (r *run) unreadImages(uses map[string]imageUse) []fleet.Finding {
	unread := map[string]bool{}
	for _, use := range uses {
		for name := range use.regions {
			if r.inv.Regions[name].Images == nil {
				unread[name] = true
			}
		}
	}
	var findings []fleet.Finding
	for _, name := range slices.Sorted(maps.Keys(unread)) {
		findings = append(findings, fleet.Finding{
			Rule: "images-unread", Severity: fleet.Error, Position: r.strategy.Upgrade.Position,
			Message: "Which node images " + name + " offers was not read, so no target can be chosen.",
			Advice:  "Plan again; if it happens again, see which read was refused.",
		})
	}
	return findings
}

func (r *run) unusedImages(uses map[string]imageUse) []fleet.Finding {
	var findings []fleet.Finding
	for _, image := range r.strategy.Upgrade.Custom {
		if _, used := uses[strings.ToLower(image.Family())]; !used {
			findings = append(findings, fleet.Finding{
				Rule: "custom-image-unused", Severity: fleet.Warning, Position: r.strategy.Upgrade.Position,
				Message: fmt.Sprintf("No node pool of the run has the family of the image %s.", image),
				Advice:  "Check its spelling against the pools' images, or take it out of customNodeImageVersions.",
			})
		}
	}
	return findings
}

// imageAges warns of pinned images that are too old to be a target; the forecast does of those that will be. They would
// still be reached where the region offers them as its latest, but not from a snapshot.
func (r *run) imageAges(p Plan) []fleet.Finding {
	var findings []fleet.Finding
	for _, target := range r.targets {
		if len(target.Regions) == 0 || !expired(target.Image, p.CreatedAt) {
			continue
		}
		if needy := r.stranded(target.Image); r.orders.Retry != nil && len(needy) > 0 {
			findings = append(findings, tooOld(target.Image, needy))
		} else {
			findings = append(findings, fleet.Finding{
				Rule: "image-age", Severity: fleet.Warning, Position: r.strategy.Upgrade.Position,
				Message: fmt.Sprintf("The image %s was built more than 90 days ago.", target.Image),
				Advice:  "Azure takes no older image from a snapshot: choose a newer image.",
			})
		}
	}
	return findings
}

func (r *run) upgrade() Upgrade {
	wanted := r.strategy.Upgrade
	return Upgrade{
		Engine: wanted.Engine, Type: wanted.Type, Requested: wanted.Kubernetes, Kubernetes: r.kubernetes,
		Images: wanted.Images, Targets: r.targets,
	}
}
