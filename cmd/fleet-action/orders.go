package main

import (
	"context"
	"strings"

	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/strategy"
)

// readOrders reads what a run is asked to do: the strategy, with what is wished for instead, and beside it the run's
// name, the parts to leave out and the run to retry.
func readOrders(ctx context.Context, c call) (strategy.Strategy, plan.Orders, error) {
	orders := plan.Orders{Name: c.values["name"]}
	if orders.Name != "" {
		if err := strategy.CheckName(orders.Name); err != nil {
			return strategy.Strategy{}, orders, &failure{code: exitInput, err: err, next: "give the run another name with --name"}
		}
	}
	if err := c.guarded(); err != nil {
		return strategy.Strategy{}, orders, err
	}
	s, err := wantedStrategy(c.values)
	if err != nil {
		return s, orders, err
	}
	if orders.Skips, err = skipTargets(c.values["skip"]); err != nil {
		return s, orders, err
	}
	if c.values["retry"] != "" {
		s, orders.Retry, err = c.retried(ctx, s)
	}
	return s, orders, err
}

// guarded refuses what nobody would approve in a job: members without an environment, and a run by hand of them or of
// what failed, which would begin before there is a plan to approve.
func (c call) guarded() error {
	members, environment := c.values["members"], c.values["environment"]
	switch {
	case members == "" && environment != "":
		return wrongInput("--environment is for --members: the stages of a strategy name their own", "leave it out, or name the members with --members")
	case !c.inJob():
		return nil
	case c.command.name == "run" && (members != "" || c.values["retry"] != ""):
		return wrongInput("in a job, nobody would approve what run does: it plans and upgrades at once", "use plan and stage, as the workflow examples/one-by-one.yml of "+
			"this action does; run with --members or --retry is for terminals")
	case members != "" && environment == "":
		return wrongInput("in a job, nobody would approve what is done to --members", "name with --environment the GitHub environment whose reviewers do; "+
			"the workflow examples/one-by-one.yml of this action does so")
	default:
		return nil
	}
}

// wantedStrategy is the strategy of the file with what is wished for, or one by one the members that are named.
func wantedStrategy(given values) (strategy.Strategy, error) {
	if given["members"] == "" {
		s, err := soundStrategy(given)
		if err != nil {
			return s, err
		}
		return wished(given, s)
	}
	known, _ := lookupOption("strategy")
	wish := wishOf(given)
	switch {
	case given["strategy"] != known.fallback:
		return strategy.Strategy{}, wrongInput("--members is for runs without a strategy file, and --strategy names one", "leave out one of them")
	case given["profile"] != "":
		return strategy.Strategy{}, wrongInput("profiles stand in a strategy, and --members is for runs without one", "leave out --profile or --members")
	case given["retry"] != "" && wish != strategy.Wish{}:
		return strategy.Strategy{}, retryHasTargets()
	}
	s, err := strategy.OfMembers(strings.Fields(given["members"]), wish, given["environment"])
	if err != nil {
		err = &failure{code: exitInput, err: err, next: "write --members \"ID ID\" with resource ids of Fleet resources or clusters, and say what to upgrade to with " +
			"--upgrade-type, --kubernetes-version and --node-image-selection"}
	}
	return s, err
}

func wishOf(given values) strategy.Wish {
	return strategy.Wish{Type: given["upgrade-type"], Kubernetes: given["kubernetes-version"], Images: given["node-image-selection"]}
}

// wished is the strategy with the target that is wished for: that of a profile's channel, or parts of one by hand.
func wished(given values, s strategy.Strategy) (strategy.Strategy, error) {
	wish := wishOf(given)
	profile := given["profile"]
	var err error
	switch {
	case given["retry"] != "" && (wish != strategy.Wish{} || profile != ""):
		err = retryHasTargets()
	case given["retry"] != "":
	case profile == "":
		if s.Upgrade, err = wish.Granted(s.Upgrade); err != nil {
			err = &failure{code: exitInput, err: err, next: "change --upgrade-type, --kubernetes-version or --node-image-selection"}
		}
	case wish != strategy.Wish{}:
		err = wrongInput("a profile says itself what its runs upgrade to",
			"leave out --profile, or --upgrade-type, --kubernetes-version and --node-image-selection")
	default:
		if s, err = s.Following(profile); err != nil {
			err = &failure{code: exitInput, err: err, next: "name a profile of autoUpgrade.profiles with --profile"}
		}
	}
	return s, err
}

func retryHasTargets() error {
	return wrongInput("a retry has the targets of the run that it retries",
		"leave out --retry, or --upgrade-type, --kubernetes-version, --node-image-selection and --profile")
}

// skipTargets reads what is to be left out.
func skipTargets(text string) ([]plan.SkipTarget, error) {
	var skips []plan.SkipTarget
	for _, word := range strings.Fields(text) {
		target, err := plan.ParseSkip(word)
		if err != nil {
			return nil, &failure{code: exitInput, err: err, next: "write --skip like Stage:canary or Member:aks-1"}
		}
		skips = append(skips, target)
	}
	return skips, nil
}
