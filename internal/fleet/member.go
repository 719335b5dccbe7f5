package fleet

// Member is one cluster of the fleet under the name, group and labels that the strategy's sources give it.
type Member struct {
	Name     string            `json:"name"`
	Cluster  ClusterID         `json:"cluster"`
	Group    string            `json:"group,omitempty"`
	Labels   map[string]string `json:"labels,omitempty"`
	Source   string            `json:"source,omitempty"` // where it comes from, for messages: a strategy position, a Fleet id, a tag query
	Position Position          `json:"-"`                // in the strategy file, where it is listed there
}

// Source is one place where members come from; exactly one of Fleet, Listed and Discover is set.
type Source struct {
	Fleet    string   // ARM id of a Fleet resource: its members, groups and labels
	Listed   []Member // named in the strategy
	Discover *Discovery
	Position Position
}

// Discovery finds members by tag.
type Discovery struct {
	Subscriptions []string
	Tags          map[string]string // all must match; the value "*" asks for the tag alone
	GroupTag      string            // the tag whose value is the member's group; the member's name is the cluster's
}
