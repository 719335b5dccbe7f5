package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// lockFile is held by the process that carries out a run in a folder. The system gives it back when the process ends,
// however that ends.
const lockFile = ".fleet-action.lock"

// lock refuses a second run in a folder: both would write one record, and neither would know of the other's failures.
func (f folder) lock() (release func(), err error) {
	if err := f.make(); err != nil {
		return nil, f.unwritable(lockFile, err)
	}
	path := filepath.Join(f.path, lockFile)
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if errors.Is(err, fs.ErrPermission) { // another user's file can be locked all the same, though not on every file system
		file, err = os.Open(path)
	}
	if err != nil {
		return nil, f.unwritable(lockFile, err)
	}
	if held, err := tryLock(file); err != nil || !held {
		_ = file.Close()
		if err != nil {
			return nil, f.unwritable(lockFile, err)
		}
		return nil, wrongInput(fmt.Sprintf("another process plans or carries out a run in the folder %s", f.path), "wait until it has ended, or choose another folder with --out for a second run")
	}
	return func() { _ = file.Close() }, nil
}
