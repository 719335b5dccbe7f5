package wire

import (
	"slices"
	"strings"

	"github.com/org/fleet-update-action/internal/simulator"
)

// apiVersions are the api-versions that a resource type has.
type apiVersions struct {
	resource string // "Microsoft.ContainerService/managedClusters"
	known    []string
	isTop    bool // refused as ARM refuses a type that a version does not have, instead of a version that it does not know
}

// The versions of AKS are those that a stable client may pin, from the first that has etags. Node image versions have
// been in preview versions alone so far.
func aks(resource string) apiVersions {
	return apiVersions{resource: "Microsoft.ContainerService/" + resource, known: []string{
		"2024-09-01", "2025-01-01", "2025-02-01", "2025-03-01", "2025-04-01", "2025-05-01", "2025-07-01", "2025-08-01", "2025-09-01",
		"2025-10-01", "2026-01-01", "2026-03-01", "2026-04-01", "2026-06-01", "2026-07-01", "2025-10-02-preview"}}
}

func aksPreview(resource string) apiVersions {
	return apiVersions{resource: "Microsoft.ContainerService/" + resource, known: []string{"2024-04-02-preview", "2025-10-02-preview"}, isTop: true}
}

func fleetVersions() apiVersions {
	return apiVersions{resource: "Microsoft.ContainerService/fleets", known: []string{
		"2023-10-15", "2024-04-01", "2025-03-01", "2025-04-01-preview", "2025-08-01-preview", "2026-02-01-preview", "2026-06-01", "2026-06-02-preview"}}
}

func compute() apiVersions {
	return apiVersions{resource: "Microsoft.Compute/locations/usages", known: []string{"2023-09-01", "2024-03-01", "2024-07-01", "2024-11-01", "2025-04-01"}}
}

func network() apiVersions {
	return apiVersions{resource: "Microsoft.Network/virtualNetworks/subnets", known: []string{"2023-09-01", "2024-01-01", "2024-03-01", "2024-05-01", "2025-01-01"}}
}

func locks() apiVersions {
	return apiVersions{resource: "Microsoft.Authorization/locks", known: []string{"2016-09-01", "2017-04-01", "2020-05-01"}}
}

func permissions() apiVersions {
	return apiVersions{resource: "Microsoft.Authorization/permissions", known: []string{"2015-07-01", "2018-07-01", "2022-04-01"}}
}

func (v apiVersions) check(sent string) error {
	if sent == "" {
		return &simulator.Refusal{Status: 400, Code: "MissingApiVersionParameter", Nested: true,
			Message: "The api-version query parameter (?api-version=) is required for all requests."}
	}
	if slices.Contains(v.known, sent) {
		return nil
	}
	if v.isTop {
		return &simulator.Refusal{Status: 404, Code: "InvalidResourceType", Nested: true,
			Message: "The resource type '" + v.resource + "' could not be found in the namespace 'Microsoft.ContainerService' for api version '" +
				sent + "'. The supported api-versions are '" + strings.Join(v.known, ",") + "'."}
	}
	return &simulator.Refusal{Status: 400, Code: "NoRegisteredProviderFound", Nested: true,
		Message: "No registered resource provider found for API version '" + sent + "' for type '" + v.resource +
			"'. The supported api-versions are '" + strings.Join(v.known, ", ") + "'."}
}

// takesRollback reports whether nodeImageVersion in a body asks for a rollback, as it does from 2026-04-01 on.
func takesRollback(version string) bool { return version >= "2026-04-01" }
