// Package azure is the only place that speaks to Azure: credentials, one ARM pipeline, the inventory and the writes of
// a member's upgrade. It speaks in the types of package fleet.
package azure
