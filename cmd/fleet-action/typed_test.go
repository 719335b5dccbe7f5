package main

import (
	"io"
	"testing"

	"github.com/org/fleet-update-action/internal/github"
)

func TestCommandLinesAreThoseToBeTyped(t *testing.T) {
	environment := map[string]string{"AZURE_RESOURCE_MANAGER_ENDPOINT": "https://127.0.0.1:8443"}
	s, _, _ := streams(environment)
	runner := github.NewRunner(s.getenv, io.Discard)
	given := func(c command, changed map[string]string) call {
		all := values{}
		for _, name := range c.options {
			known, _ := lookupOption(name)
			all[name] = firstGiven(changed, known, runner, s.getenv)
		}
		return call{system: s, values: all, command: c}
	}
	tests := []struct{ name, got, want string }{
		{"defaults", given(planCommand(), values{}).stageLine("canary"), "fleet-action stage --stage canary"},
		{"another folder", given(planCommand(), values{"out": "my out", "format": "json"}).stageLine("canary"),
			"fleet-action stage --plan 'my out/plan.json' --stage canary --out 'my out'"},
		{"another cloud", given(planCommand(), values{"cloud": "AzureChina"}).stageLine("canary"), "fleet-action stage --stage canary --cloud AzureChina"},
		{"an endpoint that the environment does not name", given(planCommand(), values{"azure-endpoint": "https://127.0.0.1:1"}).stageLine("canary"),
			"fleet-action stage --stage canary --azure-endpoint https://127.0.0.1:1"},
		{"a stage again", given(stageCommand(), values{"plan": "out/plan.json", "stage": "canary", "out": "out", "deadline": "5h"}).again("staging"),
			"fleet-action stage --plan out/plan.json --stage staging --out out --deadline 5h"},
		{"a run again", given(runCommand(), values{"strategy": "s.yml", "skip": "Stage:canary Member:x", "out": "out"}).again("staging"),
			"fleet-action run --strategy s.yml --skip 'Stage:canary Member:x' --out out"},
		{"a run that is over", given(runCommand(), values{"strategy": "s.yml", "profile": "fast", "skip": "Member:x", "out": "out/"}).again(""),
			"fleet-action run --strategy s.yml --retry out/result.json --skip Member:x --out out-retry"},
		{"one without a strategy", given(runCommand(), values{"members": "id", "kubernetes-version": "1.34.1"}).again(""),
			"fleet-action run --members id --retry result.json --out retry"},
		{"a stage that is over", given(stageCommand(), values{"plan": "plan.json", "stage": "canary"}).again(""), ""},
		{"a plan of which the strategy is not known", given(planCommand(), values{}).stageLine(""), ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if test.got != test.want {
				t.Errorf("got  %s\nwant %s", test.got, test.want)
			}
		})
	}
}
