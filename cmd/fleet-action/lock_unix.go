//go:build unix

package main

import (
	"errors"
	"os"
	"syscall"
)

// tryLock takes the lock of a file for this process, unless another has it.
func tryLock(file *os.File) (held bool, err error) {
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return false, nil
	}
	return err == nil, err
}
