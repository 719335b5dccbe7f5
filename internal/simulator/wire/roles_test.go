package wire

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// role is a role definition as az takes it.
type role struct {
	Name             string
	IsCustom         bool
	Description      string
	Actions          []string
	NotActions       []string
	AssignableScopes []string
}

// uncalled are actions that the simulator knows and the action never asks for.
func uncalled() []string {
	return []string{clusterAction + "abort/action", clusterAction + "agentPools/abort/action", clusterAction + "upgradeProfiles/read"}
}

// documentedRoles reads the role definitions of docs/identity.md, by the name in their mark.
func documentedRoles(t *testing.T) map[string]role {
	t.Helper()
	content, err := os.ReadFile("../../../docs/identity.md")
	if err != nil {
		t.Fatal(err)
	}
	roles := map[string]role{}
	for _, found := range regexp.MustCompile("(?s)<!-- role: (\\w+) -->\n```json\n(.*?)```").FindAllStringSubmatch(string(content), -1) {
		decoder := json.NewDecoder(strings.NewReader(found[2]))
		decoder.DisallowUnknownFields()
		var defined role
		if err := decoder.Decode(&defined); err != nil {
			t.Fatalf("the role %s: %v", found[1], err)
		}
		roles[found[1]] = defined
	}
	for _, name := range []string{"reader", "upgrader", "linked"} {
		if defined := roles[name]; !defined.IsCustom || defined.Name == "" || len(defined.AssignableScopes) == 0 || len(defined.NotActions) > 0 {
			t.Fatalf("the role %s is %+v", name, defined)
		}
	}
	return roles
}

// allows compares as Azure does: in any case, with "*" for any text.
func (r role) allows(action string) bool {
	return slices.ContainsFunc(r.Actions, func(pattern string) bool {
		form := strings.ReplaceAll(regexp.QuoteMeta(pattern), `\*`, ".*")
		return regexp.MustCompile("(?i)^" + form + "$").MatchString(action)
	})
}

// askedFor are the actions behind the endpoints of Azure that the client uses. A LIST of clusters needs none on the
// simulator, as it shows what may be read.
func askedFor() []string {
	asked := []string{clusterAction + "read"}
	for _, e := range armEndpoints() {
		if e.action != "" && !slices.Contains(uncalled(), e.action) {
			asked = append(asked, e.action)
		}
	}
	slices.Sort(asked)
	return slices.Compact(asked)
}

// TestDocumentedRolesAreWhatIsNeeded: what reads is in the reader's role, what writes in the upgrader's, and neither
// role has more.
func TestDocumentedRolesAreWhatIsNeeded(t *testing.T) {
	roles := documentedRoles(t)
	asked := askedFor()
	if len(asked) < 15 {
		t.Fatalf("only %q are asked for: this test looks in the wrong place", asked)
	}
	for _, action := range asked {
		reads := strings.HasSuffix(action, "/read")
		if roles["reader"].allows(action) != reads {
			t.Errorf("the reader's role allows %s: %t", action, !reads)
		}
		if roles["upgrader"].allows(action) == reads {
			t.Errorf("the upgrader's role allows %s: %t", action, reads)
		}
	}
	for _, name := range []string{"reader", "upgrader"} {
		for _, action := range roles[name].Actions {
			if !slices.ContainsFunc(asked, role{Actions: []string{action}}.allows) {
				t.Errorf("the role %s allows %s, which nothing asks for", name, action)
			}
		}
		if !slices.IsSorted(roles[name].Actions) {
			t.Errorf("the actions of the role %s are not sorted", name)
		}
	}
}

// TestUncalledActionsExist keeps the list of exceptions from outliving what it excepts.
func TestUncalledActionsExist(t *testing.T) {
	for _, action := range uncalled() {
		if !slices.ContainsFunc(armEndpoints(), func(e endpoint) bool { return e.action == action }) {
			t.Errorf("no endpoint has the action %s", action)
		}
	}
}
