package strategy

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/schema"
)

func (r *reader) upgrade(key, n *schema.Node) Upgrade {
	version := n.Field("kubernetesVersion")
	selection := n.Field("nodeImageSelection")
	u := Upgrade{
		Engine:     cmp.Or(n.Field("engine").Text(), "direct"),
		Type:       UpgradeType(n.Field("type").Text()),
		Kubernetes: r.version(version),
		Images:     ImageSelection(cmp.Or(selection.Field("type").Text(), string(Latest))),
		Custom:     r.customImages(selection),
		Position:   r.lines.Position(key),
	}
	if version != nil {
		u.Position = r.lines.Position(version)
	}
	if u.Engine == "fleet" { // it must not be taken for a wish that direct fulfils
		r.fail(ruleEngine, n.Field("engine"), "upgrades by the engine fleet are not part of this version", "Use direct, or start an update run with `az fleet updaterun`.")
	}
	r.versionFitsType(n, u.Type)
	if u.Type == ControlPlaneOnly && (u.Images == Consistent || u.Images == Custom) {
		r.report(ruleImagesWithoutEffect, fleet.Note, selection.Field("type"),
			fmt.Sprintf("%s has no effect: ControlPlaneOnly leaves the nodes alone", u.Images), "Remove nodeImageSelection, or use Full.")
	}
	return u
}

func (r *reader) versionFitsType(n *schema.Node, upgrade UpgradeType) {
	given := n.Key("kubernetesVersion") != nil
	switch upgrade {
	case Full, ControlPlaneOnly:
		if !given {
			r.fail(ruleVersionMissing, n.Field("type"), fmt.Sprintf("%s needs kubernetesVersion", upgrade),
				"Add it: a patch such as \"1.34.2\", or a minor such as \"1.34\".")
		}
	case NodeImageOnly:
		if given {
			r.fail(ruleVersionUnexpected, n.Key("kubernetesVersion"), "NodeImageOnly takes no kubernetesVersion: it leaves Kubernetes as it is",
				"Remove it, or use Full.")
		}
	}
}

// customImages reads the images of Custom and checks that there are some exactly where there must be.
func (r *reader) customImages(selection *schema.Node) []fleet.NodeImage {
	key, list := selection.Key("customNodeImageVersions"), selection.Field("customNodeImageVersions")
	switch ImageSelection(selection.Field("type").Text()) {
	case Custom:
		if key == nil {
			r.fail(ruleCustomWithoutImages, selection.Field("type"), "Custom needs customNodeImageVersions",
				"Add the images, at most one per family: `customNodeImageVersions: [{version: AKSUbuntu-2204gen2containerd-202510.19.0}]`.")
		}
	case Latest, Consistent:
		if key != nil {
			r.fail(ruleImagesWithoutCustom, key, "customNodeImageVersions stands only with Custom", "Set the type to Custom, or remove the images.")
		}
	}
	var images []fleet.NodeImage
	first := map[string]*schema.Node{}
	for _, each := range list.Elements() {
		if image, ok := r.image(each.Field("version"), first); ok {
			images = append(images, image)
		}
	}
	return images
}

// image reads one image; first holds where each family was named first.
func (r *reader) image(n *schema.Node, first map[string]*schema.Node) (fleet.NodeImage, bool) {
	image := fleet.NodeImage(n.Text())
	if image == "" {
		return "", false
	}
	if !image.Valid() {
		r.fail(ruleImage, n, strconv.Quote(string(image))+" is not the name of a node image",
			"Write family and version, such as AKSUbuntu-2204gen2containerd-202510.19.0; `az aks nodepool show --query nodeImageVersion` prints what a pool runs.")
		return "", false
	}
	family := strings.ToLower(image.Family())
	if other := first[family]; other != nil {
		r.fail(ruleImageFamily, n, fmt.Sprintf("there is another image of the family %s, in line %d", image.Family(), other.Line),
			"Keep one of them.")
		return "", false
	}
	first[family] = n
	return image, true
}
