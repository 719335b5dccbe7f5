package simulator

import (
	"strconv"
	"strings"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
)

// Durations say how long operations take. A pool's upgrade takes its figure once per batch of nodes, a batch being as
// many nodes as the pool's maxSurge allows at once. Zero takes the default.
type Durations struct {
	ControlPlane time.Duration `yaml:"controlPlane"` // default 8 minutes
	Pool         time.Duration `yaml:"pool"`         // of an upgrade of a pool, besides its nodes; default none
	Node         time.Duration `yaml:"node"`         // a Kubernetes upgrade, default 5 minutes
	NodeImage    time.Duration `yaml:"nodeImage"`    // an image upgrade, default 4 minutes
	Update       time.Duration `yaml:"update"`       // a PUT that upgrades nothing, default 2 minutes
	Abort        time.Duration `yaml:"abort"`        // default 1 minute
	Snapshot     time.Duration `yaml:"snapshot"`     // default: made at once
	Jitter       int           `yaml:"jitter"`       // percent by which an operation may take longer, drawn from the seed
}

func (d Durations) withDefaults() Durations {
	d.ControlPlane = orElse(d.ControlPlane, 8*time.Minute)
	d.Node = orElse(d.Node, 5*time.Minute)
	d.NodeImage = orElse(d.NodeImage, 4*time.Minute)
	d.Update = orElse(d.Update, 2*time.Minute)
	d.Abort = orElse(d.Abort, time.Minute)
	return d
}

func orElse(given, other time.Duration) time.Duration {
	if given > 0 {
		return given
	}
	return other
}

// poolDuration multiplies the time of one batch of nodes with the number of batches.
func (w *World) poolDuration(p Pool, now part) time.Duration {
	perBatch := w.durations.Node
	switch now.kind {
	case UpgradingImage:
		perBatch = w.durations.NodeImage
	case Updating, Creating:
		return w.durations.Update
	}
	if p.Image == now.image && p.Version == now.before.Version && now.before.State.Is(fleet.ProvisioningSucceeded) {
		return 0 // nothing to do
	}
	surge := surgeNodes(p)
	batches := (p.Count + surge - 1) / surge
	return w.durations.Pool + time.Duration(batches)*(perBatch+time.Duration(p.SoakMinutes)*time.Minute)
}

// surgeNodes is how many nodes of a pool are upgraded at once: maxSurge, a number or a percentage rounded up; 10 % where
// it is not set.
func surgeNodes(p Pool) int {
	text := p.MaxSurge
	if text == "" {
		text = "10%"
	}
	number, err := strconv.Atoi(strings.TrimSuffix(text, "%"))
	if err != nil {
		return 1
	}
	if strings.HasSuffix(text, "%") {
		number = (p.Count*number + 99) / 100
	}
	return max(1, number)
}

// wholeSeconds cuts off what is less than a second, unless that is all there is.
func wholeSeconds(d time.Duration) time.Duration {
	if d < time.Second {
		return d
	}
	return d.Truncate(time.Second)
}
