package strategy

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/fleet-update-action/internal/fleet"
)

// Who is upgraded where, and how many at once: "stage(at once/failures): group(at once/failures)=members".
func TestAssign(t *testing.T) {
	for _, c := range []struct {
		name    string
		stages  string // YAML
		members string // name:group:label=value
		want    string
		rules   string // broken, with their stage
	}{
		{
			name:    "without stages, one by one",
			members: "a b:eu c",
			want:    "one-by-one(1/0): one-by-one(1/0)=a,b,c",
		},
		{
			name:    "by group, in the order of the members",
			stages:  "[{name: s, groups: [{name: eu}, {name: us}]}]",
			members: "b:us a:eu c:us",
			want:    "s(50/0): eu(1/0)=a us(1/0)=b,c",
		},
		{
			name:    "a selector in place of the group's name",
			stages:  "[{name: s, groups: [{name: eu}, {name: web, memberSelector: {byLabel: tier=web}}]}]",
			members: "a:eu b:us:tier=web",
			want:    "s(50/0): eu(1/0)=a web(1/0)=b",
		},
		{
			name:    "a stage's selector before its groups",
			stages:  "[{name: s, memberSelector: {byLabel: tier=web}, groups: [{name: eu}]}]",
			members: "a:eu b:eu:tier=web",
			want:    "s(50/0): eu(1/0)=b; left: a",
			rules:   "member-without-stage",
		},
		{
			name:    "a stage's selector without groups is one group, with the stage's concurrency",
			stages:  "[{name: s, maxConcurrency: 2, memberSelector: {byLabel: tier}}, {name: t, memberSelector: {byLabel: \"!tier\"}}]",
			members: "a::tier=web b::tier=db c",
			want:    "s(2/0): s(2/0)=a,b; t(50/0): t(1/0)=c",
		},
		{
			name:    "percentages: concurrency down, failures up, of the stage's and the group's own members",
			stages:  "[{name: s, maxConcurrency: 50%, maxAllowedFailures: 10%, groups: [{name: eu, maxConcurrency: 50%, maxAllowedFailures: 34%}, {name: us}]}]",
			members: "a:eu b:eu c:eu d:us e:us",
			want:    "s(2/1): eu(1/2)=a,b,c us(1/1)=d,e",
		},
		{
			name:    "a percentage is at least one at once, and 0% are no failures",
			stages:  "[{name: s, maxConcurrency: 1%, maxAllowedFailures: 0%, groups: [{name: eu, maxConcurrency: 1%}]}]",
			members: "a:eu b:eu",
			want:    "s(1/0): eu(1/0)=a,b",
		},
		{
			name:    "a group with a budget of none in a stage with one",
			stages:  "[{name: s, maxAllowedFailures: \"2\", groups: [{name: eu, maxAllowedFailures: 0}, {name: us}]}]",
			members: "a:eu b:us",
			want:    "s(50/2): eu(1/0)=a us(1/2)=b",
		},
		{
			name:    "a group's ceiling is the stage's concurrency",
			stages:  "[{name: s, maxConcurrency: 2, groups: [{name: eu, maxConcurrency: 3}, {name: us, maxConcurrency: 2}]}]",
			members: "a:eu b:us",
			want:    "s(2/0): eu(2/0)=a us(2/0)=b",
			rules:   "concurrency-clamped:s",
		},
		{
			name:    "a stage's ceiling is 50, told once for the group it consists of",
			stages:  "[{name: s, maxConcurrency: 51, memberSelector: {byLabel: tier}}]",
			members: "a::tier=web",
			want:    "s(50/0): s(50/0)=a",
			rules:   "concurrency-clamped:s",
		},
		{
			name:    "a group no member is in",
			stages:  "[{name: s, groups: [{name: eu}, {name: us}]}]",
			members: "a:eu",
			want:    "s(50/0): eu(1/0)=a us(1/0)=",
			rules:   "empty-group:s",
		},
		{
			name:    "a stage no member is in",
			stages:  "[{name: s, groups: [{name: eu}]}, {name: t, memberSelector: {byLabel: tier=web}}]",
			members: "a:eu",
			want:    "s(50/0): eu(1/0)=a; t(50/0): t(1/0)=",
			rules:   "empty-stage:t",
		},
		{
			name:    "a cluster selected twice stays where it was first, and is told once for each pair of groups",
			stages:  "[{name: s, groups: [{name: eu}]}, {name: t, memberSelector: {byLabel: tier=web}}]",
			members: "a:eu:tier=web b:eu:tier=web c::tier=web",
			want:    "s(50/0): eu(1/0)=a,b; t(50/0): t(1/0)=c",
			rules:   "cluster-selected-twice:t",
		},
		{
			name:    "a cluster selected twice, by a stage and a group of one name",
			stages:  "[{name: eu, memberSelector: {byLabel: tier=web}}, {name: t, groups: [{name: eu}]}]",
			members: "a:eu:tier=web b:eu",
			want:    "eu(50/0): eu(1/0)=a; t(50/0): eu(1/0)=b",
			rules:   "cluster-selected-twice:t",
		},
		{
			name:    "members in no stage, told once for each group",
			stages:  "[{name: s, groups: [{name: eu}]}]",
			members: "a:eu b:us c:us d",
			want:    "s(50/0): eu(1/0)=a; left: b,c,d",
			rules:   "member-without-stage member-without-stage",
		},
		{
			name:    "fewer members than must succeed",
			stages:  "[{name: s, minSucceeded: 2, groups: [{name: eu}]}]",
			members: "a:eu",
			want:    "s(50/0): eu(1/0)=a",
			rules:   "min-succeeded:s",
		},
		{
			name:  "no members at all",
			want:  "one-by-one(1/0): one-by-one(1/0)=",
			rules: "empty-stage",
		},
		{
			name:    "a name and a cluster used twice",
			members: "a a b@a",
			want:    "one-by-one(1/0): one-by-one(1/0)=a,a,b",
			rules:   "duplicate-cluster duplicate-cluster",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			assignment, findings := Assign(stagesOf(t, c.stages), membersOf(c.members))
			if diff := cmp.Diff(c.want, describe(assignment)); diff != "" {
				t.Errorf("assignment (-want +got):\n%s", diff)
			}
			var rules []string
			for _, f := range findings {
				rules = append(rules, strings.TrimSuffix(f.Rule+":"+f.Stage, ":"))
			}
			if diff := cmp.Diff(c.rules, strings.Join(rules, " ")); diff != "" {
				t.Errorf("rules (-want +got):\n%s\n%s", diff, render(findings))
			}
		})
	}
}

func stagesOf(t *testing.T, stages string) Strategy {
	t.Helper()
	if stages == "" {
		return Strategy{}
	}
	s, findings := Parse("strategy.yml", []byte(complete("stages: "+stages+"\n")))
	if len(findings) > 0 {
		t.Fatal(render(findings))
	}
	return s
}

// membersOf reads "name:group:label=value" or "name@cluster", several with spaces between them.
func membersOf(text string) []fleet.Member {
	var members []fleet.Member
	for _, each := range strings.Fields(text) {
		parts := append(strings.Split(each, ":"), "", "")
		name, cluster, other := strings.Cut(parts[0], "@")
		if !other {
			cluster = name
		}
		member := fleet.Member{Name: name, Cluster: fleet.NewClusterID("s", "rg", cluster), Group: parts[1]}
		if key, value, ok := strings.Cut(parts[2], "="); ok {
			member.Labels = map[string]string{key: value}
		}
		members = append(members, member)
	}
	return members
}

func describe(a Assignment) string {
	var parts []string
	for _, stage := range a.Stages {
		text := fmt.Sprintf("%s(%d/%d):", stage.Name, stage.Concurrency, stage.Budget)
		for _, group := range stage.Groups {
			text += fmt.Sprintf(" %s(%d/%d)=%s", group.Name, group.Concurrency, group.Budget, namesOf(group.Members))
		}
		parts = append(parts, text)
	}
	if len(a.Unassigned) > 0 {
		parts = append(parts, "left: "+namesOf(a.Unassigned))
	}
	return strings.Join(parts, "; ")
}

func namesOf(members []fleet.Member) string {
	var names []string
	for _, member := range members {
		names = append(names, member.Name)
	}
	return strings.Join(names, ",")
}

func TestListNames(t *testing.T) {
	for members, want := range map[string]string{
		"":              "",
		"a":             "a",
		"a b":           "a and b",
		"a b c d e":     "a, b, c, d and e",
		"a b c d e f g": "a, b, c, d, e and 2 more",
	} {
		if got := listNames(membersOf(members)); got != want {
			t.Errorf("%q: got %q, want %q", members, got, want)
		}
	}
}
