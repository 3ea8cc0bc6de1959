package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
)

// tells is a way in which whoever answers at the Bot API's address quotes what he was asked for.
type tells struct {
	name   string
	answer func(w http.ResponseWriter, r *http.Request)
}

func refuses(code int) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(code)
		fmt.Fprintf(w, `{"ok":false,"error_code":%d,"description":"Bad Request: can't do http://%s%s"}`, code, r.Host, r.URL.Path)
	}
}

// raw answers with bytes of its own, and then closes the connection.
func raw(form string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, r *http.Request) {
		conn, buffered, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		fmt.Fprintf(buffered, form, r.URL.Path)
		_ = buffered.Flush() // the other end may have gone
		_ = conn.Close()
	}
}

var telltales = []tells{
	{"a token refused", refuses(http.StatusUnauthorized)},
	{"an address refused", refuses(http.StatusNotFound)},
	{"a request refused", refuses(http.StatusBadRequest)},
	{"an error of Telegram's", refuses(http.StatusInternalServerError)},
	{"a pause", refuses(http.StatusTooManyRequests)},
	{"a proxy's page", func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusBadGateway)
		fmt.Fprintf(w, "<h1>no way to %s</h1>", r.URL)
	}},
	{"a redirect", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/elsewhere"+r.URL.Path, http.StatusFound)
	}},
	{"a redirect to nowhere", raw("HTTP/1.1 302 Found\r\nLocation: ://%s\r\nContent-Length: 0\r\n\r\n")},
	{"a status that quotes", raw("HTTP/1.1 500 no way to %s\r\nContent-Length: 0\r\n\r\n")},
	{"no HTTP at all", raw("no way to %s\r\n\r\n")},
	{"a header that is none", raw("HTTP/1.1 200 OK\r\nno way to %s\r\n\r\n")},
	{"success that is none", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintf(w, `{"ok":true,"result":"%s"}`, r.URL.Path) }},
	{"a bot of that name", func(w http.ResponseWriter, r *http.Request) {
		if path.Base(r.URL.Path) != "getMe" {
			refuses(http.StatusBadRequest)(w, r)
			return
		}
		fmt.Fprintf(w, `{"ok":true,"result":{"id":7000001,"is_bot":true,"first_name":"x","username":"followup_bot"}}`)
	}},
}

// The token is in no command line, no log and no output of the programs that call Telegram, whatever answers them: not where a
// server, a proxy or an error of the network quotes the address, which the token is part of.
func TestTokenIsToldNobody(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	for _, teller := range telltales {
		t.Run(teller.name, func(t *testing.T) {
			t.Parallel()
			api := httptest.NewServer(http.HandlerFunc(teller.answer))
			defer api.Close()
			tokenStaysUntold(t, api.URL)
		})
	}
	dead := httptest.NewServer(http.NotFoundHandler())
	dead.Close()
	for name, address := range map[string]string{
		"nobody there": dead.URL, "no such host": "http://nowhere.invalid", "no TLS there": strings.Replace(dead.URL, "http:", "https:", 1),
		"an address that is none": "http://[::1",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tokenStaysUntold(t, address)
		})
	}
}

// tokenStaysUntold runs serve, on a sound database and on none, and doctor against an address.
func tokenStaysUntold(t *testing.T, api string) {
	t.Helper()
	v := newTown(t, oneManager)
	bad := filepath.Join(t.TempDir(), "bad.db")
	if err := os.WriteFile(bad, []byte(strings.Repeat("this is no database\n", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	env := append(v.env, "TELEGRAM_API_URL="+api, "FOLLOWUP_BACKUPS=off")
	for _, db := range []string{v.db, bad} {
		serve := launch(t, append(env, "FOLLOWUP_DB="+db), "serve")
		serve.hides(t)
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			_ = serve.cmd.Wait() // some addresses end it
		}()
		await(t, "serve has spoken with it", func() bool {
			select {
			case <-ended:
				return true
			default:
				return strings.Contains(serve.printed(), "Telegram: ")
			}
		})
		_ = serve.cmd.Process.Kill() // it may have ended
		<-ended
		tellsNoToken(t, serve)
	}
	doctor := launch(t, env, "doctor")
	doctor.hides(t)
	_ = doctor.cmd.Wait() // it finds what is wrong
	tellsNoToken(t, doctor)
}

// hides looks for the token in the command line that every user of the computer sees.
func (p *process) hides(t *testing.T) {
	t.Helper()
	line, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", p.cmd.Process.Pid))
	if errors.Is(err, fs.ErrNotExist) {
		return // the system has no such place, or the program has ended
	}
	if err != nil {
		t.Fatal(err)
	}
	if holdsToken(string(line)) {
		t.Errorf("the command line holds the token: %q", line)
	}
}

func tellsNoToken(t *testing.T, p *process) {
	t.Helper()
	if p.printed() == "" {
		t.Error("nothing was printed, and nothing is shown by that")
	}
	if holdsToken(p.printed()) {
		t.Errorf("the token is told:\n%s", p.printed())
	}
}

// holdsToken looks for the token, its secret half alone, and what an address makes of it.
func holdsToken(text string) bool {
	_, secret, _ := strings.Cut(stageToken, ":")
	return strings.Contains(text, secret) || strings.Contains(text, url.QueryEscape(stageToken))
}

// A refusal that quotes the address stays in the outbox and in the log, without the token.
func TestRefusalIsKeptWithoutTheToken(t *testing.T) {
	t.Parallel()
	v := newTown(t, oneManager)
	box := v.box.Handler()
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if path.Base(r.URL.Path) != "sendMessage" {
			box.ServeHTTP(w, r)
			return
		}
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprintf(w, `{"ok":false,"error_code":400,"description":"Bad Request: no way to %s"}`, r.URL.Path)
	}))
	defer api.Close()
	serve := launch(t, append(v.env, "TELEGRAM_API_URL="+api.URL, "FOLLOWUP_BACKUPS=off"), "serve")
	v.tells(t, v.people[1].Telegram, "/note Ромашка: пункт 1")
	await(t, "the refusal", func() bool { return strings.Contains(serve.printed(), "a message is undeliverable") })
	serve.stop(t)
	tellsNoToken(t, serve)
	for _, part := range []string{"", "-wal"} {
		text, err := os.ReadFile(v.db + part)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
		if holdsToken(string(text)) {
			t.Errorf("the database's file %q holds the token", part)
		}
	}
}
