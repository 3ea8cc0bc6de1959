//go:build unix

package storage

import (
	"errors"
	"os"
	"syscall"
)

// sharedAt and sharedSize are the bytes that SQLite locks of a file that it has open in WAL mode,
// https://www.sqlite.org/src/file/src/os.h: SHARED_FIRST and SHARED_SIZE.
const (
	sharedAt   = 0x40000000 + 2
	sharedSize = 510
)

// locked tells whether another program has a database open, without SQLite, which can't be asked when the file is damaged.
// This program must not have it open: closing the descriptor drops its locks.
func locked(path string) (bool, error) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return false, err
	}
	lock := syscall.Flock_t{Type: syscall.F_WRLCK, Start: sharedAt, Len: sharedSize}
	err = syscall.FcntlFlock(f.Fd(), syscall.F_GETLK, &lock)
	return lock.Type != syscall.F_UNLCK, errors.Join(err, f.Close())
}
