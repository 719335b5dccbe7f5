package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/org/fleet-update-action/internal/execute"
	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/plan"
	"github.com/org/fleet-update-action/internal/report"
	"github.com/org/fleet-update-action/internal/strategy"
)

// ordersOf identifies what a run is asked to do: which strategy file or members, under which name, without which parts,
// which run again, in which Azure. It is empty where a file of it cannot be read.
func ordersOf(given values) string {
	var files []byte
	for _, file := range []string{"strategy", "retry"} {
		if given[file] == "" || file == "strategy" && given["members"] != "" {
			continue
		}
		content, err := os.ReadFile(given[file])
		if err != nil {
			return ""
		}
		files = append(files, content...)
	}
	hash := sha256.New()
	for _, part := range []string{
		string(files), given["members"], given["name"], given["retry"], given["skip"], given["upgrade-type"], given["kubernetes-version"], given["node-image-selection"],
		given["cloud"], given["azure-endpoint"], given["profile"],
	} {
		hash.Write([]byte(part))
		hash.Write([]byte{0})
	}
	return "sha256:" + hex.EncodeToString(hash.Sum(nil))
}

// unfinished returns the plan in the output folder, where a run with the same orders has not brought it to its end. A
// new plan would know nothing of that run but what Azure shows: not how long to wait yet after a stage, nor what has
// failed in it, and its targets may have moved on.
func unfinished(out disk, orders string, now time.Time) (made plan.Plan, going bool) {
	there, known := leftIn(out)
	expired := !there.made.ExpiresAt.IsZero() && !now.Before(there.made.ExpiresAt)
	return there.made, known && orders != "" && there.result.Orders == orders && !expired
}

// leftIn is the run of which the record in a folder leads on, whatever its orders were.
func leftIn(out disk) (there left, known bool) {
	content, err := out.read(planFile)
	if err != nil {
		return left{}, false
	}
	made, findings := plan.Decode(planFile, content)
	if fleet.HasErrors(findings) {
		return left{}, false
	}
	result, err := readResult(out, made.Digest)
	return left{made, result}, err == nil && result.Digest != "" && execute.LeadsOn(result)
}

// occupied refuses to write over the record of another run that is not at its end: what it knows of waits and failures is
// in no other place.
func (c call) occupied(made plan.Plan) error {
	there, known := leftIn(c.out())
	if !known || sameRun(there.made, made) {
		return nil
	}
	return wrongInput(fmt.Sprintf("the folder %s holds the record of %s, which is not at its end, and this is %s", c.values["out"], runWords(there.made), runWords(made)),
		"choose another folder with --out for a second run, or bring that one to its end first")
}

// sameRun reports whether a plan can take the place of another: of the same strategy or members, under the same name, and
// where one is a retry, of the same run.
func sameRun(there, made plan.Plan) bool {
	sameRetry := there.Retry == made.Retry || there.Retry != nil && made.Retry != nil && *there.Retry == *made.Retry
	sameMembers := made.Name != strategy.OneByOne || maps.Equal(clustersOf(there), clustersOf(made)) // without a strategy they are all there is
	return there.Name == made.Name && there.Named() == made.Named() && sameRetry && sameMembers
}

func clustersOf(p plan.Plan) map[fleet.ClusterID]bool {
	set := map[fleet.ClusterID]bool{}
	for member := range p.Members() {
		set[member.Cluster] = true
	}
	return set
}

// runWords names a run in messages, by all that tells it from another.
func runWords(made plan.Plan) string {
	words := "the run " + made.Run
	if made.Name != made.Run {
		words += " of " + made.Name
	}
	if made.Name == strategy.OneByOne {
		const most = 3
		names := slices.Sorted(func(yield func(string) bool) {
			for member := range made.Members() {
				if !yield(member.Name) {
					return
				}
			}
		})
		words += " (" + strings.Join(names[:min(most, len(names))], ", ")
		if more := len(names) - most; more > 0 {
			words += fmt.Sprintf(" and %d more", more)
		}
		words += ")"
	}
	if made.Retry != nil {
		words += fmt.Sprintf(" (a retry of %s)", made.Retry.Run)
	}
	return words
}

// goOn takes a run up where an earlier one left it.
func goOn(ctx context.Context, c call, sh shells, made plan.Plan, approve approver) (answer, error) {
	r, err := takeUp(sh, made, c, approve)
	if err != nil {
		return answer{}, err
	}
	r.result.Findings = append(r.result.Findings, fleet.Finding{
		Rule: "plan-continued", Severity: fleet.Note,
		Message: report.Continued(made),
		Advice:  "For a new plan, make one with fleet-action plan in the same folder first.",
	})
	c.announce(report.GoingOn(made, r.result, c.outFile(planFile)))
	end, err := r.all(ctx)
	return r.finish(ctx, end, err)
}
