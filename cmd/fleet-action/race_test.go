//go:build race

package main

// raceEnabled: the race detector makes everything about ten times slower.
const raceEnabled = true
