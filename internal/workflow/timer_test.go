package workflow

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/strategy"
)

// timed is a strategy whose production waits for two days after its canaries.
func timed(change ...string) string {
	return strings.NewReplacer(change...).Replace(`
version: 1
name: timed
members: [{discover: {subscriptions: [00000000-0000-0000-0000-000000000000], tags: {fleet: prod}, groupTag: ring}}]
upgrade: {type: NodeImageOnly}
workflow: {approvals: environments}
stages:
  - name: canary
    environment: {name: aks-canary}
    groups: [{name: dev}]
    afterStageWaitInSeconds: 172800
  - name: production
    environment: {name: aks-production}
    groups: [{name: eu}]
`)
}

const (
	accepted = "    afterStageWaitInSeconds: 172800\n    afterGates: [{type: Approval, environment: {name: aks-accept}}]"
	begun    = "    environment: {name: aks-production}\n    beforeGates: [{type: Approval, environment: {name: aks-begin}}]"
	rest     = "    groups: [{name: eu}]\n  - {name: rest, groups: [{name: us}], environment: {name: aks-rest}}"
)

// Every finding about timers stands in the documentation, and no other.
func TestDocsTimers(t *testing.T) {
	_, section, _ := strings.Cut(read(t, repository+"docs/strategy.md"), "\n### What environments check finds\n")
	section, _, _ = strings.Cut(section, "\n## ")
	documented, made := map[string]bool{}, map[string]bool{}
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z-]+)` \\|").FindAllStringSubmatch(section, -1) {
		documented[row[1]] = true
	}
	for _, rule := range regexp.MustCompile(`"(wait-timer[a-z-]*)"`).FindAllStringSubmatch(read(t, "timer.go"), -1) {
		made[rule[1]] = true
	}
	if diff := cmp.Diff(made, documented); diff != "" || len(made) < 3 {
		t.Errorf("docs/strategy.md (-found +documented):\n%s", diff)
	}
}

func TestTimers(t *testing.T) {
	const (
		wait   = "    afterStageWaitInSeconds: 172800"
		own    = "    environment: {name: aks-production}"
		canary = "    environment: {name: aks-canary}"
		eu     = "    groups: [{name: eu}]"
		begins = "Stage production begins 2 days after stage canary, longer than a runner should sleep."
		again  = "GitHub waits for it again whenever the job is run again; on the environment of an Approval after the stage before, or before this one, once."
	)
	for name, test := range map[string]struct {
		strategy string
		timers   map[string]int
		want     []string // rule, timer to set, words
	}{
		"on the stage's own job":      {timed(), nil, []string{"wait-timer aks-production=2880: " + begins + " A wait timer of 2880 minutes on environment aks-production, that of the stage itself, makes the wait cost nothing. " + again}},
		"better before the stage":     {timed(own, begun), nil, []string{"wait-timer aks-begin=2880: on environment aks-begin, that of an approval before stage production, makes the wait cost nothing. It runs once."}},
		"best after the stage before": {timed(own, begun, wait, accepted), nil, []string{"wait-timer aks-accept=2880: on environment aks-accept, that of an approval after stage canary, makes the wait cost nothing. It runs once, beside the approval."}},
		"before the stage, whose job has the environment of the approval": {timed(own, "    beforeGates: [{type: Approval, environment: {name: aks-begin}}]"), nil,
			[]string{"wait-timer aks-begin=2880: that of the stage itself"}},

		"a minute begun is a minute":            {timed("172800", "172801"), nil, []string{"wait-timer aks-production=2881: Stage production begins 2881 minutes after stage canary"}},
		"longer than any timer":                 {timed("172800", "2678400"), nil, []string{"wait-timer aks-production=43200: for the other 24 hours the stage ends with code 3"}},
		"longer than any timer, of which it is": {timed("172800", "2678400"), map[string]int{"aks-production": 43200}, []string{"wait-timer-enough: for the other 24 hours the stage ends with code 3"}},
		"as long as a runner may sleep":         {timed("172800", "3600"), nil, nil},
		"a second longer":                       {timed("172800", "3601"), nil, []string{"wait-timer aks-production=61: "}},
		"as long as the job works":              {timed("172800", "1200", eu, eu+"\n    jobLimit: 30m"), nil, nil},
		"longer than the job works":             {timed("172800", "1201", eu, eu+"\n    jobLimit: 30m"), nil, []string{"wait-timer aks-production=21: "}},
		"after the last stage nobody waits":     {timed("172800", "0", eu, eu+"\n    afterStageWaitInSeconds: 172800"), nil, nil},
		"started by hand, nothing waits":        {timed("approvals: environments", "approvals: dispatch"), nil, nil},
		"no environment between":                {timed(own+"\n", ""), nil, []string{"wait-timer: No environment between the two is theirs alone"}},

		"long enough":                           {timed(), map[string]int{"aks-production": 2880}, []string{"wait-timer-enough: The 2 days after stage canary pass in wait timers (aks-production 2880 minutes) before stage production begins: no runner sleeps."}},
		"too short":                             {timed(), map[string]int{"aks-production": 2879}, []string{"wait-timer aks-production=2880: "}},
		"an hour longer is nothing to speak of": {timed(), map[string]int{"aks-production": 2940}, []string{"wait-timer-enough: "}},
		"much longer": {timed(), map[string]int{"aks-production": 2941}, []string{
			"wait-timer-long aks-production=2880: Wait timers hold stage production back for 2941 minutes (aks-production 2941 minutes), and the strategy asks for 2 days. Lower that of aks-production to 2880 minutes"}},
		"much longer, as the strategy requires":  {timed(own, "    environment: {name: aks-production, waitMinutes: 5000}"), map[string]int{"aks-production": 5000}, []string{"wait-timer-enough: "}},
		"and longer than that":                   {timed(own, "    environment: {name: aks-production, waitMinutes: 5000}"), map[string]int{"aks-production": 5100}, []string{"wait-timer-long aks-production=5000: "}},
		"required, and shorter than the wait":    {timed(own, "    environment: {name: aks-production, waitMinutes: 60}"), map[string]int{"aks-production": 60}, []string{"wait-timer aks-production=2880: "}},
		"one after another":                      {timed(own, begun), map[string]int{"aks-begin": 1440, "aks-production": 1440}, []string{"wait-timer-enough: (aks-begin 1440 minutes, aks-production 1440 minutes)"}},
		"one after another, and more is lacking": {timed(own, begun), map[string]int{"aks-production": 1440}, []string{"wait-timer aks-begin=1440: "}},
		"one after another, too long together":   {timed(own, begun), map[string]int{"aks-begin": 2880, "aks-production": 1440}, []string{"wait-timer-long aks-production=0: hold stage production back for 3 days (aks-begin 2880 minutes, aks-production 1440 minutes)"}},
		"beside one another, where the approvals are": {timed(own, strings.ReplaceAll(begun, "}}]", "}}, {type: Approval, environment: {name: aks-also}}]")), map[string]int{"aks-begin": 2880, "aks-also": 2880},
			[]string{"wait-timer-enough: (aks-begin 2880 minutes, aks-also 2880 minutes)"}},
		"never lower than the strategy requires":       {timed(own, strings.ReplaceAll(begun, "aks-production", "aks-production, waitMinutes: 1000")), map[string]int{"aks-begin": 9000, "aks-production": 1100}, []string{"wait-timer-long aks-production=1000: "}},
		"a timer before the first stage":               {timed(), map[string]int{"aks-canary": 1440, "aks-production": 2880}, []string{"wait-timer-long aks-canary=0: hold stage canary back for 24 hours (aks-canary 1440 minutes), and the strategy asks for no wait.", "wait-timer-enough: "}},
		"names in any case":                            {timed(own, "    environment: {name: AKS-Production}"), map[string]int{"aks-production": 2880}, []string{"wait-timer-enough: "}},
		"an environment of other jobs, which wait too": {timed(eu, eu+"\n    afterStageWaitInSeconds: 259200\n  - {name: rest, groups: [{name: us}], environment: {name: aks-production}}"), map[string]int{"aks-production": 2880}, []string{"wait-timer-enough: ", "wait-timer: No environment between the two is theirs alone"}},
		"an environment of other jobs, which do not":   {timed(canary, own), nil, []string{"wait-timer: No environment between the two is theirs alone, so a wait timer would hold other jobs back as well."}},
		"both ends in one environment":                 {timed(own, strings.ReplaceAll(begun, "aks-begin", "aks-accept"), wait, accepted), nil, []string{"wait-timer aks-production=2880: "}},
		"a timer that another stage needs": {timed(canary, own), map[string]int{"aks-production": 2880}, []string{
			"wait-timer-long: hold stage canary back for 2 days (aks-production 2880 minutes), and the strategy asks for no wait. Give the stage an environment that no other job has.", "wait-timer-enough: "}},
		"a stage of a profile": {timed("    afterStageWaitInSeconds: 172800\n", "") + `
autoUpgrade:
  profiles:
    - name: images
      channel: NodeImage
      stages:
        - {name: few, groups: [{name: dev}], afterStageWaitInSeconds: 172800}
        - {name: all, groups: [{name: eu}], environment: {name: aks-all}}
`, nil, []string{"wait-timer aks-all=2880: Profile images: Stage all begins 2 days after stage few"}},
		"a stage after one without a wait": {timed(eu, rest), map[string]int{"aks-production": 2880}, []string{"wait-timer-enough: "}},
	} {
		t.Run(name, func(t *testing.T) {
			s, findings := strategy.Parse("strategy.yml", []byte(test.strategy))
			if fleet.HasErrors(findings) {
				t.Fatalf("%+v", findings)
			}
			got := Timers(s, test.timers)
			if len(got) != len(test.want) {
				t.Fatalf("%d timers: %+v", len(got), got)
			}
			for i, timer := range got {
				set := timer.Finding.Rule
				if timer.Environment != "" {
					set += fmt.Sprintf(" %s=%d", timer.Environment, timer.Minutes)
				}
				rule, words, _ := strings.Cut(test.want[i], ": ")
				if diff := cmp.Diff(rule, set); diff != "" {
					t.Errorf("%s\n%+v", diff, timer)
				}
				if said := timer.Finding.Message + " " + timer.Finding.Advice; !strings.Contains(said, words) || timer.Finding.Position.Line == 0 {
					t.Errorf("in line %d it says\n%s\nnot\n%s", timer.Finding.Position.Line, said, words)
				}
			}
		})
	}
}
