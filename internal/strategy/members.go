package strategy

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
)

// MembersOption is the option that names members without a strategy; it stands in messages where a file would.
const MembersOption = "--members"

// OfMembers is the strategy of a run that has no file: Fleet resources and clusters by their resource ids, upgraded one
// by one to what is wished for. Full is meant where a Kubernetes version is named, NodeImageOnly where none is. It is
// read as a file is, so everything holds for it that holds for a file. An environment, where one is named, guards all of
// it, and has to have a reviewer.
func OfMembers(ids []string, wish Wish, environment string) (Strategy, error) {
	sources, err := sourcesOf(ids)
	if err != nil {
		return Strategy{}, err
	}
	if wish.Images == string(Custom) {
		return Strategy{}, errors.New("the images of Custom have to be named in a strategy: choose Latest or Consistent")
	}
	kind := cmp.Or(wish.Type, string(NodeImageOnly))
	if wish.Type == "" && wish.Kubernetes != "" {
		kind = string(Full)
	}
	upgrade := map[string]any{"type": kind}
	if wish.Kubernetes != "" {
		upgrade["kubernetesVersion"] = wish.Kubernetes
	}
	if wish.Images != "" {
		upgrade["nodeImageSelection"] = map[string]any{"type": wish.Images}
	}
	content, err := json.Marshal(map[string]any{"version": 1, "name": OneByOne, "members": sources, "upgrade": upgrade})
	if err != nil {
		return Strategy{}, fmt.Errorf("writing a strategy for %s: %w", MembersOption, err)
	}
	s, findings := Parse(MembersOption, content)
	for _, finding := range findings {
		if finding.Severity == fleet.Error {
			return Strategy{}, errors.New(inOptions(finding.Message))
		}
	}
	if environment != "" {
		s.Stages = []Stage{guardedBy(environment)}
	}
	return s.withoutPlaces(), nil
}

func guardedBy(environment string) Stage {
	stage := OneByOneStage()
	stage.Environment = &fleet.Environment{Name: environment, Reviewers: 1}
	return stage
}

// sourcesOf are the sources of members that ids name: each Fleet resource is one, all clusters together are another.
func sourcesOf(ids []string) (sources []map[string]any, err error) {
	var clusters []map[string]any
	names, seen := map[string]int{}, map[fleet.ClusterID]bool{}
	for _, id := range ids {
		if strings.Contains(id, ",") {
			return nil, fmt.Errorf("%q is no resource id: blanks stand between several resource ids, and no commas", id)
		}
		if cluster, err := fleet.ParseClusterID(id); err == nil {
			entry := map[string]any{"id": id}
			if !seen[cluster] { // one that is named twice is an error, and is called in it as it was named
				names[cluster.Name()]++
			}
			if seen[cluster] = true; names[cluster.Name()] > 1 { // in another resource group: a name of its own, where it can have one
				if name := fmt.Sprintf("%s-%d", cluster.Name(), names[cluster.Name()]); CheckName(name) == nil {
					entry["name"] = name
				}
			}
			clusters = append(clusters, entry)
			continue
		}
		if !isFleetID(id) {
			return nil, fmt.Errorf("%q is the resource id neither of a Fleet resource nor of an AKS cluster", id)
		}
		sources = append(sources, map[string]any{"fleet": id})
	}
	if len(clusters) > 0 {
		sources = append(sources, map[string]any{"clusters": clusters})
	}
	if len(sources) == 0 {
		return nil, errors.New("no resource id is named")
	}
	return sources, nil
}

var placeInOption = regexp.MustCompile(MembersOption + `:\d+`)

// inOptions puts a message about a file into the words of the options that took its place.
func inOptions(message string) string {
	return strings.NewReplacer(
		"upgrade.kubernetesVersion", "--kubernetes-version", "kubernetesVersion", "--kubernetes-version",
		"upgrade.nodeImageSelection.type", "--node-image-selection", "nodeImageSelection", "--node-image-selection",
		"upgrade.type", "--upgrade-type",
	).Replace(placeInOption.ReplaceAllString(message, MembersOption))
}

// withoutPlaces is the strategy without places in a file that nobody has.
func (s Strategy) withoutPlaces() Strategy {
	s.File, s.Upgrade.Position = "", fleet.Position{}
	for i := range s.Sources {
		source := &s.Sources[i]
		source.Position = fleet.Position{}
		for j := range source.Listed {
			source.Listed[j].Source, source.Listed[j].Position = MembersOption, fleet.Position{}
		}
	}
	return s
}
