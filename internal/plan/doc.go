// Package plan computes what a run will do. Build is pure: a strategy and what was read from Azure become a Plan with
// pinned targets, routes, limits, expected durations, findings and a digest. It does no I/O and reads no clock.
package plan
