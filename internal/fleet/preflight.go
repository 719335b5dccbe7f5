package fleet

import "strings"

// QuotaKey names one vCPU quota: a VM family ("standarddsv5family", as Microsoft.Compute usages name it) in one region
// of one subscription, all in lower case. Make one with NewQuotaKey.
type QuotaKey struct{ Subscription, Location, Family string }

// NewQuotaKey builds the key of a vCPU quota from names in any case; Azure spells one family in several.
func NewQuotaKey(subscription, location, family string) QuotaKey {
	return QuotaKey{strings.ToLower(subscription), strings.ToLower(location), strings.ToLower(family)}
}

// Quota is a vCPU quota, in cores.
type Quota struct{ Used, Limit int }

// Subnet is what preflight needs of a subnet.
type Subnet struct {
	ID     string
	Prefix string // CIDR
	Used   int    // addresses in use; Azure itself keeps five more
}

// Lock is a management lock. Scope is the ARM id it is set on, in lower case.
type Lock struct{ Name, Scope, Level string }
