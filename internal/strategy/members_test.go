package strategy

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/fleet-update-action/internal/fleet"
)

const (
	someFleet = "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg/providers/Microsoft.ContainerService/fleets/prod"
	someGroup = "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/%s/providers/Microsoft.ContainerService/managedClusters/%s"
)

func TestOfMembers(t *testing.T) {
	first, twin, last := fmt.Sprintf(someGroup, "rg-1", "aks-1"), fmt.Sprintf(someGroup, "rg-2", "AKS-1"), fmt.Sprintf(someGroup, "rg-1", "aks-2")
	s, err := OfMembers([]string{first, someFleet, twin, last}, Wish{Kubernetes: "1.30", Images: "Consistent"}, "")
	if err != nil {
		t.Fatal(err)
	}
	if s.Name != OneByOne || len(s.Stages) != 0 || s.Upgrade.Type != Full || s.Upgrade.Kubernetes.String() != "1.30" || s.Upgrade.Images != Consistent {
		t.Errorf("%+v", s)
	}
	if s.Sources[0].Fleet != someFleet || s.PlanMaxAge == 0 || s.StoppedClusters != "skip" {
		t.Errorf("%+v", s)
	}
	var names []string
	for _, member := range s.Sources[1].Listed {
		names = append(names, member.Name+" "+member.Source)
		if member.Position != (fleet.Position{}) {
			t.Errorf("%s stands at %+v, in no file", member.Name, member.Position)
		}
	}
	if diff := cmp.Diff([]string{"aks-1 --members", "aks-1-2 --members", "aks-2 --members"}, names); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	assigned, findings := Assign(s, s.Sources[1].Listed)
	if stage := assigned.Stages[0]; len(findings) > 0 || stage.Name != OneByOne || stage.Concurrency != 1 || stage.Groups[0].Concurrency != 1 {
		t.Errorf("%+v %+v", stage, findings)
	}
}

// The one stage of named members is guarded by the environment that is named with them, and has all of them all the same.
func TestMembersAreGuardedByAnEnvironment(t *testing.T) {
	ids := []string{fmt.Sprintf(someGroup, "rg", "aks-1"), fmt.Sprintf(someGroup, "rg", "aks-2")}
	s, err := OfMembers(ids, Wish{}, "aks-one-by-one")
	if err != nil {
		t.Fatal(err)
	}
	want := []fleet.Environment{{Name: "aks-one-by-one", Reviewers: 1}}
	if diff := cmp.Diff(want, s.Environments()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	open, err := OfMembers(ids, Wish{}, "")
	if err != nil {
		t.Fatal(err)
	}
	guarded, findings := Assign(s, s.Sources[0].Listed)
	alike, _ := Assign(open, open.Sources[0].Listed)
	alike.Stages[0].Environment = &want[0]
	if diff := cmp.Diff(describe(alike), describe(guarded)); diff != "" || len(findings) > 0 || guarded.Stages[0].Environment == nil {
		t.Errorf("(-want +got)\n%s%v", diff, findings)
	}
}

func TestWhatMembersAreUpgradedTo(t *testing.T) {
	for name, spec := range map[string]struct {
		wish Wish
		want UpgradeType
	}{
		"nothing said":                   {Wish{}, NodeImageOnly},
		"a version":                      {Wish{Kubernetes: "1.34.2"}, Full},
		"control planes, and to what":    {Wish{Type: "ControlPlaneOnly", Kubernetes: "1.34"}, ControlPlaneOnly},
		"node images, and which of them": {Wish{Type: "NodeImageOnly", Images: "Latest"}, NodeImageOnly},
	} {
		s, err := OfMembers([]string{someFleet}, spec.wish, "")
		if err != nil || s.Upgrade.Type != spec.want {
			t.Errorf("%s: %s, %v", name, s.Upgrade.Type, err)
		}
	}
}

// Whoever typed a command wants to hear of what was typed, not of lines of a file.
func TestMembersThatCanNotBe(t *testing.T) {
	cluster := fmt.Sprintf(someGroup, "rg", "aks-1")
	for name, spec := range map[string]struct {
		ids  []string
		wish Wish
		want string
	}{
		"no id":                     {nil, Wish{}, "no resource id is named"},
		"a name":                    {[]string{"aks-1"}, Wish{}, `"aks-1" is the resource id neither of a Fleet resource nor of an AKS cluster`},
		"something else":            {[]string{strings.ReplaceAll(cluster, "managedClusters", "snapshots")}, Wish{}, "neither of a Fleet resource"},
		"two with a comma":          {[]string{cluster + "," + someFleet}, Wish{}, "blanks stand between several resource ids, and no commas"},
		"a comma and a blank":       {[]string{cluster + ",", someFleet}, Wish{}, "blanks stand between several resource ids, and no commas"},
		"no subscription":           {[]string{strings.ReplaceAll(someFleet, "11111111-1111-4111-8111-111111111111", "prod")}, Wish{}, `"prod" is not the id of a subscription`},
		"a cluster twice":           {[]string{cluster, strings.ToUpper(cluster)}, Wish{}, `is a member already: "aks-1", from --members`},
		"Full without a version":    {[]string{cluster}, Wish{Type: "Full"}, "Full needs --kubernetes-version"},
		"node images and a version": {[]string{cluster}, Wish{Type: "NodeImageOnly", Kubernetes: "1.34"}, "NodeImageOnly takes no --kubernetes-version"},
		"no version at all":         {[]string{cluster}, Wish{Kubernetes: "newest"}, "--kubernetes-version"},
		"a cluster as it was named": {[]string{strings.ReplaceAll(cluster, "aks-1", "aks-2"), cluster, cluster}, Wish{}, `"aks-1" is a member already`},
		"no type at all":            {[]string{cluster}, Wish{Type: "Half"}, "--upgrade-type"},
		"no images at all":          {[]string{cluster}, Wish{Images: "Newest"}, "--node-image-selection"},
		"images of Custom":          {[]string{cluster}, Wish{Images: "Custom"}, "the images of Custom have to be named in a strategy"},
	} {
		_, err := OfMembers(spec.ids, spec.wish, "")
		if err == nil || !strings.Contains(err.Error(), spec.want) || strings.Contains(err.Error(), "--members:") || strings.Contains(err.Error(), "upgrade.") || strings.Contains(err.Error(), "-2:") {
			t.Errorf("%s: %v, want %q", name, err, spec.want)
		}
	}
}
