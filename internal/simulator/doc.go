// Package simulator is a world of AKS clusters as plain data on a stepped clock: subscriptions, regions, clusters,
// pools, windows, operations, faults. It knows nothing of HTTP (see package wire) and shares types, but no rules, with
// the client it is there to test.
package simulator
