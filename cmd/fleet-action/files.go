package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/org/fleet-update-action/internal/fleet"
	"github.com/org/fleet-update-action/internal/rollouts"
)

// The files a command writes into its output folder. The strategy is the stages of the plan beside it.
const (
	planFile     = rollouts.PlanFile
	strategyFile = "strategy.yml"
	resultFile   = rollouts.ResultFile
	summaryFile  = "summary.md"
)

// disk is an output folder.
type disk interface {
	read(name string) ([]byte, error) // fs.ErrNotExist where there is none
	write(name string, content []byte) error
	lock() (release func(), err error) // until release: no other process carries out a run here
}

// folder is a disk on the file system.
type folder struct {
	path string
	open bool // anybody may remove its files: a container writes as root what a runner of another user has to clean up
}

func (f folder) read(name string) ([]byte, error) { return os.ReadFile(filepath.Join(f.path, name)) }

// write replaces a file as a whole: whoever reads it, or the next start after a kill, finds the old content or the new,
// never a part.
func (f folder) write(name string, content []byte) error {
	path := filepath.Join(f.path, name)
	err := os.WriteFile(path+".new", content, 0o644)
	if errors.Is(err, fs.ErrNotExist) {
		if err = f.make(); err == nil {
			err = os.WriteFile(path+".new", content, 0o644)
		}
	}
	if err == nil {
		err = os.Rename(path+".new", path)
	}
	if err != nil {
		return f.unwritable(name, err)
	}
	return nil
}

func (f folder) unwritable(name string, err error) error {
	return &failure{code: exitInput, err: fmt.Errorf("writing %s: %w", filepath.Join(f.path, name), err), next: "choose a folder that can be written with --out"}
}

// make makes the folder with those above it that are missing.
func (f folder) make() error {
	var missing []string
	for path := filepath.Clean(f.path); ; path = filepath.Dir(path) {
		if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
			break
		}
		missing = append(missing, path)
	}
	if err := os.MkdirAll(f.path, 0o755); err != nil || !f.open {
		return err
	}
	for _, path := range missing {
		if err := os.Chmod(path, 0o777); err != nil { // past the process's umask
			return err
		}
	}
	return nil
}

// writeResult records a result.
func writeResult(out disk, result fleet.Result) error {
	var content bytes.Buffer
	if err := writeJSON(&content, result); err != nil {
		return fmt.Errorf("writing the result: %w", err)
	}
	return out.write(resultFile, content.Bytes())
}

// writeJSON is how all JSON is written: files and standard output hold the same bytes.
func writeJSON(to io.Writer, value any) error {
	encoder := json.NewEncoder(to)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}

// readResult reads what an earlier run of this plan recorded. A result of another plan is not used, and no result is
// an empty one: Azure is the truth, and losing the record is safe.
func readResult(out disk, digest string) (fleet.Result, error) {
	content, err := out.read(resultFile)
	if errors.Is(err, fs.ErrNotExist) {
		return fleet.Result{}, nil
	}
	if err != nil {
		return fleet.Result{}, wrongInput(fmt.Sprintf("reading the result: %v", err), "choose another folder with --out")
	}
	result, err := rollouts.DecodeResult(content)
	if err != nil {
		return fleet.Result{}, wrongInput(fmt.Sprintf("the %s in the folder of --out is not a result: %v", resultFile, err), "remove the file, or choose another folder with --out")
	}
	if result.Digest != digest {
		return fleet.Result{}, nil
	}
	return result, nil
}
