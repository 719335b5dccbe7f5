// Package wire puts a simulator.World behind the HTTP endpoints of Azure and GitHub that fleet-action uses, with the
// status codes, headers, error shapes and quirks of the real ones, one file per group of endpoints. It decides nothing:
// what is refused, and why, is the world's business.
package wire
