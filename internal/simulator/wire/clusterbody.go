package wire

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/simulator"
)

// clusterJSON is a managed cluster as AKS writes and reads it, as far as the world knows it. What is written elsewhere,
// and the fields that the world has no use for, are spliced in.
type clusterJSON struct {
	ID         string            `json:"id,omitempty"`
	Name       string            `json:"name,omitempty"`
	Type       string            `json:"type,omitempty"`
	Location   string            `json:"location,omitempty"`
	Tags       map[string]string `json:"tags,omitempty"`
	ETag       string            `json:"eTag,omitempty"`
	SKU        skuJSON           `json:"sku"`
	Properties json.RawMessage   `json:"properties,omitempty"`
}

type skuJSON struct {
	Name string `json:"name"`
	Tier string `json:"tier"`
}

type clusterPropertiesJSON struct {
	ProvisioningState   string            `json:"provisioningState,omitempty"`
	PowerState          *codeJSON         `json:"powerState,omitempty"`
	KubernetesVersion   string            `json:"kubernetesVersion,omitempty"`
	Current             string            `json:"currentKubernetesVersion,omitempty"`
	AgentPoolProfiles   []json.RawMessage `json:"agentPoolProfiles,omitempty"`
	ServicePrincipal    *clientJSON       `json:"servicePrincipalProfile,omitempty"`
	NodeResourceGroup   string            `json:"nodeResourceGroup,omitempty"`
	SupportPlan         string            `json:"supportPlan,omitempty"`
	AutoUpgrade         autoUpgradeJSON   `json:"autoUpgradeProfile"`
	NodeProvisioning    *modeJSON         `json:"nodeProvisioningProfile,omitempty"`
	MaxAgentPools       int               `json:"maxAgentPools,omitempty"`
	ResourceUID         string            `json:"resourceUID,omitempty"`
	UpgradeSettings     *forceJSON        `json:"upgradeSettings,omitempty"`
	HostedSystemProfile *enabledJSON      `json:"hostedSystemProfile,omitempty"`
}

type codeJSON struct {
	Code string `json:"code"`
}

type clientJSON struct {
	ClientID string `json:"clientId"`
}

type modeJSON struct {
	Mode string `json:"mode"`
}

type enabledJSON struct {
	Enabled bool `json:"enabled"`
}

type autoUpgradeJSON struct {
	UpgradeChannel string `json:"upgradeChannel,omitempty"`
	NodeOSChannel  string `json:"nodeOSUpgradeChannel,omitempty"`
}

type forceJSON struct {
	Override struct {
		Force bool      `json:"forceUpgrade"`
		Until time.Time `json:"until"`
	} `json:"overrideSettings"`
}

// resourceID writes a cluster's id as AKS does in answers: with resourcegroups in lower case.
func resourceID(id fleet.ClusterID, resourceGroup, name string) string {
	return "/subscriptions/" + id.Subscription() + "/resourcegroups/" + resourceGroup + "/providers/Microsoft.ContainerService/managedClusters/" + name
}

// clusterBody writes a cluster.
func clusterBody(c simulator.Cluster) json.RawMessage {
	properties := clusterPropertiesJSON{
		ProvisioningState: string(c.State), PowerState: power(c.Stopped), KubernetesVersion: c.Desired.String(), Current: c.Version.String(),
		ServicePrincipal: &clientJSON{ClientID: "msi"}, NodeResourceGroup: c.Settings.NodeResourceGroup, SupportPlan: c.Settings.SupportPlan,
		AutoUpgrade:      autoUpgradeJSON{UpgradeChannel: c.Settings.UpgradeChannel, NodeOSChannel: c.Settings.NodeOSChannel},
		NodeProvisioning: &modeJSON{Mode: c.Settings.NodeProvisioning}, MaxAgentPools: c.Settings.MaxAgentPools, ResourceUID: c.UID,
	}
	if !c.Settings.ForceUpgradeUntil.IsZero() {
		properties.UpgradeSettings = &forceJSON{}
		properties.UpgradeSettings.Override.Force, properties.UpgradeSettings.Override.Until = true, c.Settings.ForceUpgradeUntil
	}
	pools := make([]json.RawMessage, len(c.Pools))
	for i, p := range c.Pools {
		pools[i] = splice(poolProfile(p, true), p.Extra)
	}
	return splice(clusterJSON{
		ID: resourceID(c.ID, c.ResourceGroup, c.Name), Name: c.Name, Type: "Microsoft.ContainerService/ManagedClusters", Location: c.Location, Tags: c.Tags,
		ETag: c.ETag, SKU: skuJSON{Name: c.Settings.SKU, Tier: c.Settings.Tier},
	}, c.Outer, field{"properties", splice(properties, c.Extra, field{"agentPoolProfiles", array(pools)})})
}

func power(stopped bool) *codeJSON {
	if stopped {
		return &codeJSON{Code: "Stopped"}
	}
	return &codeJSON{Code: "Running"}
}

// field is a field of a JSON object, its value written already.
type field struct {
	name  string
	value json.RawMessage
}

// splice writes known, a struct, as JSON with more fields after its own. What is written already is not looked at again:
// a list of a thousand clusters takes milliseconds that way.
func splice(known any, extra simulator.Fields, more ...field) json.RawMessage {
	written, _ := json.Marshal(known) // plain structs of text and numbers made here
	written = written[:len(written)-1]
	for _, name := range slices.Sorted(maps.Keys(extra)) {
		more = append(more, field{name, extra[name]})
	}
	for _, one := range more {
		if len(written) > 1 {
			written = append(written, ',')
		}
		written = append(append(append(append(written, '"'), one.name...), '"', ':'), one.value...)
	}
	return append(written, '}')
}

// array writes values that are written already as a JSON array.
func array(values []json.RawMessage) json.RawMessage {
	size := 2
	for _, value := range values {
		size += len(value) + 1
	}
	written := append(make([]byte, 0, size), '[')
	for i, value := range values {
		if i > 0 {
			written = append(written, ',')
		}
		written = append(written, value...)
	}
	return append(written, ']')
}

// readCluster reads the body of a PUT.
func readCluster(c *call) (simulator.ClusterWrite, error) {
	var body clusterJSON
	fields, err := readBody(c, &body)
	if err != nil {
		return simulator.ClusterWrite{}, err
	}
	var properties clusterPropertiesJSON
	inner, err := decode(body.Properties, &properties)
	if err != nil {
		return simulator.ClusterWrite{}, err
	}
	write := simulator.ClusterWrite{
		IfMatch: c.Header.Get("If-Match"), IfNoneMatch: c.Header.Get("If-None-Match"),
		Name: c.PathValue("cluster"), ResourceGroup: c.PathValue("group"), Location: body.Location, Version: properties.KubernetesVersion, Tags: body.Tags,
		Settings: properties.settings(body.SKU),
		Extra:    simulator.NewFields(inner, fieldNames(properties)...), Outer: simulator.NewFields(fields, fieldNames(body)...),
	}
	if properties.ServicePrincipal != nil {
		write.ServicePrincipal = properties.ServicePrincipal.ClientID
	}
	for _, raw := range properties.AgentPoolProfiles {
		pool, err := readPoolProfile(raw, "")
		if err != nil {
			return write, err
		}
		pool.Rollback = takesRollback(c.URL.Query().Get("api-version"))
		write.Pools = append(write.Pools, pool)
	}
	return write, nil
}

func (p clusterPropertiesJSON) settings(sku skuJSON) fleet.ClusterSettings {
	settings := fleet.ClusterSettings{UpgradeChannel: p.AutoUpgrade.UpgradeChannel, NodeOSChannel: p.AutoUpgrade.NodeOSChannel,
		SupportPlan: p.SupportPlan, SKU: sku.Name, Tier: sku.Tier, NodeResourceGroup: p.NodeResourceGroup}
	if p.NodeProvisioning != nil {
		settings.NodeProvisioning = p.NodeProvisioning.Mode
	}
	if p.UpgradeSettings != nil && p.UpgradeSettings.Override.Force {
		settings.ForceUpgradeUntil = p.UpgradeSettings.Override.Until
	}
	return settings
}

// maxBody is more than any request that this API knows needs.
const maxBody = 8 << 20

// readBody decodes a request's body into known, and returns all its fields.
func readBody(c *call, known any) (map[string]json.RawMessage, error) {
	var body bytes.Buffer
	if _, err := body.ReadFrom(http.MaxBytesReader(nil, c.Body, maxBody)); err != nil {
		return nil, invalidBody(err)
	}
	return decode(body.Bytes(), known)
}

func decode(content []byte, known any) (map[string]json.RawMessage, error) {
	if len(content) == 0 {
		content = []byte("{}")
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(content, &fields); err != nil {
		return nil, invalidBody(err)
	}
	if err := json.Unmarshal(content, known); err != nil {
		return nil, invalidBody(err)
	}
	return fields, nil
}

func invalidBody(err error) error {
	return &simulator.Refusal{Status: 400, Code: "InvalidRequestContent", Nested: true, Message: "The request content was invalid and could not be deserialized: '" + err.Error() + "'."}
}

// fieldNames lists the JSON names of a struct's fields.
func fieldNames(known any) []string {
	var names []string
	for i := range reflect.TypeOf(known).NumField() {
		name, _, _ := strings.Cut(reflect.TypeOf(known).Field(i).Tag.Get("json"), ",")
		names = append(names, name)
	}
	return names
}
