package azure

import (
	"encoding/json"
	"fmt"

	"github.com/org/fleet-update-action/internal/fleet"
)

// document is a JSON object of which only some fields are known. Whatever is not touched goes back as it came, numbers
// included.
type document map[string]json.RawMessage

func parseDocument(what string, content []byte) (document, error) {
	var d document
	if err := json.Unmarshal(content, &d); err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	if d == nil {
		return nil, fmt.Errorf("%s is missing", what)
	}
	return d, nil
}

func (d document) strip(names []string) {
	for _, name := range names {
		delete(d, name)
	}
}

// set gives a field a value that json.Marshal cannot refuse.
func (d document) set(name string, value any) error {
	content, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	d[name] = content
	return nil
}

// readOnlyTop lists the fields of a resource that say what it is. Its etag goes into If-Match.
func readOnlyTop() []string { return []string{"id", "name", "type", "systemData", "eTag", "etag"} }

// readOnlyCluster lists the properties of a cluster that are not sent back: what Azure says of its state, which AKS
// ignores or, where it has moved since, refuses; and servicePrincipalProfile, which the validation of an upgrade
// complains about (az aks upgrade leaves it out as well).
func readOnlyCluster() []string {
	return []string{
		"provisioningState", "powerState", "currentKubernetesVersion", "maxAgentPools", "resourceUID",
		"fqdn", "privateFQDN", "azurePortalFQDN", "status", "servicePrincipalProfile",
	}
}

// readOnlyPool lists the fields of a pool that are not sent back. nodeImageVersion matters most: with this api-version
// it would ask for a rollback. powerState stays, as it is how a stopped pool is kept stopped.
func readOnlyPool() []string {
	return []string{"eTag", "etag", "provisioningState", "currentOrchestratorVersion", "nodeImageVersion", "status"}
}

// clusterUpgrade patches the body of a cluster's GET into that of its upgrade. Pools keep the version they were given
// (AKS wants each unchanged or equal to the control plane's), unless whole: then they go to the version too, and any
// snapshot pins are cleared, as az aks upgrade does.
func clusterUpgrade(content []byte, to fleet.KubernetesVersion, whole bool) ([]byte, error) {
	cluster, err := parseDocument("the cluster", content)
	if err != nil {
		return nil, err
	}
	properties, err := parseDocument("properties", cluster["properties"])
	if err != nil {
		return nil, err
	}
	if err := patchProfiles(properties, to, whole); err != nil {
		return nil, err
	}
	cluster.strip(readOnlyTop())
	properties.strip(readOnlyCluster())
	if err := properties.set("kubernetesVersion", to.String()); err != nil {
		return nil, err
	}
	if err := cluster.set("properties", properties); err != nil {
		return nil, err
	}
	return json.Marshal(cluster)
}

func patchProfiles(properties document, to fleet.KubernetesVersion, whole bool) error {
	const field = "agentPoolProfiles"
	if given := properties[field]; given == nil || string(given) == "null" { // a cluster whose only pool is hosted by AKS shows none
		return nil
	}
	var pools []json.RawMessage
	if err := json.Unmarshal(properties[field], &pools); err != nil {
		return fmt.Errorf("%s: %w", field, err)
	}
	patched := make([]document, len(pools))
	for i, content := range pools {
		pool, err := parseDocument("a pool", content)
		if err != nil {
			return err
		}
		pool.strip(readOnlyPool())
		if whole {
			pool["creationData"] = json.RawMessage("null")
			if err := pool.set("orchestratorVersion", to.String()); err != nil {
				return err
			}
		}
		patched[i] = pool
	}
	return properties.set(field, patched)
}

// poolUpgrade patches the body of a pool's GET into that of its upgrade, from a snapshot where one is named and
// otherwise to the region's latest image, which clears a pin.
func poolUpgrade(content []byte, to fleet.KubernetesVersion, snapshot string) ([]byte, error) {
	pool, err := parseDocument("the pool", content)
	if err != nil {
		return nil, err
	}
	properties, err := parseDocument("properties", pool["properties"])
	if err != nil {
		return nil, err
	}
	pool.strip(readOnlyTop())
	properties.strip(readOnlyPool())
	if err := properties.set("orchestratorVersion", to.String()); err != nil {
		return nil, err
	}
	properties["creationData"] = json.RawMessage("null")
	if snapshot != "" {
		if err := properties.set("creationData", map[string]string{"sourceResourceId": snapshot}); err != nil {
			return nil, err
		}
	}
	if err := pool.set("properties", properties); err != nil {
		return nil, err
	}
	return json.Marshal(pool)
}
