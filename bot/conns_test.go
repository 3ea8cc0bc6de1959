package bot

import (
	"bufio"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"followup/scheduler/clock"
)

const fine = "HTTP/1.1 200 OK\r\nContent-Length: 25\r\n\r\n" + `{"ok":true,"result":true}`

// answering is a connection whose other side gives answers, one a request, and closes after the last.
func answering(answers ...string) net.Conn {
	near, far := net.Pipe()
	go func() {
		defer func() { _ = far.Close() }()
		in := bufio.NewReader(far)
		for _, a := range answers {
			req, err := http.ReadRequest(in)
			if err != nil {
				return
			}
			if _, err := io.Copy(io.Discard, req.Body); err != nil {
				return
			}
			if _, err := io.WriteString(far, a); err != nil {
				return
			}
		}
	}()
	return near
}

// dialling gives connections one after another; then nothing answers.
func dialling(list ...net.Conn) func(context.Context, string, string) (net.Conn, error) {
	return func(context.Context, string, string) (net.Conn, error) {
		if len(list) == 0 {
			return nil, &net.OpError{Op: "dial", Err: errors.New("refused")}
		}
		conn := list[0]
		list = list[1:]
		return conn, nil
	}
}

func TestAnswersOverConnections(t *testing.T) {
	const ok = `{"ok":true,"result":true}`
	for _, c := range []struct {
		name  string
		conns []net.Conn
		calls string // how each call ends: fine, maybe (carried out) or lost
	}{
		{"one connection carries many calls", []net.Conn{answering(fine, fine, fine)}, "fine fine fine"},
		{"nobody answers", nil, "lost"},
		{"the other side closed it in between", []net.Conn{answering(fine), answering(fine)}, "fine fine"},
		{"and again", []net.Conn{answering(fine), answering()}, "fine lost lost"},
		{"closed before the answer", []net.Conn{answering(""), answering(fine)}, "maybe fine"},
		{"cut off in the head", []net.Conn{answering("HTTP/1.1 200 OK\r\nConte")}, "maybe lost"},
		{"cut off in the body", []net.Conn{answering("HTTP/1.1 200 OK\r\nContent-Length: 25\r\n\r\n{")}, "maybe lost"},
		{"not HTTP", []net.Conn{answering("SSH-2.0-OpenSSH\r\n")}, "maybe lost"},
		{"something before the answer", []net.Conn{answering("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"+fine, fine)}, "fine fine"},
		{"in chunks", []net.Conn{answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n19\r\n"+ok+"\r\n0\r\n\r\n", fine)}, "fine fine"},
		{"until the end", []net.Conn{answering("HTTP/1.0 200 OK\r\n\r\n" + ok)}, "fine lost"},
		{"the last on this connection", []net.Conn{answering("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 25\r\n\r\n"+ok, ""), answering(fine)}, "fine fine"},
		{"more than was asked for", []net.Conn{answering(fine+fine, ""), answering(fine)}, "fine fine"},
		{"an endless head", []net.Conn{answering("HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", headMax+answerMax))}, "maybe"},
		{"an endless body", []net.Conn{answering("HTTP/1.1 200 OK\r\n\r\n" + strings.Repeat("x", answerMax+1))}, "maybe"},
	} {
		t.Run(c.name, func(t *testing.T) {
			conns := newConns(url.URL{Scheme: "http", Host: "telegram.test"}, testToken, dialling(c.conns...))
			defer conns.close()
			for i, want := range strings.Fields(c.calls) {
				_, answer, err := conns.exchange(t.Context(), time.Minute, "getMe", jsonType, []byte("{}"))
				got := "fine"
				var l *lost
				switch {
				case errors.As(err, &l) && l.maybe:
					got = "maybe"
				case err != nil:
					got = "lost"
				case string(answer) != ok:
					got = fmt.Sprintf("%q", answer)
				}
				if got != want {
					t.Errorf("call %d is %s (%v), not %s", i, got, err, want)
				}
			}
			for _, conn := range c.conns {
				_ = conn.Close() // one that was never used
			}
		})
	}
}

// A call ends with its context and with its time, and its connection is not used again.
func TestCallsThatGetNoAnswer(t *testing.T) {
	silent := func() net.Conn { return answering("HTTP/1.1 102 Processing\r\n\r\n", "") }
	conns := newConns(url.URL{Scheme: "http", Host: "telegram.test"}, testToken, dialling(silent(), silent(), answering(fine)))
	defer conns.close()
	ctx, cancel := context.WithCancel(t.Context())
	go cancel()
	_, _, err := conns.exchange(ctx, time.Minute, "sendMessage", jsonType, []byte("{}"))
	if err == nil || !strings.Contains(err.Error(), "stopped") {
		t.Error(err)
	}
	_, _, err = conns.exchange(t.Context(), time.Millisecond, "sendMessage", jsonType, []byte("{}"))
	if err == nil || !strings.Contains(err.Error(), "timed out") {
		t.Error(err)
	}
	for err != nil { // the canceled call may have ended before it took a connection
		_, _, err = conns.exchange(t.Context(), time.Minute, "sendMessage", jsonType, []byte("{}"))
		if l := new(lost); errors.As(err, &l) && !l.maybe {
			t.Fatal(err)
		}
	}
}

// What lay idle and was closed meanwhile is seen before it is used: nothing is left open then.
func TestIdleConnectionsAreLookedAt(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		fmt.Fprintf(w, `{"ok":true,"result":%d}`, len(body))
	}))
	defer server.Close()
	address, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	conns := newConns(*address, testToken, new(net.Dialer).DialContext)
	defer conns.close()
	conns.secure.RootCAs = x509.NewCertPool()
	conns.secure.RootCAs.AddCert(server.Certificate())
	call := func() *connection {
		large := strings.Repeat("x", 3*smallCall)
		_, answer, err := conns.exchange(t.Context(), time.Minute, "sendDocument", "text/plain", []byte(large))
		if err != nil || string(answer) != fmt.Sprintf(`{"ok":true,"result":%d}`, len(large)) {
			t.Fatal(string(answer), err)
		}
		return conns.idle[0]
	}
	first := call()
	first.rested = first.rested.Add(-idleLook)
	if second := call(); second != first {
		t.Error("a connection that is open isn't used again")
	}
	server.CloseClientConnections()
	for began := clock.Real().Now(); quiet(first.Conn); {
		if clock.Real().Now().Sub(began) > patience {
			t.Fatal("the end of a connection isn't seen")
		}
	}
	first.rested = first.rested.Add(-idleLook)
	second := call()
	if second == first {
		t.Error("a connection that was closed is used again")
	}
	second.rested = second.rested.Add(-idleLimit)
	if third := call(); third == second {
		t.Error("a connection that is too old is used again")
	}
}

// Behind a proxy calls go by net/http, with the same errors.
func TestCallsThroughAProxy(t *testing.T) {
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Host != "telegram.test":
			t.Errorf("the proxy was asked for %s", r.URL.Host)
		case strings.HasSuffix(r.URL.Path, "/getMe"):
			fmt.Fprint(w, `{"ok":true,"result":{"message_id":7}}`)
		default:
			http.Error(w, "no", http.StatusBadGateway)
		}
	}))
	defer proxy.Close()
	through, err := url.Parse(proxy.URL)
	if err != nil {
		t.Fatal(err)
	}
	c, err := newClient(testToken, "http://telegram.test")
	if err != nil {
		t.Fatal(err)
	}
	defer c.close()
	c.http.Proxy, c.conns = http.ProxyURL(through), nil
	var m made
	if err := c.call(t.Context(), "getMe", jsonType, []byte("{}"), &m); err != nil || m.id != 7 {
		t.Error(m.id, err)
	}
	var r *refusal
	if err := c.call(t.Context(), "sendMessage", jsonType, []byte("{}"), &m); !errors.As(err, &r) || !r.foreign || r.code != 502 {
		t.Error(err)
	}
	c.close()
	proxy.Close()
	var l *lost
	if err := c.call(t.Context(), "sendMessage", jsonType, []byte("{}"), &m); !errors.As(err, &l) || l.maybe {
		t.Error(err)
	}
}
