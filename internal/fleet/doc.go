// Package fleet holds the words of the field as types: members, node pools, versions, node images, maintenance
// windows, what was read from Azure (Inventory), the smallest write (Step) and its Answer, findings, and the record
// of what a stage did (StageResult). It does no I/O, reads no clock and imports the standard library only; every other
// package speaks in these types.
package fleet
