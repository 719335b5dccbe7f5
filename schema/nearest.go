package schema

import (
	"strings"
	"unicode/utf8"
)

// Nearest returns the candidate that a misspelt word most likely means, or "" where none is near enough to be worth
// suggesting. The first of several equally near ones wins.
func Nearest(word string, candidates []string) string {
	best, nearest := len(word)/3+1, ""
	lower := strings.ToLower(word)
	if len(word) > 100 { // not a slip of the fingers
		return ""
	}
	for _, candidate := range candidates {
		other := strings.ToLower(candidate)
		distance := edits(lower, other)
		if len(word) >= 3 && (strings.HasPrefix(other, lower) || strings.HasPrefix(lower, other) && len(other) >= 3) {
			distance = 1
		}
		if distance < best || distance == best && nearest == "" {
			best, nearest = distance, candidate
		}
	}
	return nearest
}

// edits counts the insertions, deletions, replacements and swaps of neighbours that make one text of another.
func edits(a, b string) int {
	from, to := []rune(a), []rune(b)
	before, last, current := make([]int, len(to)+1), make([]int, len(to)+1), make([]int, len(to)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= utf8.RuneCountInString(a); i++ {
		current[0] = i
		for j := 1; j <= len(to); j++ {
			cost := 1
			if from[i-1] == to[j-1] {
				cost = 0
			}
			current[j] = min(last[j]+1, current[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && from[i-1] == to[j-2] && from[i-2] == to[j-1] {
				current[j] = min(current[j], before[j-2]+1)
			}
		}
		before, last, current = last, current, before
	}
	return last[len(to)]
}
