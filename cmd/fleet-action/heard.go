package main

import (
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"syscall"
)

// heard is an output that somebody may stop reading, as head does: what is under way goes on then, and its record is in a
// file. Any other failure is told.
type heard struct {
	to   io.Writer
	gone atomic.Bool
}

// Write writes as long as somebody reads.
func (h *heard) Write(content []byte) (int, error) {
	if h.gone.Load() {
		return len(content), nil
	}
	n, err := h.to.Write(content)
	switch {
	case errors.Is(err, syscall.EPIPE):
		h.gone.Store(true)
		return len(content), nil
	case err != nil:
		err = &failure{code: exitAgain, err: fmt.Errorf("writing the output: %w", err), next: "see where the output goes, then run the same command again"}
	}
	return n, err
}
