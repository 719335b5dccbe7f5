package simulator

import (
	_ "embed" // for padding.json
	"encoding/json"
	"fmt"
)

// paddingJSON is what a real cluster has besides the fields that this world knows: profiles of add-ons and networks,
// identities, and fields that no version of the API that a client knows has. Numbers are ones that do not survive a
// float.
//
//go:embed padding.json
var paddingJSON []byte

type paddingFile struct {
	Outer      Fields `json:"outer"`
	Properties Fields `json:"properties"`
	Pool       Fields `json:"pool"`
}

func readPadding() paddingFile {
	var file paddingFile
	if err := json.Unmarshal(paddingJSON, &file); err != nil {
		panic("padding.json: " + err.Error()) // embedded, and read by every test
	}
	return paddingFile{Outer: NewFields(file.Outer), Properties: NewFields(file.Properties), Pool: NewFields(file.Pool)}
}

// padding returns the fields of a cluster that this world has no use for. Its own network settings are among them.
func (w *World) padding(c *Cluster) (properties, outer Fields) {
	network := canonical(fmt.Appendf(nil, `{"networkPlugin":%q,"networkPluginMode":%q,"podCidr":"10.244.0.0/16","serviceCidr":"10.0.0.0/16"}`,
		c.Settings.NetworkPlugin, c.Settings.NetworkPluginMode))
	if c.Settings.NetworkPluginMode == "" {
		network = canonical(fmt.Appendf(nil, `{"networkPlugin":%q,"serviceCidr":"10.0.0.0/16"}`, c.Settings.NetworkPlugin))
	}
	properties = Fields{"networkProfile": network}
	if w.lean {
		return properties, nil
	}
	for name, value := range w.padded.Properties {
		properties[name] = value
	}
	return properties, w.padded.Outer
}

func (w *World) poolPadding() Fields {
	if w.lean {
		return nil
	}
	return w.padded.Pool
}
