package github

import (
	"crypto/rand"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
)

// SetOutputs sets outputs of the step. Without a runner it does nothing. The library's own way is not used: it ends
// every value with the same word, so that a value which holds that word could set further outputs.
func (r *Runner) SetOutputs(outputs map[string]string) error {
	file := r.getenv("GITHUB_OUTPUT")
	if file == "" || len(outputs) == 0 {
		return nil
	}
	if err := appendTo(file, heredocs(outputs, rand.Text())); err != nil {
		return fmt.Errorf("writing the step's outputs: %w", err)
	}
	return nil
}

// heredocs writes values as the runner reads them from its command files: a name, a word, the value's lines, the word.
// The word is one nobody can know before.
func heredocs(values map[string]string, word string) string {
	var text strings.Builder
	for _, name := range slices.Sorted(maps.Keys(values)) {
		fmt.Fprintf(&text, "%s<<%s\n%s\n%s\n", name, word, values[name], word)
	}
	return text.String()
}

func appendTo(file, text string) error {
	opened, err := os.OpenFile(file, os.O_APPEND|os.O_WRONLY|os.O_CREATE, 0o644)
	if err != nil {
		return err
	}
	_, err = opened.WriteString(text)
	if closed := opened.Close(); err == nil {
		err = closed
	}
	return err
}

// WriteSummary replaces the step's job summary. The runner reads the file once, when the step ends, and skips one that
// is larger than 1 MiB; so the whole file is written again after every change, and a step that is killed leaves its
// last complete summary. Without a runner it does nothing.
func (r *Runner) WriteSummary(markdown string) error {
	file := r.getenv("GITHUB_STEP_SUMMARY")
	if file == "" {
		return nil
	}
	if err := os.WriteFile(file, []byte(markdown), 0o644); err != nil {
		return fmt.Errorf("writing the job summary: %w", err)
	}
	return nil
}
