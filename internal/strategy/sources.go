package strategy

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/schema"
)

func (r *reader) sources(n *schema.Node) []fleet.Source {
	var sources []fleet.Source
	for _, each := range n.Elements() {
		if r.oneKind(each) {
			sources = append(sources, r.source(each))
		}
	}
	return sources
}

// oneKind reports whether a source says in exactly one way where its members come from.
func (r *reader) oneKind(n *schema.Node) bool {
	var given []*schema.Node
	for _, kind := range []string{"fleet", "clusters", "discover"} {
		if key := n.Key(kind); key != nil {
			given = append(given, key)
		}
	}
	if len(given) == 1 {
		return true
	}
	r.cascades = true
	if len(given) == 0 {
		r.fail(ruleSourceKind, n, "this source does not say where its members come from", "Give it fleet, clusters or discover.")
		return false
	}
	r.fail(ruleSourceKind, given[1], fmt.Sprintf("one source cannot have both %s and %s", given[0].Value, given[1].Value),
		"Begin a source of its own for it, with a dash.")
	return false
}

func (r *reader) source(n *schema.Node) fleet.Source {
	s := fleet.Source{Position: r.lines.Position(n)}
	switch {
	case n.Field("fleet") != nil:
		s.Fleet = r.fleetID(n.Field("fleet"))
	case n.Field("clusters") != nil:
		for _, each := range n.Field("clusters").Elements() {
			if member, ok := r.member(each); ok {
				s.Listed = append(s.Listed, member)
			}
		}
	default:
		s.Discover = discovery(n.Field("discover"))
	}
	return s
}

func (r *reader) fleetID(n *schema.Node) string {
	id := strings.TrimSuffix(n.Text(), "/")
	if id == "" {
		return ""
	}
	if !isFleetID(id) {
		r.fail(ruleFleetID, n, "this is not the resource id of a Fleet resource",
			"Want /subscriptions/…/resourceGroups/…/providers/Microsoft.ContainerService/fleets/NAME; `az fleet show --query id` prints it.")
		return id
	}
	r.subscription(ruleFleetID, n, "az fleet show --query id")
	return id
}

// isFleetID reports whether a text is the resource id of a Fleet resource.
func isFleetID(id string) bool {
	parts := strings.Split(strings.ToLower(strings.TrimSuffix(id, "/")), "/")
	return len(parts) == 9 && parts[1] == "subscriptions" && parts[3] == "resourcegroups" && parts[5] == "providers" &&
		parts[6] == "microsoft.containerservice" && parts[7] == "fleets"
}

// subscriptionID is how Azure writes the id of a subscription. Their names do not stand in resource ids.
var subscriptionID = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// subscription checks the subscription of a resource id; command prints the id as it has to be.
func (r *reader) subscription(broken rule, at *schema.Node, command string) {
	named := strings.Split(at.Text(), "/")[2]
	if !subscriptionID.MatchString(named) {
		r.fail(broken, at, fmt.Sprintf("%q is not the id of a subscription", named),
			"Write one such as 00000000-0000-0000-0000-000000000000; `"+command+"` prints the whole id.")
	}
}

func (r *reader) member(n *schema.Node) (fleet.Member, bool) {
	at := n.Field("id")
	id, err := fleet.ParseClusterID(at.Text())
	if err != nil {
		r.cascades = true
		if at != nil {
			r.fail(ruleClusterID, at, "this is not the resource id of an AKS cluster",
				"Want /subscriptions/…/resourceGroups/…/providers/Microsoft.ContainerService/managedClusters/NAME; `az aks show --query id` prints it.")
		}
		return fleet.Member{}, false
	}
	r.subscription(ruleClusterID, at, "az aks show --query id")
	position := r.lines.Position(at)
	return fleet.Member{
		Name:     cmp.Or(n.Field("name").Text(), id.Name()),
		Cluster:  id,
		Group:    n.Field("group").Text(),
		Labels:   pairs(n.Field("labels")),
		Source:   fmt.Sprintf("%s:%d", position.File, position.Line),
		Position: position,
	}, true
}

func discovery(n *schema.Node) *fleet.Discovery {
	d := &fleet.Discovery{Tags: pairs(n.Field("tags")), GroupTag: n.Field("groupTag").Text()}
	for _, each := range n.Field("subscriptions").Elements() {
		subscription := strings.ToLower(each.Text())
		if !slices.Contains(d.Subscriptions, subscription) {
			d.Subscriptions = append(d.Subscriptions, subscription)
		}
	}
	return d
}

// pairs returns the fields of a mapping whose values are text.
func pairs(n *schema.Node) map[string]string {
	if n == nil || len(n.Fields) == 0 {
		return nil
	}
	all := make(map[string]string, len(n.Fields))
	for _, field := range n.Fields {
		all[field.Key.Value] = field.Value.Text()
	}
	return all
}
