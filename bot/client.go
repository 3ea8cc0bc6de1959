package bot

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"path"
	"regexp"
	"strings"
	"sync/atomic"
	"time"

	tg "github.com/go-telegram/bot"
)

// Rules of calls to Telegram.
//
// Every call, the library's and our own, goes through client.call, with its whole request in memory, so that its length is
// known and it can be told afterwards whether Telegram may have got it. It gives every method its own time limit, and turns
// everything that isn't "ok" into one of two errors: a *refusal, which is Telegram's answer, or a *lost, which is no answer.
// Neither holds the token, an address or a text of a person: the token is part of every address, and net/http puts addresses
// into its errors.
//
// Calls go over connections of our own (conns.go), and behind a proxy through net/http, which knows proxies, as the reading of
// files does. HTTP/1.1 only: over HTTP/2 all calls share one connection, and when it hangs they all do until the kernel gives up.

// Time limits of calls. A long poll may stay silent for pollWait by agreement.
const (
	callLimit   = 15 * time.Second
	uploadLimit = 90 * time.Second
	pollWait    = 25 * time.Second
	pollLimit   = pollWait + 10*time.Second
	answerMax   = 32 << 20 // of an answer, in bytes
)

// refusal is an answer of Telegram, or of a proxy before it, that isn't "ok".
type refusal struct {
	method      string
	code        int           // error_code, or the HTTP status when the body isn't Telegram's
	foreign     bool          // the body isn't Telegram's JSON: a proxy answered
	description string        // Telegram's, for telling cases apart; never logged, since it may quote what was sent
	retryAfter  time.Duration // of a 429
	migrateTo   int64         // chat id that replaced the one addressed
}

func (r *refusal) Error() string {
	if r.foreign {
		return fmt.Sprintf("telegram %s: HTTP %d without Telegram's answer", r.method, r.code)
	}
	return fmt.Sprintf("telegram %s: %d", r.method, r.code)
}

// lost is a call without an answer. maybe says that Telegram may have received and carried out the request.
type lost struct {
	method string
	maybe  bool
	cause  string
}

func (l *lost) Error() string { return fmt.Sprintf("telegram %s: no answer: %s", l.method, l.cause) }

const jsonType = "application/json"

var jsonHeader = http.Header{"Content-Type": {jsonType}}

// client speaks HTTP to one Bot API address. It is the library's HttpClient.
type client struct {
	http    *http.Transport // follows no redirects
	conns   *conns          // nil: a proxy is in between
	base    string          // without a slash at the end
	address url.URL         // the same
	token   string
	limit   time.Duration // callLimit, smaller in tests
}

var tokenForm = regexp.MustCompile(`^[A-Za-z0-9_:-]+$`)

// newClient checks the token's form and the address. Its errors say what to change and repeat neither.
func newClient(token, base string) (*client, error) {
	if !tokenForm.MatchString(token) {
		return nil, errors.New("bot: the token has characters that no Telegram token has; copy it again from @BotFather")
	}
	u, err := url.Parse(base)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" || u.RawQuery != "" || u.User != nil {
		return nil, errors.New("bot: the Bot API address must look like https://host or http://host:port")
	}
	transport := &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 15 * time.Second}).DialContext,
		TLSHandshakeTimeout: 10 * time.Second,
		MaxIdleConns:        2 * maxCalls,
		MaxIdleConnsPerHost: 2 * maxCalls,
		IdleConnTimeout:     30 * time.Second, // below Telegram's own, which would close it under a request,
	}
	transport.Protocols = new(http.Protocols)
	transport.Protocols.SetHTTP1(true)
	base = strings.TrimRight(base, "/")
	u.Path = strings.TrimRight(u.Path, "/")
	c := &client{http: transport, base: base, address: *u, token: token, limit: callLimit}
	if proxy, err := transport.Proxy(&http.Request{URL: u}); proxy == nil && err == nil {
		c.conns = newConns(*u, token, func(ctx context.Context, network, address string) (net.Conn, error) {
			return transport.DialContext(ctx, network, address)
		})
	}
	return c, nil
}

// close closes what no call uses any more.
func (c *client) close() {
	c.http.CloseIdleConnections()
	if c.conns != nil {
		c.conns.close()
	}
}

// library returns go-telegram/bot on top of this client. Nothing of it runs by itself.
func (c *client) library() (*tg.Bot, error) {
	b, err := tg.New(c.token, tg.WithSkipGetMe(), tg.WithNotAsyncHandlers(), tg.WithServerURL(c.base),
		tg.WithHTTPClient(pollLimit, c), tg.WithErrorsHandler(func(error) {}))
	if err != nil {
		return nil, errors.New("bot: go-telegram/bot refused its settings")
	}
	return b, nil
}

func (c *client) timeLimit(method string, size int) time.Duration {
	switch {
	case method == "getUpdates":
		return pollLimit
	case size > 1<<16:
		return uploadLimit
	}
	return c.limit
}

// Do carries one request out; the last part of its path is the method. The answer's body holds no more of "result" than
// the methods we use give us something for; see trim.
func (c *client) Do(req *http.Request) (*http.Response, error) {
	method := path.Base(req.URL.Path)
	var body []byte
	if req.Body != nil {
		var err error
		body, err = io.ReadAll(req.Body)
		if err != nil {
			return nil, &lost{method: method, cause: "the request can't be built"}
		}
	}
	var result json.RawMessage
	if err := c.call(req.Context(), method, req.Header.Get("Content-Type"), body, &result); err != nil {
		return nil, err
	}
	answer := fmt.Appendf(nil, `{"ok":true,"result":%s}`, trim(method, result))
	return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(bytes.NewReader(answer)), Request: req}, nil
}

// post is Do for methods that the library lacks or does badly.
func (c *client) post(ctx context.Context, method string, params, result any) error {
	body, err := json.Marshal(params)
	if err != nil {
		return fmt.Errorf("bot: encode %s: %w", method, err)
	}
	return c.call(ctx, method, jsonType, body, result)
}

// call carries one call out and reads the result in Telegram's answer into what result points at.
func (c *client) call(ctx context.Context, method, contentType string, body []byte, result any) error {
	exchange, limit := c.exchange, c.timeLimit(method, len(body))
	if c.conns != nil {
		exchange = c.conns.exchange
	}
	status, answer, err := exchange(ctx, limit, method, contentType, body)
	if err != nil {
		return err
	}
	err = judge(method, status, answer, result)
	var r *refusal
	if errors.As(err, &r) {
		r.description = c.hide(r.description)
	}
	return err
}

// hide takes the token's secret half out of what a server said: a proxy may quote the address that it was asked for.
func (c *client) hide(text string) string {
	_, secret, _ := strings.Cut(c.token, ":")
	if secret == "" {
		secret = c.token
	}
	return strings.ReplaceAll(text, secret, "…")
}

// exchange is conns.exchange by net/http.
func (c *client) exchange(ctx context.Context, limit time.Duration, method, contentType string, body []byte) (int, []byte, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	var watch watch
	watch.WroteRequest = watch.wrote
	ctx = httptrace.WithClientTrace(ctx, &watch.ClientTrace)
	// net/http repeats by itself only what it never wrote to an idle connection, and that is what we want.
	resp, err := c.http.RoundTrip(c.request(ctx, method, contentType, body))
	if err != nil {
		return 0, nil, &lost{method: method, maybe: watch.written.Load(), cause: causeOf(err)}
	}
	answer, err := readBody(resp)
	if err != nil {
		return 0, nil, &lost{method: method, maybe: true, cause: causeOf(err)}
	}
	return resp.StatusCode, answer, nil
}

// watch sees whether a request went out whole: one that was cut off before its end is never carried out.
type watch struct {
	httptrace.ClientTrace
	written atomic.Bool
}

func (w *watch) wrote(i httptrace.WroteRequestInfo) { w.written.Store(i.Err == nil) }

// request is a POST of body. It is put together by hand because the address was checked once, by newClient, and because
// net/http doesn't change a request's header, so that all can share one.
func (c *client) request(ctx context.Context, method, contentType string, body []byte) *http.Request {
	address := c.address // the owner's setting; nothing of it comes from people
	address.Path += "/bot" + c.token + "/" + method
	header := jsonHeader
	if contentType != jsonType {
		header = http.Header{"Content-Type": {contentType}}
	}
	req := http.Request{Method: http.MethodPost, URL: &address, Header: header, Body: http.NoBody, ContentLength: int64(len(body))}
	if len(body) > 0 {
		req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
		req.Body, _ = req.GetBody()
	}
	return req.WithContext(ctx)
}

// causeOf names what broke a connection without the address.
func causeOf(err error) string {
	var op *net.OpError
	var timeout net.Error
	var dns *net.DNSError
	switch {
	case errors.Is(err, context.Canceled):
		return "stopped"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return "timed out"
	case errors.As(err, &dns):
		return "the host name isn't known"
	case errors.As(err, &op):
		return op.Op + " failed: " + op.Err.Error()
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "the connection was closed"
	}
	return fmt.Sprintf("%T", err)
}
