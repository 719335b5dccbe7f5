// Package execute carries out one stage of a plan: observe, decide, act, record, and again. Decide and Ready are pure;
// Stage is the thin loop around them.
package execute

import (
	"context"

	"github.com/org/fleet-update-action/internal/fleet"
)

// Engine is what execution needs of Azure.
type Engine interface {
	// Observe reads the clusters in as few calls as possible, with their regions' latest images and versions, their
	// windows and the snapshots. A cluster that is gone is missing from the Inventory. For a cluster with an operation
	// in ops that is not busy any more it asks the operation's URL; the answers are by cluster. A cluster without
	// maintenance windows has an empty map of them: nil means that they are not known, and nothing starts there.
	Observe(ctx context.Context, ids []fleet.ClusterID, ops map[fleet.ClusterID]string) (
		fleet.Inventory, map[fleet.ClusterID]fleet.Answer, error)
	// Begin makes one write: a fresh GET, the patch, If-Match, one try.
	Begin(ctx context.Context, step fleet.Step) fleet.Answer
}
