package main

import (
	"net/http"
	"net/http/httptest"
	"path"
	"strings"
	"sync/atomic"
	"testing"

	"followup/bot/sandbox"
	"followup/storage/pgtest"
)

// ambush stands before the Bot API server and acts once, instead of it, on the next message that is sent.
type ambush struct {
	api http.Handler
	act atomic.Pointer[http.HandlerFunc]
}

func (a *ambush) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.EqualFold(path.Base(r.URL.Path), "sendMessage") {
		if act := a.act.Swap(nil); act != nil {
			(*act)(w, r)
		}
	}
	a.api.ServeHTTP(w, r)
}

// TestTheMessageInFlightIsMarked kills the leader while a message of its is under way. Nobody can know whether it arrived:
// the next leader sends it, and says below it, in its reader's language, that it may be a repeat. What was sent before and
// after is not said again.
func TestTheMessageInFlightIsMarked(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a quarter of a minute")
	}
	v := newTownAt(t, oneManager+"person Ben manager Север en\nclient Vector | manager Ben\n", pgtest.Fresh(t, pgtest.Start(t)), sandbox.Limits{Off: true})
	gate := &ambush{api: v.box.Handler()}
	server := httptest.NewServer(gate)
	t.Cleanup(server.Close)
	env := append(v.env, "TELEGRAM_API_URL="+server.URL)
	start := func() *process { return launch(t, env, "serve") }
	said := func(chat int64) (texts []string) {
		for _, m := range v.box.Messages(chat) {
			if m.Bot {
				texts = append(texts, m.Text)
			}
		}
		return texts
	}
	leading := start()
	await(t, "the first one leads", func() bool { return strings.Contains(leading.printed(), leads) })
	for _, c := range []struct {
		who        int
		line, mark string
		arrives    bool
	}{
		{1, "/note Ромашка: ждут акт", "🔁 Возможно, это уже приходило: связь оборвалась во время отправки.", true},
		{2, "/note Vector: wants the act", "🔁 You may have had this already: the connection broke while it was being sent.", false},
	} {
		chat := v.people[c.who].Telegram
		v.asks(t, chat, c.line+" раз")
		before := said(chat)
		next := start()
		await(t, "the next one stands by", func() bool { return strings.Contains(next.printed(), "serving") })
		act := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			if c.arrives {
				gate.api.ServeHTTP(httptest.NewRecorder(), r)
			}
			_ = leading.cmd.Process.Kill()
			panic(http.ErrAbortHandler)
		})
		gate.act.Store(&act)
		if _, err := v.box.Say(chat, chat, c.line+" два"); err != nil {
			t.Fatal(err)
		}
		_ = leading.cmd.Wait() // it is killed
		leading = next
		await(t, "the answer in flight", func() bool { return strings.Contains(strings.Join(said(chat), ""), "🔁") })
		v.asks(t, chat, c.line+" три")
		got := said(chat)[len(before):]
		if c.arrives {
			if len(got) == 0 || strings.Contains(got[0], "🔁") {
				t.Fatalf("the message that arrived is not there: %q", got)
			}
			got = got[1:]
		}
		if len(got) != 2 || !strings.HasSuffix(got[0], "\n\n"+c.mark) || !strings.Contains(got[0], "два") || strings.Contains(got[1], "🔁") {
			t.Errorf("after the kill was said: %q", got)
		}
	}
	leading.stop(t)
}

// asks lets a person write a line and waits for the answer.
func (v *town) asks(t *testing.T, chat int64, line string) {
	t.Helper()
	before := v.said(chat)
	if _, err := v.box.Say(chat, chat, line); err != nil {
		t.Fatal(err)
	}
	await(t, "an answer", func() bool { return v.said(chat) > before })
}
