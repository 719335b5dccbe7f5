package azure

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
)

// ask asks the operations of the clusters that are not busy any more.
func (e *Engine) ask(ctx context.Context, clusters map[fleet.ClusterID]fleet.Cluster, ops map[fleet.ClusterID]string) (
	map[fleet.ClusterID]fleet.Answer, error) {
	ids := slices.DeleteFunc(slices.Sorted(maps.Keys(ops)), func(id fleet.ClusterID) bool {
		cluster, found := clusters[id]
		return !found || cluster.Busy() || ops[id] == ""
	})
	said := make([]*fleet.Answer, len(ids))
	err := e.client.each(ctx, len(ids), func(ctx context.Context, i int) (err error) {
		said[i], err = e.client.operation(ctx, ids[i], ops[ids[i]])
		return err
	})
	if err != nil {
		return nil, err
	}
	answers := map[fleet.ClusterID]fleet.Answer{}
	for i, id := range ids {
		if said[i] != nil {
			answers[id] = *said[i]
		}
	}
	return answers, nil
}

// operation asks an operation's status URL, which is signed and used as it was given. It returns nil where Azure does
// not know the operation any more, or does not honour the URL: the cluster's state then tells. An operation that cannot
// be read for a passing reason counts as running.
func (c *Client) operation(ctx context.Context, id fleet.ClusterID, link string) (*fleet.Answer, error) {
	if c.ours(link) != nil {
		return nil, nil
	}
	r, err := c.do(ctx, call{
		kind: readOperation, url: link, scope: operationScope(link), role: readerRole,
		buckets: []bucket{operationBucket(id.Subscription(), operationRegion(link)), armReadBucket(id.Subscription())},
	})
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err == nil:
		answer := standing(r)
		if answer.Verdict == fleet.Accepted {
			answer.Operation = link
		}
		return &answer, nil
	case answerTo(err, c.now()).Verdict == fleet.Later:
		return &fleet.Answer{Verdict: fleet.Accepted, Operation: link, Progress: "its status cannot be read just now"}, nil
	default:
		return nil, nil
	}
}

// standing reads an operation's status. Succeeded, Failed and Canceled are its only ends; anything else, such as
// "RollingUpgradeUpgradingNodes: 1/3 nodes completed", is what it does meanwhile. The other kind of operation, behind a
// Location header, says 202 until it has ended and then has no status.
func standing(r reply) fleet.Answer {
	var body struct {
		Status string             `json:"status"`
		Error  lenient[errorBody] `json:"error"`
	}
	if err := json.Unmarshal(r.body, &body); err != nil || body.Status == "" {
		if r.status == http.StatusAccepted {
			return fleet.Answer{Verdict: fleet.Accepted}
		}
		return fleet.Answer{Verdict: fleet.Ended}
	}
	switch strings.ToLower(body.Status) {
	case "succeeded":
		return fleet.Answer{Verdict: fleet.Ended}
	case "failed", "canceled", "cancelled":
		problem := problemOf(body.Error.value)
		problem.Code = cmp.Or(problem.Code, body.Status)
		problem.Message = cmp.Or(problem.Message, "The operation ended as "+body.Status+" without saying why.")
		return fleet.Answer{Verdict: fleet.Ended, Err: problem}
	default:
		return fleet.Answer{Verdict: fleet.Accepted, Progress: body.Status}
	}
}

// operationScope is a status URL without its signature, for messages.
func operationScope(link string) string {
	parsed, err := url.Parse(link)
	if err != nil {
		return ""
	}
	return parsed.Path
}

// operationRegion finds the region in …/locations/westeurope/operations/….
func operationRegion(link string) string {
	_, after, _ := strings.Cut(strings.ToLower(operationScope(link)), "/locations/")
	region, _, _ := strings.Cut(after, "/")
	return region
}
