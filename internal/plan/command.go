package plan

import (
	"strings"

	"github.com/org/fleet-update-action/internal/fleet"
)

// az writes an Azure CLI command on the member's cluster.
func (c *candidate) az(command string, args ...string) string {
	return azure(command, append(c.scope("--name"), args...))
}

// azPool writes an Azure CLI command on one of its node pools.
func (c *candidate) azPool(pool, command string, args ...string) string {
	return azure(command, append(append(c.scope("--cluster-name"), "--name", pool), args...))
}

func (c *candidate) scope(nameFlag string) []string {
	return []string{"--subscription", c.subscription, "--resource-group", c.resourceGroup, nameFlag, c.label()}
}

func azure(command string, args []string) string {
	return fleet.Command(append(append([]string{"az"}, strings.Fields(command)...), args...)...)
}
