package fleet

import (
	"strconv"
	"strings"
)

// defaultSurge is AKS's maxSurge where a pool sets none.
const defaultSurge = "10%"

// SurgeNodes returns how many nodes an upgrade adds to the pool for its duration. As AKS does
// (https://learn.microsoft.com/azure/aks/upgrade-aks-node-pools-rolling), a percentage is of the pool's nodes and is
// rounded up, at least one node is added where maxUnavailable does not take its place, and never more than the pool has. A
// spot pool gets none (https://learn.microsoft.com/azure/aks/spot-node-pool), and a stopped one has no node to replace.
func (p NodePool) SurgeNodes() int {
	if p.Spot || p.Stopped {
		return 0
	}
	return p.surge()
}

func (p NodePool) surge() int {
	nodes, ok := share(p.MaxSurge, p.Count)
	if !ok {
		nodes, _ = share(defaultSurge, p.Count)
	}
	if unavailable, _ := share(p.MaxUnavailable, p.Count); unavailable == 0 {
		nodes = max(nodes, 1)
	}
	return min(nodes, p.Count)
}

// NodesAtOnce returns how many nodes of the pool an upgrade replaces at a time, at least 1: as many as it adds or, where
// it adds none, as many as may be unavailable. Of a spot pool it is taken to be what another one's would be.
func (p NodePool) NodesAtOnce() int {
	atOnce := p.surge()
	if atOnce == 0 {
		atOnce, _ = share(p.MaxUnavailable, p.Count)
	}
	return max(min(atOnce, p.Count), 1)
}

// share reads "2" or "33%" of a whole, percentages rounded up. ok is false for what is neither.
func share(text string, whole int) (part int, ok bool) {
	digits, percent := strings.CutSuffix(text, "%")
	number, err := strconv.ParseUint(digits, 10, 31)
	if err != nil {
		return 0, false
	}
	if percent {
		return (int(number)*whole + 99) / 100, true
	}
	return int(number), true
}
