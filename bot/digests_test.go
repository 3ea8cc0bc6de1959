package bot

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"followup/bot/message"
	"followup/bot/sandbox"
	"followup/scheduler/clock"
	"followup/storage"
	"followup/storage/crm"
)

var digests = flag.Int("digests", 2000, "how many digests fall due at once in TestDigestsWhilePeopleWrite")

// calls is the Bot API server behind a network: every call takes answerTime, and its arrival is noted.
type calls struct {
	to http.Handler

	mu      sync.Mutex
	said    map[string]time.Time // when a text was accepted
	tooMany int
}

const answerTime = 50 * time.Millisecond

func (c *calls) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	if path.Base(r.URL.Path) != "sendMessage" {
		c.to.ServeHTTP(w, r)
		return
	}
	arrived := clock.Real().Now()
	answer := httptest.NewRecorder()
	c.to.ServeHTTP(answer, r)
	var sent struct{ Text string }
	c.mu.Lock()
	switch err := json.Unmarshal(body, &sent); {
	case answer.Code == http.StatusTooManyRequests:
		c.tooMany++
	case err == nil && answer.Code == http.StatusOK:
		c.said[sent.Text] = arrived
	}
	c.mu.Unlock()
	_ = clock.Sleep(r.Context(), clock.Real(), answerTime)
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes())
}

// TestDigestsWhilePeopleWrite queues a digest for each of many people at once, under Telegram's own limits and in simulated
// time, so that six minutes take seconds, while others write every quarter of a second. The digests take little more
// than 30 a second allow, no call is refused, and who writes waits for nobody's digest.
//
//	go test ./bot -run DigestsWhilePeopleWrite -v -args -digests 10000
func TestDigestsWhilePeopleWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const writers = 40
		net := newWire()
		api := sandbox.New(sandbox.Options{Token: testToken, Username: "FollowupBot", Now: clock.Real().Now})
		seen := &calls{to: api.Handler(), said: map[string]time.Time{}}
		d := &door{t: t, api: api, path: filepath.Join(t.TempDir(), "door.db"), log: &logBuffer{}, http: &httptest.Server{URL: "http://telegram.test"}}
		d.talk = Talk{
			Turn: echo, Broke: func(*storage.Tx, message.In, string) error { return errors.New("broken") },
			Alarm: func(*storage.Tx, string, ...any) error { return nil }, Menu: func(string, crm.Role) []Command { return nil },
		}
		server := &http.Server{Handler: seen, ReadHeaderTimeout: time.Minute}
		served := make(chan error, 1)
		go func() { served <- server.Serve(net) }()
		for n := range int64(*digests + writers) {
			api.AddPerson(sandbox.Person{ID: 1_000_000 + n, FirstName: "x"})
			api.Know(1_000_000 + n)
		}
		d.make(testToken)
		d.bot.client.http.DialContext = net.dial
		d.run()
		pass := func(d time.Duration) { _ = clock.Sleep(context.Background(), clock.Real(), d) }
		pass(10 * time.Second)

		began := clock.Real().Now()
		d.update(func(tx *storage.Tx) error {
			for n := range int64(*digests) {
				if _, err := tx.Send(message.Out{Chat: 1_000_000 + n, Class: message.Digest, Text: fmt.Sprint("digest ", n)}); err != nil {
					return err
				}
			}
			return nil
		})
		written := map[string]time.Time{}
		for n := 0; clock.Real().Now().Sub(began) < time.Duration(*digests)*time.Second/30; n++ {
			text := fmt.Sprint("word ", n)
			written[text] = clock.Real().Now()
			chat := int64(1_000_000 + *digests + n%writers)
			d.say(chat, chat, text)
			pass(250 * time.Millisecond)
		}
		for len(d.left()) > 0 {
			pass(time.Second)
		}
		d.halt()
		api.Close()
		_ = server.Close() // connections under way are cut
		if err := <-served; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}

		var waits []time.Duration
		for text, at := range written {
			waits = append(waits, seen.said[text].Sub(at))
		}
		slices.Sort(waits)
		var last time.Time
		arrived := 0
		for text, at := range seen.said {
			if strings.HasPrefix(text, "digest ") {
				arrived++
				last = later(last, at)
			}
		}
		all := arrived + len(written)
		ideal := time.Duration(all) * time.Second / 30
		ratio := last.Sub(began).Seconds() / ideal.Seconds()
		p99 := waits[len(waits)*99/100]
		t.Logf("%d digests and %d answers in %s of simulated time, %.3f of what 30 a second take; answers waited %s at p50, %s at p99, %s at most; %d times 429",
			arrived, len(written), last.Sub(began).Round(time.Millisecond), ratio, waits[len(waits)/2], p99, waits[len(waits)-1], seen.tooMany)
		if arrived != *digests || ratio > 1.08 || p99 > 100*time.Millisecond || seen.tooMany > 0 {
			t.Error("a promise is broken")
		}
	})
}
