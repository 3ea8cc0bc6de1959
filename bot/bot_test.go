package bot

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"followup/bot/message"
	"followup/bot/sandbox"
	"followup/scheduler/clock"
	"followup/storage"
	"followup/storage/crm"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Tests of the door run it against the Bot API server of bot/sandbox over HTTP, with a real database and small talks of
// their own. Every text they send holds private, and no log may hold that or the token.

const (
	testToken = "4242:AAsecret-Token_x"
	private   = "тайна"
	annaID    = int64(1001)
	petrID    = int64(1002)
	groupID   = int64(-500)
	patience  = 20 * time.Second
)

// door is a running bot with what is around it.
type door struct {
	t    testing.TB
	api  *sandbox.Server
	http *httptest.Server
	path string
	talk Talk
	log  *logBuffer

	store *storage.Store
	bot   *Bot
	stop  context.CancelFunc
	ended chan error
}

type logBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// newDoor prepares everything and starts nothing. Without change there are no limits and the talk is echo.
func newDoor(t testing.TB, change ...func(*sandbox.Options)) *door {
	t.Helper()
	o := sandbox.Options{Token: testToken, Username: "FollowupBot", Now: clock.Real().Now, Limits: sandbox.Limits{Off: true}}
	for _, f := range change {
		f(&o)
	}
	d := &door{t: t, api: sandbox.New(o), path: filepath.Join(t.TempDir(), "door.db"), log: &logBuffer{}}
	d.api.AddPerson(sandbox.Person{ID: annaID, FirstName: "Анна", LanguageCode: "ru"})
	d.api.AddPerson(sandbox.Person{ID: petrID, FirstName: "Пётр", LanguageCode: "en"})
	d.talk = Talk{
		Turn: echo,
		Broke: func(tx *storage.Tx, in message.In, incident string) error {
			return say(tx, in, "сломалось "+incident)
		},
		Blocked: func(*storage.Tx, crm.Member) error { return nil }, Expelled: func(*storage.Tx, int64) error { return nil },
		Alarm:   func(*storage.Tx, string, ...any) error { return nil },
		Unsaved: func(message.In, bool) []message.Out { return nil },
		Menu: func(language string, role crm.Role) []Command {
			return []Command{{"help", fmt.Sprintf("help in %q for %q", language, role)}}
		},
	}
	d.http = httptest.NewServer(d.api.Handler())
	t.Cleanup(func() {
		d.halt()
		d.api.Close()
		d.http.Close()
		for _, secret := range []string{testToken, private, "secret-Token", "Анна"} {
			if strings.Contains(d.log.String(), secret) {
				t.Errorf("the log holds %q:\n%s", secret, d.log.String())
			}
		}
		if t.Failed() {
			t.Log(d.log.String())
		}
	})
	return d
}

// echo answers a message with its own text and a tap with its data.
func echo(tx *storage.Tx, in message.In) error {
	switch in.Kind {
	case message.Text:
		return say(tx, in, in.Text)
	case message.Tap:
		_, err := tx.Send(message.Out{Chat: in.Chat, Query: in.Query, Text: in.Data})
		return err
	}
	return nil
}

func say(tx *storage.Tx, in message.In, text string) error {
	_, err := tx.Send(message.Out{Chat: in.Chat, Text: text})
	return err
}

func (d *door) open() {
	d.t.Helper()
	var err error
	d.store, err = storage.Open(context.Background(), d.path, storage.Options{Now: clock.Real().Now})
	if err != nil {
		d.t.Fatal(err)
	}
}

func (d *door) make(token string, change ...func(*Options)) {
	d.t.Helper()
	if d.store == nil {
		d.open()
	}
	o := Options{
		Token: token, API: d.http.URL, Store: d.store, Talk: d.talk,
		Log: slog.New(slog.NewTextHandler(d.log, nil)),
	}
	for _, f := range change {
		f(&o)
	}
	var err error
	if d.bot, err = New(o); err != nil {
		d.t.Fatal(err)
	}
}

// start runs the bot; the sender's pace is off, as Telegram's limits are in the sandbox by default.
func (d *door) start() *door {
	d.t.Helper()
	d.make(testToken)
	d.bot.sender.pace.off = true
	d.run()
	return d
}

func (d *door) run() {
	ctx, cancel := context.WithCancel(context.Background())
	d.stop, d.ended = cancel, make(chan error, 1)
	go func(b *Bot, ended chan error) { ended <- b.Run(ctx) }(d.bot, d.ended)
}

// halt stops the bot gracefully and closes the database.
func (d *door) halt() {
	d.t.Helper()
	if d.stop != nil {
		d.stop()
		late, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		select {
		case err := <-d.ended:
			if err != nil {
				d.t.Error("Run:", err)
			}
		case <-late.Done():
			d.t.Error("Run does not end")
		}
		d.stop = nil
	}
	if d.store != nil {
		if err := d.store.Close(); err != nil {
			d.t.Error(err)
		}
		d.store = nil
	}
}

func (d *door) say(person, chat int64, text string) {
	d.t.Helper()
	if _, err := d.api.Say(person, chat, text); err != nil {
		d.t.Fatal(err)
	}
}

// texts lists what the bot wrote into a chat, as it looks now.
func (d *door) texts(chat int64) []string {
	var list []string
	for _, m := range d.api.Messages(chat) {
		if m.Bot {
			list = append(list, m.Text)
		}
	}
	return list
}

// until waits for something that is seen in the sandbox.
func (d *door) until(what string, ok func() bool) {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := d.api.Wait(ctx, ok); err != nil {
		d.t.Fatalf("waited in vain for %s\n%s", what, d.log)
	}
}

func (d *door) wantTexts(chat int64, want ...string) {
	d.t.Helper()
	d.until(fmt.Sprintf("%q in %d", want, chat), func() bool { return len(d.texts(chat)) >= len(want) })
	if got := d.texts(chat); fmt.Sprint(got) != fmt.Sprint(want) {
		d.t.Errorf("chat %d shows %q, not %q", chat, got, want)
	}
}

// member makes a person one, before the bot starts.
func (d *door) member(telegram int64, role crm.Role) {
	d.t.Helper()
	if d.store == nil {
		d.open()
	}
	d.update(func(tx *storage.Tx) error {
		return tx.System().SaveMember(&crm.Member{Telegram: telegram, Name: "x", Role: role, Language: "ru", Zone: "Europe/Moscow"})
	})
}

func (d *door) update(fn func(*storage.Tx) error) {
	d.t.Helper()
	if err := d.store.Update(context.Background(), fn); err != nil {
		d.t.Fatal(err)
	}
}

// left is what waits in the outbox.
func (d *door) left() []storage.Parcel {
	d.t.Helper()
	list, err := d.store.NextParcels(context.Background(), 1000)
	if err != nil {
		d.t.Fatal(err)
	}
	return list
}

func TestAnswersAndTaps(t *testing.T) {
	d := newDoor(t)
	d.talk.Turn = func(tx *storage.Tx, in message.In) error {
		if in.Kind != message.Text {
			return echo(tx, in)
		}
		_, err := tx.Send(message.Out{
			Chat: in.Chat, Reply: in.Message, Text: in.Text, Styles: []message.Style{{Kind: "bold", Offset: 0, Length: 5}},
			Buttons: [][]message.Button{{{Text: "Готово", Data: "done:1"}, {Text: "Текст", Copy: "abc"}}}, Subject: crm.Subject{Kind: "client", ID: 3},
		})
		return err
	}
	d.start()
	d.say(annaID, annaID, private)
	d.wantTexts(annaID, private)
	m := d.api.Messages(annaID)[1]
	if m.ReplyTo != d.api.Messages(annaID)[0].ID || len(m.Entities) != 1 || m.Entities[0].Type != "bold" || m.Buttons[0][1].Copy != "abc" {
		t.Errorf("%+v", m)
	}
	if _, err := d.api.Tap(annaID, annaID, m.ID, "Готово"); err != nil {
		t.Fatal(err)
	}
	d.until("the answer to the tap", func() bool { return len(d.api.Answers()) == 1 })
	if a := d.api.Answers()[0]; a.Text != "done:1" {
		t.Errorf("%+v", a)
	}
	d.halt()
	d.open()
	err := d.store.View(context.Background(), func(tx *storage.Tx) error {
		s, ok, err := tx.SubjectOf(annaID, int64(m.ID))
		if !ok || s.ID != 3 {
			t.Error("a reply to the message would be about nothing:", s, ok)
		}
		return err
	})
	if err != nil || len(d.left()) != 0 {
		t.Error(err, d.left())
	}
}

func TestOrderOfEveryChatUnderLoad(t *testing.T) {
	const people, each = 30, 40
	d := newDoor(t)
	for p := range people {
		d.api.AddPerson(sandbox.Person{ID: int64(5000 + p), FirstName: "x"})
	}
	d.start()
	for i := range each {
		for p := range people {
			d.say(int64(5000+p), int64(5000+p), fmt.Sprintf("%s %d", private, i))
		}
	}
	for p := range people {
		chat := int64(5000 + p)
		d.until("all answers", func() bool { return len(d.texts(chat)) >= each })
		for i, text := range d.texts(chat) {
			if want := fmt.Sprintf("%s %d", private, i); text != want {
				t.Fatalf("answer %d in chat %d is %q", i, chat, text)
			}
		}
	}
	d.halt()
	for p := range people {
		if n := len(d.texts(int64(5000 + p))); n != each {
			t.Errorf("chat %d has %d answers", 5000+p, n)
		}
	}
}

// More messages at once than the store hands over directly are read from the outbox, and what follows them stays behind them.
func TestBurstBeyondWhatIsHandedOver(t *testing.T) {
	d := newDoor(t).start()
	d.say(annaID, annaID, "0")
	d.wantTexts(annaID, "0") // the outbox was read to its end: from here on messages are handed over
	want, n := []string{"0"}, 0
	for _, many := range []int{1, 1100, 1, 2, 1, 1, 3} {
		d.update(func(tx *storage.Tx) error {
			for range many {
				n++
				want = append(want, strconv.Itoa(n))
				if _, err := tx.Send(message.Out{Chat: annaID, Text: strconv.Itoa(n)}); err != nil {
					return err
				}
			}
			return nil
		})
	}
	d.wantTexts(annaID, want...)
	d.halt()
	d.open()
	if left := d.left(); len(left) > 0 {
		t.Error(len(left), "messages are left to send")
	}
}

func TestRedeliveredUpdatesDoNothing(t *testing.T) {
	d := newDoor(t).start()
	for i := range 20 {
		d.say(annaID, annaID, fmt.Sprint(private, i))
	}
	d.until("20 answers", func() bool { return len(d.texts(annaID)) == 20 && d.api.Pending() == 0 })
	if n := d.api.Redeliver(20); n != 20 {
		t.Fatal(n)
	}
	d.until("the second delivery", func() bool { return d.api.Pending() == 0 })
	d.say(annaID, annaID, "конец")
	d.until("the last answer", func() bool { return len(d.texts(annaID)) > 20 })
	d.halt()
	if got := d.texts(annaID); len(got) != 21 || got[20] != "конец" {
		t.Errorf("%d answers, the last is %q", len(got), got[len(got)-1])
	}
}

// A batch is handled as one. When one of its turns fails, the others take effect once all the same, in order; when the program
// is killed in the middle, Telegram gives all of it again.
func TestBatchWithATurnThatFails(t *testing.T) {
	d := newDoor(t)
	var ran []string // the writer's alone: turns run one after another
	d.talk.Turn = func(tx *storage.Tx, in message.In) error {
		ran = append(ran, in.Text)
		if in.Text == "три" {
			return errors.New("it can't")
		}
		return echo(tx, in)
	}
	for _, text := range []string{"раз", "два", "три", "четыре"} { // before the start, so that they come as one batch
		d.say(annaID, annaID, text)
	}
	d.say(petrID, petrID, "пять")
	d.start()
	d.until("all answers", func() bool { return len(d.texts(annaID)) == 4 && len(d.texts(petrID)) == 1 })
	d.until("the confirmation", func() bool { return d.api.Pending() == 0 })
	d.halt()
	got := d.texts(annaID)
	if got[0] != "раз" || got[1] != "два" || !strings.HasPrefix(got[2], "сломалось") || got[3] != "четыре" {
		t.Errorf("answers %q", got)
	}
	if got := strings.Join(ran[:3], " "); got != "раз два три" {
		t.Errorf("the batch went %s", got)
	}
}

// What was stored and not handled when the process died is handled by the next one, in order and before what is new.
func TestStoredUpdatesOutliveTheProcess(t *testing.T) {
	d := newDoor(t)
	entered, held := make(chan struct{}, 10), make(chan struct{})
	var stored atomic.Bool
	d.talk.Turn = func(*storage.Tx, message.In) error {
		if !stored.Swap(true) {
			return errors.New("not at once") // what is handled where it comes in isn't stored
		}
		entered <- struct{}{}
		<-held
		return errors.New("the process died")
	}
	d.talk.Broke = func(*storage.Tx, message.In, string) error { return errors.New("it is dead") }
	release := sync.OnceFunc(func() { close(held) })
	t.Cleanup(release)
	for i := range 5 { // before the start, so that they come as one batch: a turn that is held keeps the next from being stored
		d.say(annaID, annaID, fmt.Sprint(private, i))
	}
	d.start()
	d.until("their confirmation", func() bool { return d.api.Pending() == 0 })
	<-entered
	d.stop()
	release()
	d.halt()
	if n := len(d.texts(annaID)); n != 0 {
		t.Fatal(n, "answers of a dead process")
	}
	d.talk.Turn = echo
	d.start()
	d.say(annaID, annaID, "новое")
	d.until("all answers", func() bool { return len(d.texts(annaID)) == 6 })
	for i, text := range d.texts(annaID)[:5] {
		if text != fmt.Sprint(private, i) {
			t.Errorf("answer %d is %q", i, text)
		}
	}
}

func TestLongAnswersKeepStylesAndButtons(t *testing.T) {
	d := newDoor(t)
	line := strings.Repeat("ы", 99) + "\n"
	d.talk.Turn = func(tx *storage.Tx, in message.In) error {
		_, err := tx.Send(message.Out{
			Chat: in.Chat, Text: strings.Repeat(line, 100), Styles: []message.Style{{Kind: "bold", Offset: 3990, Length: 200}},
			Buttons: [][]message.Button{{{Text: "Ок", Data: "ok:1"}}},
		})
		return err
	}
	d.start()
	d.say(annaID, annaID, private)
	d.until("three parts", func() bool { return len(d.texts(annaID)) == 3 })
	var bold, buttons []int
	for _, m := range d.api.Messages(annaID)[1:] {
		n := 0
		for _, e := range m.Entities {
			if e.Type == "bold" {
				n += e.Length
			}
		}
		bold, buttons = append(bold, n), append(buttons, len(m.Buttons))
	}
	if bold[0] != 9 || bold[1] != 190 || fmt.Sprint(buttons) != "[0 0 1]" {
		t.Error(bold, buttons)
	}
}

func TestEdits(t *testing.T) {
	d := newDoor(t)
	var shown int64
	texts := map[string]message.Out{
		"то же":    {Text: "карточка"},
		"другое":   {Text: "карточка 2"},
		"удалить":  {Delete: -1},
		"исчезло":  {Text: "карточка 3"},
		"клавиши":  {Buttons: [][]message.Button{{{Text: "Ок", Data: "ok:1"}}}},
		"карточка": {},
	}
	d.talk.Turn = func(tx *storage.Tx, in message.In) error {
		o := texts[in.Text]
		o.Chat = in.Chat
		switch {
		case in.Text == "карточка":
			o.Text = in.Text
		case o.Delete != 0:
			o.Delete = shown
		default:
			o.Edit = shown
		}
		_, err := tx.Send(o)
		return err
	}
	d.start()
	d.say(annaID, annaID, "карточка")
	d.until("the card", func() bool { return len(d.texts(annaID)) == 1 })
	shown = int64(d.api.Messages(annaID)[1].ID)
	for _, text := range []string{"то же", "другое", "клавиши"} {
		d.say(annaID, annaID, text)
	}
	d.until("the edits", func() bool {
		m := d.api.Messages(annaID)[1]
		return m.Text == "карточка 2" && len(m.Buttons) == 1
	})
	d.say(annaID, annaID, "удалить")
	d.say(annaID, annaID, "исчезло")
	d.until("the card sent anew", func() bool { return fmt.Sprint(d.texts(annaID)) == "[карточка 3]" })
	d.halt()
	d.open()
	if left := d.left(); len(left) != 0 {
		t.Errorf("%+v", left)
	}
}

func TestFailuresOfTelegram(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		fault sandbox.Fault
		times int // how often the answer is seen
	}{
		{"500", sandbox.Fault{Status: 500}, 1},
		{"a proxy's page", sandbox.Fault{Status: 502}, 1},
		{"reset", sandbox.Fault{Reset: true}, 1},
		{"hang", sandbox.Fault{Hang: time.Minute}, 1},
		{"too many", sandbox.Fault{Status: 429, RetryAfter: 1}, 1},
		// Nobody can know that the message arrived, and one too many is better than none.
		{"the answer is lost", sandbox.Fault{Reset: true, After: true}, 2},
		{"the answer hangs", sandbox.Fault{Hang: time.Minute, After: true}, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := newDoor(t)
			d.make(testToken)
			d.bot.sender.pace.off = true
			d.bot.client.limit = 300 * time.Millisecond
			c.fault.Method = "sendMessage"
			d.api.Fail([]sandbox.Fault{c.fault})
			d.run()
			var want []string
			for range c.times {
				want = append(want, private+" 1")
			}
			d.say(annaID, annaID, private+" 1")
			d.say(annaID, annaID, private+" 2")
			d.wantTexts(annaID, append(want, private+" 2")...)
			d.halt()
			d.open()
			if left := d.left(); len(left) != 0 {
				t.Errorf("%+v", left)
			}
		})
	}
}

// A file is sent once, or it is said that nobody knows.
func TestFilesAreNotRepeated(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		fault sandbox.Fault
		seen  int
		dead  bool
	}{
		{"certainly failed", sandbox.Fault{Status: 500}, 1, false},
		{"arrived, answer lost", sandbox.Fault{Reset: true, After: true}, 1, true},
		{"lost, or so it seems", sandbox.Fault{Reset: true}, 0, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := newDoor(t)
			d.talk.Turn = func(tx *storage.Tx, in message.In) error {
				if in.Text == "конец" {
					return echo(tx, in)
				}
				_, err := tx.Send(message.Out{Chat: in.Chat, Text: "файл", Once: true, File: &message.Upload{Name: "a.csv", Bytes: []byte("1;2")}})
				return err
			}
			c.fault.Method = "sendDocument"
			d.api.Fail([]sandbox.Fault{c.fault})
			d.start()
			d.say(annaID, annaID, private)
			d.say(annaID, annaID, "конец")
			want := []string{"конец"}
			if c.seen == 1 {
				want = []string{"файл", "конец"}
			}
			d.wantTexts(annaID, want...)
			d.halt()
			d.open()
			if left := d.left(); len(left) != 0 {
				t.Errorf("it would be sent again: %+v", left)
			}
			if c.dead != strings.Contains(d.log.String(), "unknown whether it arrived") {
				t.Errorf("the log says %s", d.log)
			}
		})
	}
}

// With Telegram's real limits, a burst meets no 429 that loses, doubles or reorders anything.
func TestBurstUnderTelegramsLimits(t *testing.T) {
	const people = 12
	d := newDoor(t, func(o *sandbox.Options) { o.Limits = sandbox.Limits{} })
	for p := range people {
		d.api.AddPerson(sandbox.Person{ID: int64(5000 + p), FirstName: "x"})
	}
	d.make(testToken) // with its pace
	d.api.Fail([]sandbox.Fault{{Method: "sendMessage", Status: 429, RetryAfter: 1}})
	d.run()
	for i := range 5 {
		for p := range people {
			d.say(int64(5000+p), int64(5000+p), fmt.Sprint(private, i))
		}
	}
	for p := range people {
		d.wantTexts(int64(5000+p), private+"0", private+"1", private+"2", private+"3", private+"4")
	}
	if n := d.bot.count.tooMany.Load(); n != 1 {
		t.Errorf("%d answers 429, the test made 1", n)
	}
}

// Ten minutes of digests in the outbox are no reason to let a person wait.
func TestAnswersGoAheadOfDigests(t *testing.T) {
	const people = 2000
	d := newDoor(t)
	d.open()
	d.update(func(tx *storage.Tx) error {
		for p := range people {
			if _, err := tx.Send(message.Out{Chat: int64(5000 + p), Class: message.Digest, Text: "сводка"}); err != nil {
				return err
			}
		}
		return nil
	})
	for p := range people {
		d.api.AddPerson(sandbox.Person{ID: int64(5000 + p), FirstName: "x"})
		d.api.Know(int64(5000 + p))
	}
	d.make(testToken) // with its pace
	d.run()
	digests := func() (n int) {
		for _, e := range d.api.Events(0) {
			if e.Kind == "message" && e.Chat >= 5000 {
				n++
			}
		}
		return n
	}
	d.until("the first digests", func() bool { return digests() >= 10 })
	for i := range 3 {
		before := digests()
		d.say(annaID, annaID, fmt.Sprint(private, i))
		d.until("the answer", func() bool { return len(d.texts(annaID)) == i+1 })
		if n := digests() - before; n > 15 {
			t.Errorf("%d digests went before an answer", n)
		}
	}
}

func TestConnected(t *testing.T) {
	d := newDoor(t)
	d.make(testToken)
	if d.bot.Connected() || d.bot.Counts().Silent != -1 {
		t.Error("connected before the start")
	}
	d.run()
	d.say(annaID, annaID, private)
	d.wantTexts(annaID, private)
	if c := d.bot.Counts(); !d.bot.Connected() || c.Received != 1 || c.Silent < 0 {
		t.Errorf("at work: %+v", c)
	}
}

func TestBlockedPeople(t *testing.T) {
	d := newDoor(t)
	var told sync.Map
	d.talk.Blocked = func(_ *storage.Tx, m crm.Member) error {
		n, _ := told.LoadOrStore(m.Telegram, 0)
		told.Store(m.Telegram, n.(int)+1)
		return nil
	}
	d.member(annaID, crm.Owner)
	d.member(petrID, crm.Manager) // has never written to the bot, which may therefore not write to him
	d.update(func(tx *storage.Tx) error {
		for range 3 {
			if _, err := tx.Send(message.Out{Chat: petrID, Class: message.Reminder, Text: private}); err != nil {
				return err
			}
		}
		return nil
	})
	d.start()
	d.say(annaID, annaID, private)
	d.wantTexts(annaID, private)
	d.api.Block(annaID, true)
	d.until("the confirmation", func() bool { return d.api.Pending() == 0 })
	d.halt()
	d.open()
	for _, id := range []int64{annaID, petrID} {
		if n, _ := told.Load(id); n != 1 {
			t.Errorf("the lead of %d was told %v times", id, n)
		}
	}
	err := d.store.View(context.Background(), func(tx *storage.Tx) error {
		for _, id := range []int64{annaID, petrID} {
			m, _, err := tx.MemberByTelegram(id)
			if err != nil || m.Status != crm.MemberBlocked {
				t.Error(id, m.Status, err)
			}
		}
		return nil
	})
	if err != nil || len(d.left()) != 0 {
		t.Error(err, d.left())
	}
}

func TestGroupThatMigrates(t *testing.T) {
	d := newDoor(t)
	d.api.AddGroup(sandbox.Group{ID: groupID, Title: "Отдел", Members: []int64{annaID}})
	d.talk.Turn = func(tx *storage.Tx, in message.In) error {
		if !in.Called {
			return nil
		}
		return echo(tx, in)
	}
	d.start()
	d.say(annaID, groupID, "@FollowupBot "+private)
	d.wantTexts(groupID, private)
	d.halt()
	// The group moves while nobody listens, and a message for its old id waits.
	to := d.api.MigrateGroup(groupID)
	d.open()
	d.update(func(tx *storage.Tx) error {
		for _, text := range []string{"сводка", "вторая"} {
			if _, err := tx.Send(message.Out{Chat: groupID, Class: message.Digest, Text: text}); err != nil {
				return err
			}
		}
		return nil
	})
	d.start()
	d.wantTexts(to, private, "сводка", "вторая")
	d.halt()
}

func TestTurnsThatBreak(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		turn func(try int) error
		want string // the start of the answer
	}{
		{"a passing fault", func(try int) error {
			if try == 1 {
				return errors.New("database is busy: " + private)
			}
			return nil
		}, private},
		{"an error", func(int) error { return errors.New("wrong: " + private) }, "сломалось "},
		{"a panic", func(int) error { panic("wrong: " + private) }, "сломалось "},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := newDoor(t)
			try := 0
			d.talk.Turn = func(tx *storage.Tx, in message.In) error {
				if err := echo(tx, in); err != nil {
					return err
				}
				if in.Text == "конец" {
					return nil
				}
				try++
				return c.turn(try)
			}
			d.start()
			d.say(annaID, annaID, private)
			d.say(annaID, annaID, "конец")
			d.until("two answers", func() bool { return len(d.texts(annaID)) == 2 })
			answer := d.texts(annaID)[0]
			if !strings.HasPrefix(answer, c.want) {
				t.Errorf("answered %q", answer)
			}
			if incident, ok := strings.CutPrefix(answer, "сломалось "); ok && !strings.Contains(d.log.String(), "incident="+incident) {
				t.Error("the incident isn't in the log")
			}
		})
	}
}

// The end doesn't wait for Telegram: a call that hangs is given up, and its message goes out at the next start.
func TestStopWhileACallHangs(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	d.api.Fail([]sandbox.Fault{{Method: "sendMessage", Hang: time.Minute}})
	d.start()
	d.say(annaID, annaID, private)
	d.until("the call", func() bool { return d.api.Faults() == 0 })
	d.halt()
	d.start()
	d.wantTexts(annaID, private)
}

// When nothing works, a tapped button stops turning and the next update of the chat has its turn.
func TestUpdateThatNothingCanHandle(t *testing.T) {
	d := newDoor(t)
	d.talk.Turn = func(tx *storage.Tx, in message.In) error {
		if in.Kind == message.Tap {
			panic(private)
		}
		_, err := tx.Send(message.Out{Chat: in.Chat, Text: in.Text, Buttons: [][]message.Button{{{Text: "Ок", Data: "ok:1"}}}})
		return err
	}
	d.talk.Broke = func(*storage.Tx, message.In, string) error { return errors.New(private) }
	d.start()
	d.say(annaID, annaID, private)
	d.wantTexts(annaID, private)
	if _, err := d.api.Tap(annaID, annaID, d.api.Messages(annaID)[1].ID, "Ок"); err != nil {
		t.Fatal(err)
	}
	d.say(annaID, annaID, "конец")
	d.wantTexts(annaID, private, "конец")
	d.until("the answer to the tap", func() bool { return len(d.api.Answers()) == 1 })
	d.halt()
	d.open()
	if n, err := d.store.Aside(context.Background()); n != 1 || err != nil {
		t.Error(n, "updates are set aside", err)
	}
}

func TestMenus(t *testing.T) {
	d := newDoor(t)
	d.member(annaID, crm.Owner)
	d.talk.Turn = func(tx *storage.Tx, in message.In) error {
		if in.Text == "English" {
			m, _, err := tx.MemberByTelegram(in.From.ID)
			if err != nil {
				return err
			}
			m.Language = "en"
			if err := tx.As(m).SaveMember(&m); err != nil {
				return err
			}
		}
		return echo(tx, in)
	}
	d.start()
	menu := func(person int64) string {
		list := d.api.Menu(person, person)
		if len(list) == 0 {
			return ""
		}
		return list[0].Description
	}
	d.until("strangers' menu", func() bool { return menu(petrID) == `help in "en" for ""` })
	d.say(annaID, annaID, private)
	d.until("the member's menu", func() bool { return menu(annaID) == `help in "ru" for "owner"` })
	d.say(annaID, annaID, "English")
	d.until("the menu in the new language", func() bool { return menu(annaID) == `help in "en" for "owner"` })
}

func TestSecondPollerIsNamed(t *testing.T) {
	d := newDoor(t).start()
	d.say(annaID, annaID, private)
	d.wantTexts(annaID, private)
	other, err := newClient(testToken, d.http.URL)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	// The other program polls until ours has taken over again.
	_, err = other.getUpdates(ctx, 0)
	var r *refusal
	if !errors.As(err, &r) || r.code != 409 {
		t.Fatal(err)
	}
	other.close()
	if !strings.Contains(d.log.String(), "another program takes this bot's updates") {
		t.Error("the log doesn't say so")
	}
	d.say(annaID, annaID, "дальше")
	d.wantTexts(annaID, private, "дальше")
}

func TestRefusedToken(t *testing.T) {
	d := newDoor(t)
	d.make("4242:other-secret-Token")
	err := d.bot.Run(context.Background())
	if !errors.Is(err, errToken) {
		t.Error(err)
	}
}

func TestStartWhileTelegramIsDown(t *testing.T) {
	d := newDoor(t)
	d.api.Fail([]sandbox.Fault{{Method: "getMe", Status: 502}, {Method: "getUpdates", Reset: true}, {Method: "deleteWebhook", Status: 500}})
	d.say(annaID, annaID, private)
	d.start()
	d.wantTexts(annaID, private)
}

func TestNewSaysWhatIsWrong(t *testing.T) {
	for _, o := range []Options{
		{},
		{Token: "12:ab\ncd"},
		{Token: testToken, API: "telegram"},
		{Token: testToken, API: "http://user:pass@host"},
		{Token: testToken, Webhook: Webhook{URL: "https://x"}},
	} {
		if _, err := New(o); err == nil || strings.Contains(err.Error(), "secret") && o.Webhook.URL == "" {
			t.Errorf("%+v: %v", o, err)
		}
	}
}
