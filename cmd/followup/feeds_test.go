package main

import (
	"bytes"
	"encoding/csv"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	ics "github.com/arran4/golang-ical"

	"followup/bot"
	"followup/bot/dialog"
	"followup/scheduler/clock"
	"followup/storage"
	"followup/storage/crm"
	"followup/storage/seed"
)

const feedPortfolio = `
team Север
person Игорь lead Север ru
person Анна manager Север ru
person Пётр manager Север ru
client ООО «Ромашка» | manager Анна | inn 7707083893
client ООО «Гамма» | manager Пётр
followup Перезвонить про 486 000 ₽ на +7 903 123-45-67 | client Ромашка | 2026-11-19 14:00 | for Анна
followup Чужое дело | client Гамма | 2026-11-19 15:00 | for Пётр
obligation Выслать КП; срочно, до обеда | client Ромашка | 2026-11-20 | for Анна
contract 14/26 | client Ромашка | 2026-01-01..2026-12-31 | automatic 12 | notice 30 | sum 480 000
`

// feedStage is the program's feeds over HTTP, with a portfolio behind them.
type feedStage struct {
	t      *testing.T
	engine *engine
	clock  *clock.Simulated
	server *httptest.Server
	log    bytes.Buffer
	people map[string]crm.Member
}

func newFeedStage(t *testing.T) *feedStage {
	t.Helper()
	s := &feedStage{t: t, people: map[string]crm.Member{}}
	w := &world{ctx: t.Context(), out: io.Discard, err: io.Discard, log: slog.New(slog.NewTextHandler(&s.log, nil))}
	zone, err := time.LoadLocation("Europe/Moscow")
	if err != nil {
		t.Fatal(err)
	}
	s.clock = clock.NewSimulated(time.Date(2026, 11, 18, 10, 0, 0, 0, zone), 0)
	s.engine, err = newEngine(w, engineOptions{
		db: filepath.Join(t.TempDir(), "f.db"), api: "http://127.0.0.1:1", token: stageToken, clock: s.clock,
		members: newcomers{TZ: "Europe/Moscow", Lang: "ru"},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.engine.store.Close(); err != nil {
			t.Error(err)
		}
	})
	portfolio, err := seed.Parse(feedPortfolio, 1)
	if err != nil {
		t.Fatal(err)
	}
	s.update(func(tx *storage.Tx) error {
		if _, err := portfolio.Write(tx, zone); err != nil {
			return err
		}
		for _, p := range portfolio.People {
			m, _, err := tx.MemberByTelegram(p.Telegram)
			if err != nil {
				return err
			}
			s.people[m.Name] = m
		}
		return nil
	})
	routes := http.NewServeMux()
	routes.Handle(bot.FeedPath, s.engine.door.Feeds(dialog.FeedForm))
	s.server = httptest.NewServer(routes)
	t.Cleanup(s.server.Close)
	return s
}

func (s *feedStage) update(fn func(*storage.Tx) error) {
	s.t.Helper()
	if err := s.engine.store.Update(s.t.Context(), fn); err != nil {
		s.t.Fatal(err)
	}
}

// feed makes a feed of a member and returns its address.
func (s *feedStage) feed(who, kind, ending string) string {
	s.t.Helper()
	var secret string
	s.update(func(tx *storage.Tx) (err error) {
		_, secret, err = tx.As(s.people[who]).CreateFeed(kind, kind)
		return err
	})
	return s.server.URL + "/feed/" + secret + "/" + kind + ending
}

// answered is what a reading brought beside its body.
type answered struct {
	StatusCode int
	Status     string
	Header     http.Header
}

func (s *feedStage) get(url string, headers ...string) (answered, string) {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, url, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return answered{resp.StatusCode, resp.Status, resp.Header}, string(body)
}

// events are what a second parser reads of a calendar, by UID.
func (s *feedStage) events(body string) map[string]*ics.VEvent {
	s.t.Helper()
	parsed, err := ics.ParseCalendar(strings.NewReader(body))
	if err != nil {
		s.t.Fatalf("%v in\n%s", err, body)
	}
	all := map[string]*ics.VEvent{}
	for _, e := range parsed.Events() {
		all[e.Id()] = e
	}
	return all
}

func property(e *ics.VEvent, name ics.ComponentProperty) string {
	if e == nil || e.GetProperty(name) == nil {
		return ""
	}
	return e.GetProperty(name).Value
}

// TestCalendarFeed reads a member's calendar with another parser: his own steps and decision days, without sums and phones, moved
// under the same UID, cancelled as cancelled, done as gone.
func TestCalendarFeed(t *testing.T) {
	s := newFeedStage(t)
	url := s.feed("Анна", "calendar", ".ics")
	resp, body := s.get(url)
	if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != "text/calendar; charset=utf-8" {
		t.Fatal(resp.Status, resp.Header)
	}
	for line := range strings.SplitSeq(strings.TrimSuffix(body, "\r\n"), "\r\n") {
		if len(line) > 75 || strings.ContainsAny(line, "\r\n") {
			t.Errorf("a line of %d octets: %q", len(line), line)
		}
	}
	events := s.events(body)
	if len(events) != 3 || strings.Contains(body, "486") || strings.Contains(body, "903") || strings.Contains(body, "480") || strings.Contains(body, "Чужое") {
		t.Errorf("%d events in\n%s", len(events), body)
	}
	var step crm.FollowUp
	s.update(func(tx *storage.Tx) error {
		list, err := tx.As(s.people["Анна"]).FollowUps(storage.FollowUpFilter{Assignee: s.people["Анна"].ID})
		for _, f := range list {
			if !f.Obligation {
				step = f
			}
		}
		return err
	})
	uid := "followup-1@followup"
	call := events[uid]
	if start, err := call.GetStartAt(); err != nil || !start.Equal(step.Due.In(time.UTC)) {
		t.Errorf("starts at %v %v, want %v", start, err, step.Due.In(time.UTC))
	}
	if got := property(events["followup-3@followup"], ics.ComponentPropertySummary); got != "Обещали: Выслать КП; срочно, до обеда · ООО «Ромашка»" {
		t.Errorf("the summary is %q", got)
	}
	sequence := property(call, ics.ComponentPropertySequence)
	step.Clock = crm.At(16, 30)
	s.update(func(tx *storage.Tx) error { return tx.As(s.people["Анна"]).SaveFollowUp(&step) })
	_, body = s.get(url)
	moved := s.events(body)[uid]
	if start, err := moved.GetStartAt(); err != nil || start.Hour() != 13 || property(moved, ics.ComponentPropertySequence) <= sequence {
		t.Errorf("moved to %v %v, sequence %q after %q", start, err, property(moved, ics.ComponentPropertySequence), sequence)
	}
	step.Status = crm.FollowUpCancelled
	s.update(func(tx *storage.Tx) error { return tx.As(s.people["Анна"]).SaveFollowUp(&step) })
	_, body = s.get(url)
	if got := property(s.events(body)[uid], ics.ComponentPropertyStatus); got != "CANCELLED" {
		t.Errorf("the cancelled one is %q", got)
	}
	step.Status = crm.FollowUpDone
	s.update(func(tx *storage.Tx) error { return tx.As(s.people["Анна"]).SaveFollowUp(&step) })
	if _, body = s.get(url); s.events(body)[uid] != nil {
		t.Error("what is done is still in the calendar")
	}
}

// TestFeedIsItsMembersAlone: a table holds what its member may see, whoever knows no address learns nothing, and what was taken
// back works no longer at the next reading.
func TestFeedIsItsMembersAlone(t *testing.T) {
	s := newFeedStage(t)
	own, team := s.feed("Анна", "clients", ".csv"), s.feed("Игорь", "clients", ".csv")
	for url, want := range map[string]int{own: 2, team: 3} {
		resp, body := s.get(url)
		rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
		if err != nil || len(rows) != want || resp.Header.Get("Content-Type") != "text/csv; charset=utf-8" {
			t.Errorf("%d rows, want %d: %v %v", len(rows), want, err, resp.Header)
		}
	}
	secret := strings.Split(own, "/")[4]
	for _, wrong := range []string{
		s.server.URL + "/feed/" + secret + "/calendar.ics", s.server.URL + "/feed/" + secret[:len(secret)-1] + "x/clients.csv",
		s.server.URL + "/feed/99." + secret[2:] + "/clients.csv", s.server.URL + "/feed/x/clients.csv", s.server.URL + "/feed/1./clients.csv",
	} {
		if resp, _ := s.get(wrong); resp.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %s", wrong[len(s.server.URL):], resp.Status)
		}
	}
	again := s.feed("Анна", "clients", ".csv")
	if resp, _ := s.get(own); resp.StatusCode != http.StatusNotFound {
		t.Error("the replaced address still works:", resp.Status)
	}
	s.update(func(tx *storage.Tx) error {
		tx = tx.As(s.people["Анна"])
		list, err := tx.Feeds()
		if err != nil {
			return err
		}
		return tx.RevokeFeed(list[0].ID, "clients")
	})
	if resp, _ := s.get(again); resp.StatusCode != http.StatusNotFound {
		t.Error("the revoked address still works:", resp.Status)
	}
	left := s.people["Игорь"]
	left.Status = crm.MemberLeft
	s.update(func(tx *storage.Tx) error { return tx.System().SaveMember(&left) })
	if resp, _ := s.get(team); resp.StatusCode != http.StatusNotFound {
		t.Error("who left still reads:", resp.Status)
	}
	left.Status = crm.MemberActive
	s.clock.Move(s.clock.Now().Add(time.Minute))
	left.Joined = crm.MomentOf(s.clock.Now())
	s.update(func(tx *storage.Tx) error { return tx.System().SaveMember(&left) })
	if resp, _ := s.get(team); resp.StatusCode != http.StatusNotFound {
		t.Error("who came back reads by the old address:", resp.Status)
	}
	for _, url := range []string{own, team, again} {
		if strings.Contains(s.log.String(), strings.Split(url, "/")[4][3:]) {
			t.Error("a secret stands in the log")
		}
	}
}

// TestFeedCostsLittle: what is unchanged is not sent again, and too many readings are refused.
func TestFeedCostsLittle(t *testing.T) {
	s := newFeedStage(t)
	url := s.feed("Анна", "calendar", ".ics")
	resp, _ := s.get(url)
	etag, modified := resp.Header.Get("ETag"), resp.Header.Get("Last-Modified")
	s.clock.Move(s.clock.Now().Add(time.Hour))
	if resp, body := s.get(url, "If-None-Match", etag); resp.StatusCode != http.StatusNotModified || body != "" {
		t.Error("unchanged by its tag:", resp.Status)
	}
	if resp, _ := s.get(url, "If-Modified-Since", modified); resp.StatusCode != http.StatusNotModified {
		t.Error("unchanged by its date:", resp.Status)
	}
	refused := false
	for range 10 {
		resp, _ := s.get(url)
		refused = refused || resp.StatusCode == http.StatusTooManyRequests
	}
	if !refused {
		t.Error("an address may be read without end")
	}
	if resp, _ := s.get(s.feed("Пётр", "calendar", ".ics")); resp.StatusCode != http.StatusOK {
		t.Error("one reader's haste is another's refusal:", resp.Status)
	}
}
