package wire

import (
	"encoding/json"
	"sync"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/simulator"
)

// bodies keeps what clusters look like in JSON until they change: while a fleet is upgraded its clusters are listed again
// and again, and most of them are as they were.
type bodies struct {
	mutex   sync.Mutex
	written map[fleet.ClusterID]writtenCluster
}

type writtenCluster struct {
	uid      string // a cluster deleted and made again is another
	revision int
	body     json.RawMessage
}

func (b *bodies) of(c simulator.Cluster) json.RawMessage {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	kept, ok := b.written[c.ID]
	if !ok || kept.uid != c.UID || kept.revision != c.Revision {
		kept = writtenCluster{uid: c.UID, revision: c.Revision, body: clusterBody(c)}
		b.written[c.ID] = kept
	}
	return kept.body
}
