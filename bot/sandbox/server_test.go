package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func (b *box) get(path string, status int) string {
	b.t.Helper()
	resp, err := http.Get(b.http.URL + path)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	if resp.StatusCode != status {
		b.t.Fatalf("GET %s: status %d, want %d: %s", path, resp.StatusCode, status, body)
	}
	return string(body)
}

// clockAt moves the clock as the page does.
func (b *box) clockAt(body string) {
	b.t.Helper()
	req, err := http.NewRequest(http.MethodPost, b.http.URL+"/api/clock", strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Origin", b.http.URL)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		b.t.Fatalf("moving the clock: %s", resp.Status)
	}
}

func TestEveryBodyIsUnderstood(t *testing.T) {
	b := newBox(t)
	b.start(anna)
	markup := `{"inline_keyboard":[[{"text":"Да","callback_data":"y"}]]}`
	form := url.Values{"chat_id": {"1001"}, "text": {"форма & знак"}, "reply_markup": {markup}}.Encode()
	bodies := map[string]func() reply{
		"json": func() reply {
			return b.bot("sendMessage", `{"chat_id":"1001","text":"форма & знак","reply_markup":`+markup+`}`)
		},
		"json text": func() reply {
			return b.bot("sendMessage", `{"chat_id":1001,"text":"форма & знак","reply_markup":`+js(markup)+`}`)
		},
		"urlencoded": func() reply {
			return b.post("sendMessage", "application/x-www-form-urlencoded", strings.NewReader(form))
		},
		"multipart": func() reply {
			return b.upload("sendMessage", map[string]string{"chat_id": "1001", "text": "форма & знак", "reply_markup": markup}, "unused", "x", []byte("x"))
		},
		"query":      func() reply { return b.post("SENDMESSAGE?"+form, "", http.NoBody) },
		"empty form": func() reply { return b.post("getMe", "multipart/form-data; boundary=x", http.NoBody) },
	}
	for name, call := range bodies {
		r := call()
		if !r.OK {
			t.Errorf("%s: %d %s", name, r.Code, r.Description)
			continue
		}
		if name == "empty form" {
			continue
		}
		if m := b.last(anna); m.Text != "форма & знак" || len(m.Buttons) != 1 {
			t.Errorf("%s: arrived as %+v", name, m)
		}
	}
}

func TestFormattingBecomesEntities(t *testing.T) {
	for _, c := range []struct{ mode, in, text, entities string }{
		{"HTML", `<b>а <i>б</i></b> &lt;ООО&gt; &amp; &quot;х&quot;`, `а б <ООО> & "х"`, "bold 0 3, italic 2 1"},
		{"HTML", `😀<code>x</code>`, `😀x`, "code 2 1"},
		{"HTML", `<a href="https://example.org/?a=1&amp;b=2">тут</a>`, `тут`, "text_link 0 3 https://example.org/?a=1&b=2"},
		{"HTML", `<pre><code class="language-go">x := 1</code></pre>`, `x := 1`, "pre 0 6 go"},
		{"HTML", `<span class="tg-spoiler">т</span><blockquote expandable>ц</blockquote>`, `тц`, "spoiler 0 1, expandable_blockquote 1 1"},
		{"HTML", "  <b> х</b> \n", `х`, "bold 0 1"},
		{"MarkdownV2", `*а _б_* \<1\.5\> ||т|| ~з~ __п__`, `а б <1.5> т з п`, "bold 0 3, italic 2 1, spoiler 10 1, strikethrough 12 1, underline 14 1"},
		{"MarkdownV2", "```go\nx := 1```", `x := 1`, "pre 0 6 go"},
		{"MarkdownV2", "`a.b`", `a.b`, "code 0 3"},
		{"MarkdownV2", `[тут](https://example.org/a\_b)`, `тут`, "text_link 0 3 https://example.org/a_b"},
		{"MarkdownV2", ">ци\n>тата\nпосле", "ци\nтата\nпосле", "blockquote 0 7"},
	} {
		call := call{values: map[string]string{"text": c.in, "parse_mode": c.mode}}
		text, list, err := call.formatted("text", "entities")
		if err != nil {
			t.Errorf("%s %q: %v", c.mode, c.in, err)
			continue
		}
		var got []string
		for _, e := range list {
			got = append(got, strings.TrimSpace(strings.Join([]string{e.Type, js(e.Offset), js(e.Length), e.URL + e.Language}, " ")))
		}
		if text != c.text || strings.Join(got, ", ") != c.entities {
			t.Errorf("%s %q became %q with %q, want %q with %q", c.mode, c.in, text, strings.Join(got, ", "), c.text, c.entities)
		}
	}
}

func TestLongPollWaitsAndGivesWay(t *testing.T) {
	b := newBox(t)
	b.received()
	answers := make(chan reply, 1)
	go func() { answers <- b.bot("getUpdates", `{"timeout":30}`) }()
	b.waitForPoll(t)
	b.start(anna)
	if r := <-answers; !r.OK || !strings.Contains(string(r.Result), "/start") {
		t.Errorf("the long poll answered %d %s %s", r.Code, r.Description, r.Result)
	}
	b.received()
	go func() { answers <- b.bot("getUpdates", `{"timeout":30}`) }()
	b.waitForPoll(t)
	if r := b.bot("getUpdates", `{"timeout":0}`); !r.OK {
		t.Errorf("the newer poll: %d %s", r.Code, r.Description)
	}
	if r := <-answers; r.Code != 409 || !strings.HasPrefix(r.Description, "Conflict: terminated by other getUpdates request") {
		t.Errorf("the older poll: %d %s", r.Code, r.Description)
	}
}

// waitForPoll returns once a poll waits in the server.
func (b *box) waitForPoll(t *testing.T) {
	t.Helper()
	err := b.Wait(t.Context(), func() bool {
		b.Server.mu.Lock()
		defer b.Server.mu.Unlock()
		return b.Server.queue.poller != nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAllowedUpdatesAreRemembered(t *testing.T) {
	b := newBox(t)
	b.received()
	b.bot("getUpdates", `{"allowed_updates":["callback_query"]}`)
	b.start(anna)
	if n := b.Pending(); n != 0 {
		t.Errorf("%d messages wait although only taps are allowed", n)
	}
	b.bot("getUpdates", `{"allowed_updates":[]}`)
	b.start(anna)
	if n := b.Pending(); n != 1 {
		t.Errorf("%d messages wait after the default was restored, want 1", n)
	}
}

func TestWebhookDeliversInOrderUntilItIsAnswered(t *testing.T) {
	b := newBox(t)
	b.received()
	type post struct{ secret, text string }
	posts := make(chan post, 10)
	refuse := make(chan bool, 10)
	refuse <- true
	hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var u wireUpdate
		if err := json.NewDecoder(r.Body).Decode(&u); err != nil {
			t.Error(err)
		}
		posts <- post{r.Header.Get("X-Telegram-Bot-Api-Secret-Token"), u.Message.Text}
		select {
		case <-refuse:
			w.WriteHeader(http.StatusInternalServerError)
		default:
		}
	}))
	defer hook.Close()
	defer b.Close()
	if r := b.bot("setWebhook", `{"url":"`+hook.URL+`/x","secret_token":"abc"}`); !r.OK {
		t.Fatal(r.Description)
	}
	if r := b.bot("getUpdates", `{}`); r.Code != 409 || !strings.Contains(r.Description, "while webhook is active") {
		t.Errorf("getUpdates beside a webhook: %d %s", r.Code, r.Description)
	}
	b.start(anna)
	if _, err := b.Say(anna, anna, "второе"); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"/start", "/start", "второе"} {
		if got := <-posts; got.text != want || got.secret != "abc" {
			t.Errorf("posted %+v, want %q", got, want)
		}
	}
	if err := b.Wait(t.Context(), func() bool { return b.Pending() == 0 }); err != nil {
		t.Fatal(err)
	}
	if r := b.bot("getWebhookInfo", `{}`); !strings.Contains(string(r.Result), "500 Internal Server Error") {
		t.Errorf("getWebhookInfo = %s", r.Result)
	}
	b.bot("deleteWebhook", `{}`)
	if r := b.bot("getUpdates", `{}`); !r.OK {
		t.Errorf("getUpdates after deleteWebhook: %s", r.Description)
	}
}

func TestFaultsStrikeOnce(t *testing.T) {
	b := newBox(t)
	b.start(anna)
	send := func() (int, string, error) {
		resp, err := http.Post(b.http.URL+"/bot"+token+"/sendMessage", "application/json", strings.NewReader(`{"chat_id":1001,"text":"т"}`))
		if err != nil {
			return 0, "", err
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		return resp.StatusCode, string(body), err
	}
	count := func() int { return len(b.Messages(anna)) }
	b.Fail([]Fault{{Status: 500}, {Status: 502}, {Status: 429, RetryAfter: 7}, {Reset: true}, {Hang: time.Millisecond}, {Reset: true, After: true}, {Method: "getMe", Status: 500}})
	if status, body, _ := send(); status != 500 || !strings.Contains(body, `"error_code":500`) {
		t.Errorf("500: %d %s", status, body)
	}
	if status, body, _ := send(); status != 502 || !strings.HasPrefix(body, "<html>") {
		t.Errorf("502: %d %s", status, body)
	}
	if status, body, _ := send(); status != 429 || !strings.Contains(body, `"retry_after":7`) {
		t.Errorf("429: %d %s", status, body)
	}
	for _, what := range []string{"reset", "hang"} {
		if _, _, err := send(); err == nil {
			t.Errorf("%s: an answer came", what)
		}
	}
	if n := count(); n != 1 {
		t.Fatalf("%d messages after calls that failed before they took effect, want 1", n)
	}
	if _, _, err := send(); err == nil || count() != 2 {
		t.Errorf("a lost answer: error %v, %d messages, want an error and 2", err, count())
	}
	if status, _, _ := send(); status != 200 {
		t.Errorf("after all faults: %d", status)
	}
	if n := b.Faults(); n != 1 {
		t.Errorf("%d faults left, want the one for getMe", n)
	}
}

// TestRateLimits runs in a bubble where time passes at once, so it talks to the handler without a network.
func TestRateLimits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Options{Token: token, Username: "b", Now: func() time.Time { return time.Unix(1_800_000_000, 0) }})
		defer s.Close()
		for id := int64(1); id <= 40; id++ {
			s.AddPerson(Person{ID: id, FirstName: "П"})
			if _, err := s.Say(id, id, "/start"); err != nil {
				t.Fatal(err)
			}
		}
		s.AddGroup(Group{ID: -1, Title: "Г", Members: []int64{1}})
		send := func(chat int64) int {
			w := httptest.NewRecorder()
			body := bytes.NewBufferString(`{"chat_id":` + js(chat) + `,"text":"т"}`)
			r := httptest.NewRequest(http.MethodPost, "/bot"+token+"/sendMessage", body)
			r.Header.Set("Content-Type", "application/json")
			s.Handler().ServeHTTP(w, r)
			var out reply
			if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
				t.Fatal(err)
			}
			return out.Parameters.RetryAfter
		}
		pass := func(d time.Duration) { <-time.NewTimer(d).C; synctest.Wait() }

		for i := range 5 {
			if wait := send(1); wait != 0 {
				t.Fatalf("message %d to one chat: retry after %d", i+1, wait)
			}
		}
		if wait := send(1); wait != 1 {
			t.Errorf("the sixth message at once: retry after %d, want 1", wait)
		}
		pass(time.Second)
		if send(1) != 0 || send(1) != 1 {
			t.Error("a second later one message more must pass, and no second one")
		}
		pass(10 * time.Second)
		for id := int64(1); id <= 30; id++ {
			if wait := send(id); wait != 0 {
				t.Fatalf("message %d in a second: retry after %d", id, wait)
			}
		}
		if wait := send(31); wait != 1 {
			t.Errorf("message 31 in a second: retry after %d, want 1", wait)
		}
		pass(10 * time.Second)
		for i := range 20 {
			if wait := send(-1); wait != 0 {
				t.Fatalf("message %d to a group: retry after %d", i+1, wait)
			}
		}
		pass(15 * time.Second)
		if wait := send(-1); wait != 45 {
			t.Errorf("message 21 to a group after 15 s: retry after %d, want 45", wait)
		}
		pass(45 * time.Second)
		if wait := send(-1); wait != 0 {
			t.Errorf("a minute later: retry after %d", wait)
		}
		pass(2 * time.Minute)
	})
}

func TestPageIsForThisMachineOnly(t *testing.T) {
	b := newBox(t)
	home := strings.TrimPrefix(b.http.URL, "http://")
	for _, c := range []struct {
		name, method, path, host, origin, kind string
		status                                 int
	}{
		{"the page", "GET", "/", home, "", "", 200},
		{"by name", "GET", "/", "localhost:80", "", "", 200},
		{"IPv6", "GET", "/", "[::1]:80", "", "", 200},
		{"rebound name", "GET", "/", "evil.example", "", "", 403},
		{"rebound state", "GET", "/api/state", "evil.example:80", "", "", 403},
		{"own post", "POST", "/api/say", home, b.http.URL, "application/json", 200},
		{"no origin", "POST", "/api/say", home, "", "application/json", 403},
		{"other origin", "POST", "/api/say", home, "https://evil.example", "application/json", 403},
		{"null origin", "POST", "/api/say", home, "null", "application/json", 403},
		{"plain form", "POST", "/api/say", home, b.http.URL, "text/plain", 415},
		{"other origin reads", "GET", "/api/state", home, "https://evil.example", "", 403},
		{"unknown", "GET", "/secret", home, "", "", 404},
	} {
		req, err := http.NewRequest(c.method, b.http.URL+c.path, strings.NewReader(`{"person":1001,"chat":1001,"text":"х"}`))
		if err != nil {
			t.Fatal(err)
		}
		req.Host = c.host
		req.Header.Set("Content-Type", c.kind)
		if c.origin != "" {
			req.Header.Set("Origin", c.origin)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != c.status {
			t.Errorf("%s: status %d, want %d", c.name, resp.StatusCode, c.status)
		}
		if !strings.Contains(resp.Header.Get("Content-Security-Policy"), "default-src 'none'") {
			t.Errorf("%s: no Content-Security-Policy", c.name)
		}
	}
	if got := b.last(anna).Text; got != "х" || len(b.Messages(anna)) != 1 {
		t.Errorf("the chat has %d messages, the last %q", len(b.Messages(anna)), got)
	}
}

func TestUploadsAreBounded(t *testing.T) {
	b := newBox(t)
	b.start(anna)
	r := b.upload("sendDocument", map[string]string{"chat_id": "1001"}, "document", "big.bin", make([]byte, maxUpload+1))
	if r.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("50 MB and a byte: %d %s", r.Code, r.Description)
	}
	if _, err := b.Say(anna, anna, strings.Repeat("я", maxText+1)); !errors.Is(err, errTooLong) {
		t.Errorf("a person's 4097 characters: %v", err)
	}
}
