// Package workflow makes the GitHub workflows of a strategy, one job per stage, and tells whether those on disk are
// still what the strategy says. It is pure: files come in and go out as text.
package workflow
