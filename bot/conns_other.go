//go:build !unix

package bot

import "net"

// quiet tells whether an idle connection is open; here nobody can know before it is used.
func quiet(net.Conn) bool { return true }
