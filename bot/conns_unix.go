//go:build unix

package bot

import (
	"crypto/tls"
	"errors"
	"net"
	"syscall"
)

// quiet tells whether an idle connection is open and nothing has come over it, as far as this machine knows. Of one without
// a socket nothing is known.
func quiet(conn net.Conn) bool {
	if secured, ok := conn.(*tls.Conn); ok {
		conn = secured.NetConn()
	}
	socket, ok := conn.(syscall.Conn)
	if !ok {
		return true
	}
	raw, err := socket.SyscallConn()
	if err != nil {
		return false
	}
	open := false
	err = raw.Read(func(fd uintptr) bool {
		var one [1]byte
		_, err := syscall.Read(int(fd), one[:]) // an end, an error, or what nobody asked for: all of them make it useless
		open = errors.Is(err, syscall.EAGAIN)
		return true
	})
	return err == nil && open
}
