//go:build unix

package main

import "syscall"

// freeSpace is how many bytes a program may still write below dir.
func freeSpace(dir string) (bytes uint64, known bool) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return 0, false
	}
	return uint64(s.Bavail) * uint64(s.Bsize), true //nolint:unconvert // other systems have other types here
}
