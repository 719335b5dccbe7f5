package wire

import (
	"github.com/org/fleet-update-action/internal/simulator"
)

func surroundingsEndpoints() []endpoint {
	subnet := groupPath + "/providers/microsoft.network/virtualnetworks/{network}/subnets/{subnet}"
	return []endpoint{
		{"GET " + subscriptionPath + "/providers/microsoft.compute/locations/{location}/usages", "GET compute usages", "Microsoft.Compute/locations/usages/read", compute(), simulator.LimitNone, listUsages},
		{"GET " + subnet, "GET subnet", "Microsoft.Network/virtualNetworks/subnets/read", network(), simulator.LimitNone, getSubnet},
	}
}

type usageJSON struct {
	Unit    string    `json:"unit"`
	Current int       `json:"currentValue"`
	Limit   int       `json:"limit"`
	Name    usageName `json:"name"`
}

type usageName struct {
	Value string `json:"value"`
	Local string `json:"localizedValue"`
}

func listUsages(c *call) (reply, error) {
	return paged(c, c.world.Quotas(c.PathValue("subscription"), c.PathValue("location")), func(quota simulator.QuotaFile) any {
		return usageJSON{Unit: "Count", Current: quota.Used, Limit: quota.Limit, Name: usageName{Value: quota.Family, Local: quota.Family + " vCPUs"}}
	})
}

// getSubnet shows the addresses in use as Microsoft.Network does: one ipConfiguration each.
func getSubnet(c *call) (reply, error) {
	subnet, found := c.world.Subnet(c.URL.Path)
	if !found {
		return reply{}, &simulator.Refusal{Status: 404, Code: "NotFound", Nested: true, Message: "Resource " + c.URL.Path + " not found."}
	}
	configurations := make([]map[string]string, subnet.Used)
	for i := range configurations {
		configurations[i] = map[string]string{"id": subnet.ID + "/ipConfigurations"}
	}
	return ok(map[string]any{"id": subnet.ID, "name": c.PathValue("subnet"),
		"properties": map[string]any{"addressPrefix": subnet.Prefix, "ipConfigurations": configurations, "provisioningState": "Succeeded"}})
}
