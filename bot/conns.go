package bot

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"

	"followup/scheduler/clock"
)

// Rules of connections.
//
// Calls go over HTTP/1.1 connections of our own, one call at a time on each, written and read by the goroutine that makes the
// call. net/http hands every call over to two goroutines of its connection and back, which was a third of an update's CPU. Only
// the writing and the keeping are ours; answers are read by net/http, handshakes are crypto/tls's, and behind a proxy everything
// is net/http's (client.go).
//
// A request that wasn't written to its end was not carried out; so on a connection that was used before it is written once more
// on a new one. What breaks after that leaves open whether it was. A connection that lay idle is looked at before it is used,
// because the other side may have closed it, and isn't used after idleLimit, when Telegram itself would.

const (
	idleLimit    = 30 * time.Second
	idleLook     = 100 * time.Millisecond // a connection that rested longer is looked at
	connectLimit = 10 * time.Second
	headMax      = 64 << 10 // of an answer's head
	smallCall    = 16 << 10 // written together with its head
)

// conns are the connections to one address.
type conns struct {
	dial   func(ctx context.Context, network, address string) (net.Conn, error)
	secure *tls.Config // nil: plain
	where  string      // host:port
	head   string      // of every request up to the method
	host   string      // what follows the method, up to the content's type
	now    func() time.Time

	mu   sync.Mutex
	idle []*connection // the one used last at the end
	over bool
}

// connection is one connection; one call at a time uses it.
type connection struct {
	net.Conn
	limit  io.LimitedReader
	reader *bufio.Reader
	out    []byte
	used   bool
	rested time.Time
}

// newConns prepares connections to an address; it calls nobody.
func newConns(address url.URL, token string, dial func(context.Context, string, string) (net.Conn, error)) *conns {
	c := &conns{
		dial: dial, where: address.Host, now: clock.Real().Now,
		head: "POST " + address.EscapedPath() + "/bot" + token + "/",
		host: " HTTP/1.1\r\nHost: " + address.Host + "\r\nUser-Agent: followup\r\nContent-Type: ",
	}
	port := "80"
	if address.Scheme == "https" {
		port, c.secure = "443", &tls.Config{ServerName: address.Hostname(), MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}}
	}
	if address.Port() == "" {
		c.where = net.JoinHostPort(address.Hostname(), port)
	}
	return c
}

// exchange makes one call and returns the answer whatever it is. Its errors are *lost.
func (c *conns) exchange(ctx context.Context, limit time.Duration, method, contentType string, body []byte) (int, []byte, error) {
	until := c.now().Add(limit)
	for {
		conn, err := c.take(ctx, until)
		if err != nil {
			return 0, nil, &lost{method: method, cause: causeOf(because(ctx, err))}
		}
		stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) }) // ends whatever it waits for
		if err = conn.write(c, method, contentType, body); err != nil {
			stop()
			_ = conn.Close() // it is broken
			if conn.used && ctx.Err() == nil {
				continue // on the next one; none is left in the end, and a new one is tried once
			}
			return 0, nil, &lost{method: method, cause: causeOf(because(ctx, err))}
		}
		status, answer, again, err := conn.read()
		if stop() && again && err == nil {
			c.keep(conn)
		} else {
			_ = conn.Close() // it can't be used again
		}
		if err != nil {
			return 0, nil, &lost{method: method, maybe: true, cause: causeOf(because(ctx, err))}
		}
		return status, answer, nil
	}
}

// because is what ended a call: the end of its context shows as a deadline on the connection.
func because(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// take is a connection for a call that ends by until: the one used last, or a new one.
func (c *conns) take(ctx context.Context, until time.Time) (*connection, error) {
	for {
		conn := c.rested()
		if conn == nil {
			break
		}
		rest := c.now().Sub(conn.rested)
		if rest < idleLimit && (rest < idleLook || quiet(conn.Conn)) && conn.SetDeadline(until) == nil {
			conn.used = true
			return conn, nil
		}
		_ = conn.Close() // the other side has closed it or is about to
	}
	raw, err := c.connect(ctx)
	if err != nil {
		return nil, err
	}
	conn := &connection{Conn: raw}
	conn.limit.R = raw
	conn.reader = bufio.NewReader(&conn.limit)
	return conn, conn.SetDeadline(until)
}

// rested takes the idle connection that was used last; nil: there is none.
func (c *conns) rested() *connection {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := len(c.idle) - 1
	if n < 0 {
		return nil
	}
	conn := c.idle[n]
	c.idle = c.idle[:n]
	return conn
}

// keep lays a connection by, and closes those that nobody has used for long.
func (c *conns) keep(conn *connection) {
	conn.rested = c.now()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.over {
		_ = conn.Close() // nobody will call any more
		return
	}
	old := 0
	for old < len(c.idle) && conn.rested.Sub(c.idle[old].rested) >= idleLimit {
		_ = c.idle[old].Close() // nobody hears of it
		old++
	}
	c.idle = append(c.idle[old:], conn)
}

// close closes the idle connections, and those under way when their calls end.
func (c *conns) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.over = true
	for _, conn := range c.idle {
		_ = conn.Close() // nobody hears of it
	}
	c.idle = nil
}

func (c *conns) connect(ctx context.Context) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, connectLimit)
	defer cancel()
	conn, err := c.dial(ctx, "tcp", c.where)
	if err != nil || c.secure == nil {
		return conn, err
	}
	secured := tls.Client(conn, c.secure)
	if err := secured.HandshakeContext(ctx); err != nil {
		_ = conn.Close() // it is of no use
		return nil, err
	}
	return secured, nil
}

// write writes one request.
func (conn *connection) write(c *conns, method, contentType string, body []byte) error {
	b := append(conn.out[:0], c.head...)
	b = append(append(append(b, method...), c.host...), contentType...)
	b = strconv.AppendInt(append(b, "\r\nContent-Length: "...), int64(len(body)), 10)
	b = append(b, "\r\n\r\n"...)
	if len(body) <= smallCall {
		b, body = append(b, body...), nil
	}
	conn.out = b
	_, err := conn.Write(b)
	if err == nil && len(body) > 0 {
		_, err = conn.Write(body)
	}
	return err
}

// asPost is what answers are read for: the method decides whether they have a body.
var asPost = &http.Request{Method: http.MethodPost}

var errLong = errors.New("bot: the answer is too long")

// read reads the answer. again: the connection can be used for another call.
func (conn *connection) read() (status int, body []byte, again bool, err error) {
	conn.limit.N = headMax + answerMax
	for {
		resp, err := http.ReadResponse(conn.reader, asPost)
		if err != nil {
			return 0, nil, false, err
		}
		if resp.StatusCode < 200 && resp.StatusCode != http.StatusSwitchingProtocols { // not the answer yet
			continue
		}
		body, err := readBody(resp)
		return resp.StatusCode, body, !resp.Close && conn.reader.Buffered() == 0, err
	}
}

func readBody(resp *http.Response) ([]byte, error) {
	defer resp.Body.Close()
	if n := resp.ContentLength; n >= 0 && n <= headMax { // what is larger grows with what comes
		body := make([]byte, n)
		_, err := io.ReadFull(resp.Body, body)
		return body, err
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, answerMax+1))
	if err == nil && len(body) > answerMax {
		err = errLong
	}
	return body, err
}
