//go:build !linux

package pgtest

import "testing"

// Start skips: the server is started for tests on Linux only.
func Start(t testing.TB, _ ...string) string {
	t.Helper()
	t.Skip("PostgreSQL is started for tests on Linux only")
	return ""
}
