package sandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	anna  = int64(1001)
	petr  = int64(1002)
	north = int64(-500)
	token = "4242:secret"
)

// box is a sandbox with two people and a group, served over HTTP, whose clock stands still until it is moved.
type box struct {
	*Server
	t    *testing.T
	http *httptest.Server
	mu   sync.Mutex
	now  time.Time
}

func newBox(t *testing.T, change ...func(*Options)) *box {
	t.Helper()
	moscow := time.FixedZone("Europe/Moscow", 3*3600)
	b := &box{t: t, now: time.Date(2026, 11, 18, 10, 12, 0, 0, moscow)}
	o := Options{
		Token: token, Username: "followup_bot", Name: "Followup", Now: b.clock,
		Move:         func(_ context.Context, to time.Time) error { b.mu.Lock(); b.now = to; b.mu.Unlock(); return nil },
		NextReminder: func(context.Context) (time.Time, bool) { return b.clock().Add(90 * time.Minute), true },
		NextMorning:  func(context.Context) time.Time { return time.Date(2026, 11, 19, 9, 0, 0, 0, moscow) },
		Limits:       Limits{Off: true},
	}
	for _, f := range change {
		f(&o)
	}
	b.Server = New(o)
	b.AddPerson(Person{ID: anna, FirstName: "Анна", LastName: "Петрова", Username: "anna_p", LanguageCode: "ru", Title: "менеджер"})
	b.AddPerson(Person{ID: petr, FirstName: "Пётр", LanguageCode: "en", Title: "manager"})
	b.AddGroup(Group{ID: north, Title: "Север", Members: []int64{anna, petr}})
	b.http = httptest.NewServer(b.Handler())
	t.Cleanup(func() { b.Close(); b.http.Close() })
	return b
}

func (b *box) clock() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.now
}

// reply is any answer of the Bot API.
type reply struct {
	OK          bool            `json:"ok"`
	Result      json.RawMessage `json:"result"`
	Code        int             `json:"error_code"`
	Description string          `json:"description"`
	Parameters  struct {
		RetryAfter int   `json:"retry_after"`
		MigrateTo  int64 `json:"migrate_to_chat_id"`
	} `json:"parameters"`
}

// bot calls a method with a JSON body.
func (b *box) bot(method, body string) reply {
	b.t.Helper()
	return b.post(method, "application/json", strings.NewReader(body))
}

func (b *box) post(method, kind string, body io.Reader) reply {
	b.t.Helper()
	resp, err := http.Post(b.http.URL+"/bot"+token+"/"+method, kind, body)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	var r reply
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	if err := json.Unmarshal(text, &r); err != nil {
		b.t.Fatalf("%s answered %q: %v", method, text, err)
	}
	if !r.OK && resp.StatusCode != r.Code {
		b.t.Errorf("%s: status %d but error_code %d", method, resp.StatusCode, r.Code)
	}
	return r
}

// sent calls a sending method that must succeed and returns the message id.
func (b *box) sent(method, body string) int {
	b.t.Helper()
	r := b.bot(method, body)
	var m struct {
		ID int `json:"message_id"`
	}
	if !r.OK || json.Unmarshal(r.Result, &m) != nil {
		b.t.Fatalf("%s: %d %s", method, r.Code, r.Description)
	}
	return m.ID
}

// updates polls once without waiting.
func (b *box) updates(body string) []map[string]json.RawMessage {
	b.t.Helper()
	r := b.bot("getUpdates", body)
	var list []map[string]json.RawMessage
	if err := json.Unmarshal(r.Result, &list); err != nil {
		b.t.Fatalf("getUpdates: %s %v", r.Description, err)
	}
	return list
}

func (b *box) start(person int64) {
	b.t.Helper()
	if _, err := b.Say(person, person, "/start"); err != nil {
		b.t.Fatal(err)
	}
}

func (b *box) last(chat int64) Message {
	b.t.Helper()
	list := b.Messages(chat)
	if len(list) == 0 {
		b.t.Fatal("the chat is empty")
	}
	return list[len(list)-1]
}

func js(v any) string {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic(err)
	}
	return strings.TrimSpace(out.String())
}

func TestErrorsAreTelegrams(t *testing.T) {
	b := newBox(t)
	b.start(anna)
	mine := b.sent("sendMessage", `{"chat_id":1001,"text":"привет","reply_markup":{"inline_keyboard":[[{"text":"Да","callback_data":"y"}]]}}`)
	hers := b.Messages(anna)[0].ID
	button := func(fields string) string {
		return `{"chat_id":1001,"text":"т","reply_markup":{"inline_keyboard":[[{` + fields + `}]]}}`
	}
	edit := func(id int, fields string) string { return `{"chat_id":1001,"message_id":` + js(id) + fields + `}` }
	many := strings.Repeat(`{"text":"к","callback_data":"d"},`, 101)
	for _, c := range []struct {
		name, method, body string
		code               int
		says               string // part of the description; empty: must succeed
	}{
		{"empty text", "sendMessage", `{"chat_id":1001,"text":" \n "}`, 400, "Bad Request: message text is empty"},
		{"4096 units", "sendMessage", `{"chat_id":1001,"text":"` + strings.Repeat("😀", 2048) + `"}`, 200, ""},
		{"4097 units", "sendMessage", `{"chat_id":1001,"text":"` + strings.Repeat("😀", 2048) + `я"}`, 400, "Bad Request: message is too long"},
		{"4096 after parsing", "sendMessage", `{"chat_id":1001,"parse_mode":"HTML","text":"<b>` + strings.Repeat("я", 4096) + `</b>"}`, 200, ""},
		{"no chat", "sendMessage", `{"text":"x"}`, 400, "Bad Request: chat_id is empty"},
		{"unknown chat", "sendMessage", `{"chat_id":5,"text":"x"}`, 400, "Bad Request: chat not found"},
		{"never started", "sendMessage", `{"chat_id":1002,"text":"x"}`, 403, "Forbidden: bot can't initiate conversation with a user"},
		{"unknown method", "sendLove", `{}`, 404, "Not Found"},
		{"64 bytes of data", "sendMessage", button(`"text":"к","callback_data":"` + strings.Repeat("d", 64) + `"`), 200, ""},
		{"65 bytes of data", "sendMessage", button(`"text":"к","callback_data":"` + strings.Repeat("d", 65) + `"`), 400, "BUTTON_DATA_INVALID"},
		{"66 bytes of Cyrillic data", "sendMessage", button(`"text":"к","callback_data":"` + strings.Repeat("я", 33) + `"`), 400, "BUTTON_DATA_INVALID"},
		{"empty data", "sendMessage", button(`"text":"к","callback_data":""`), 400, "BUTTON_DATA_INVALID"},
		{"library's empty copy_text", "sendMessage", button(`"text":"к","callback_data":"d","copy_text":{"text":""}`), 200, ""},
		{"copy 256", "sendMessage", button(`"text":"к","copy_text":{"text":"` + strings.Repeat("я", 256) + `"}`), 200, ""},
		{"copy 257", "sendMessage", button(`"text":"к","copy_text":{"text":"` + strings.Repeat("я", 257) + `"}`), 400, "BUTTON_COPY_TEXT_INVALID"},
		{"no button text", "sendMessage", button(`"text":"","callback_data":"d"`), 400, "text must be non-empty"},
		{"button does nothing", "sendMessage", button(`"text":"к"`), 400, "Text buttons are unallowed"},
		{"bad url", "sendMessage", button(`"text":"к","url":"не адрес"`), 400, "Wrong HTTP URL"},
		{"good url", "sendMessage", button(`"text":"к","url":"https://example.org/a?b=c"`), 200, ""},
		{"101 buttons", "sendMessage", `{"chat_id":1001,"text":"т","reply_markup":{"inline_keyboard":[[` + many[:len(many)-1] + `]]}}`, 400, "reply markup is too long"},
		{"markup is text", "sendMessage", `{"chat_id":1001,"text":"т","reply_markup":"[]"}`, 400, "object expected as reply markup"},
		{"not modified", "editMessageText", edit(mine, `,"text":"привет","reply_markup":{"inline_keyboard":[[{"text":"Да","callback_data":"y"}]]}`), 400, errNotModified},
		{"same markup", "editMessageReplyMarkup", edit(mine, `,"reply_markup":{"inline_keyboard":[[{"text":"Да","callback_data":"y"}]]}`), 400, errNotModified},
		{"edit nothing", "editMessageText", edit(99999, `,"text":"x"`), 400, "Bad Request: message to edit not found"},
		{"edit a person's", "editMessageText", edit(hers, `,"text":"x"`), 400, "Bad Request: message can't be edited"},
		{"no caption", "editMessageCaption", edit(mine, `,"caption":"x"`), 400, "there is no caption in the message to edit"},
		{"edit without id", "editMessageText", `{"chat_id":1001,"text":"x"}`, 400, "message identifier is not specified"},
		{"delete nothing", "deleteMessage", edit(99999, ``), 400, "Bad Request: message to delete not found"},
		{"reply to nothing", "sendMessage", `{"chat_id":1001,"text":"x","reply_parameters":{"message_id":99999}}`, 400, "message to be replied not found"},
		{"lenient reply", "sendMessage", `{"chat_id":1001,"text":"x","reply_parameters":{"message_id":99999,"allow_sending_without_reply":true}}`, 200, ""},
		{"unknown query", "answerCallbackQuery", `{"callback_query_id":"1"}`, 400, "query is too old and response timeout expired or query ID is invalid"},
		{"entity past the end", "sendMessage", `{"chat_id":1001,"text":"привет","entities":[{"type":"bold","offset":3,"length":4}]}`, 400, "ends after the end of the text"},
		{"entity splits an emoji", "sendMessage", `{"chat_id":1001,"text":"😀ок","entities":[{"type":"bold","offset":1,"length":2}]}`, 400, "begins in a middle of a UTF-16 symbol"},
		{"open tag", "sendMessage", `{"chat_id":1001,"text":"<b>x","parse_mode":"HTML"}`, 400, "can't parse entities: Can't find end tag"},
		{"unknown tag", "sendMessage", `{"chat_id":1001,"text":"<ООО>","parse_mode":"HTML"}`, 400, "can't parse entities: Unsupported start tag"},
		{"crossed tags", "sendMessage", `{"chat_id":1001,"text":"<b><i>x</b></i>","parse_mode":"HTML"}`, 400, "can't parse entities: Unmatched end tag"},
		{"reserved", "sendMessage", `{"chat_id":1001,"text":"1.5","parse_mode":"MarkdownV2"}`, 400, "Character '.' is reserved and must be escaped"},
		{"open mark", "sendMessage", `{"chat_id":1001,"text":"*x","parse_mode":"MarkdownV2"}`, 400, "Can't find end of Bold entity at byte offset 0"},
		{"parse mode", "sendMessage", `{"chat_id":1001,"text":"x","parse_mode":"BBCode"}`, 400, "unsupported parse_mode"},
		{"no file", "sendDocument", `{"chat_id":1001}`, 400, "there is no document in the request"},
		{"unknown file", "sendDocument", `{"chat_id":1001,"document":"abc"}`, 400, "wrong file identifier"},
		{"file from the web", "sendDocument", `{"chat_id":1001,"document":"https://example.org/x"}`, 400, "failed to get HTTP URL content"},
		{"reaction not offered", "setMessageReaction", edit(hers, `,"reaction":[{"type":"emoji","emoji":"✅"}]`), 400, "REACTION_INVALID"},
		{"reaction", "setMessageReaction", edit(hers, `,"reaction":[{"type":"emoji","emoji":"👍"}]`), 200, ""},
		{"capital command", "setMyCommands", `{"commands":[{"command":"Help","description":"x"}]}`, 400, "BOT_COMMAND_INVALID"},
		{"command without words", "setMyCommands", `{"commands":[{"command":"help","description":""}]}`, 400, "BOT_COMMAND_DESCRIPTION_INVALID"},
		{"webhook elsewhere", "setWebhook", `{"url":"https://example.org/hook"}`, 400, "bad webhook"},
		{"chat action", "sendChatAction", `{"chat_id":1001,"action":"dance"}`, 400, "wrong parameter action in request"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := b.bot(c.method, c.body)
			if c.says == "" {
				if !r.OK {
					t.Fatalf("refused: %d %s", r.Code, r.Description)
				}
				return
			}
			if r.Code != c.code || !strings.Contains(r.Description, c.says) {
				t.Errorf("got %d %q, want %d %q", r.Code, r.Description, c.code, c.says)
			}
		})
	}
}

func TestOtherTokenIsUnauthorized(t *testing.T) {
	b := newBox(t)
	resp, err := http.Get(b.http.URL + "/bot4242:other/getMe")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("status %d, want 401", resp.StatusCode)
	}
}

// A bot's database may outlive the sandbox: no number that it has seen is given again.
func TestNumbersGoOnAfterThoseThatWereGiven(t *testing.T) {
	b := newBox(t, func(o *Options) { o.Used = 500 })
	b.start(anna)
	if got := b.updates(`{}`); string(got[0]["update_id"]) != js(firstUpdate+500) || b.last(anna).ID <= 500 {
		t.Fatalf("message %d in updates %v: want numbers after 500", b.last(anna).ID, got)
	}
}

func TestUpdatesStayUntilConfirmed(t *testing.T) {
	b := newBox(t)
	before := b.updates(`{}`) // the group's beginnings
	next := firstUpdate + len(before)
	b.start(anna)
	id := b.updates(`{"offset":` + js(next) + `}`)
	if len(id) != 1 || b.Pending() != 1 {
		t.Fatalf("%d updates, %d pending, want 1 and 1", len(id), b.Pending())
	}
	if again := b.updates(`{"offset":` + js(next) + `}`); len(again) != 1 || string(again[0]["update_id"]) != js(next) {
		t.Fatalf("an unconfirmed update did not come again: %v", again)
	}
	if b.last(anna).Read {
		t.Error("the message is read before the bot confirmed it")
	}
	if rest := b.updates(`{"offset":` + js(next+1) + `}`); len(rest) != 0 || b.Pending() != 0 {
		t.Fatalf("%d updates and %d pending after confirming", len(rest), b.Pending())
	}
	if !b.last(anna).Read {
		t.Error("the message is not read after the bot confirmed it")
	}
	if n := b.Redeliver(1); n != 1 {
		t.Fatalf("redelivered %d", n)
	}
	back := b.updates(`{"offset":` + js(next+1) + `}`)
	if len(back) != 1 || string(back[0]["update_id"]) != js(next) {
		t.Fatalf("the lost confirmation brought back %v", back)
	}
	if b.updates(`{"offset":` + js(next+1) + `}`); b.Pending() != 0 {
		t.Errorf("%d pending after the second confirmation", b.Pending())
	}
}

// upload calls a method with a multipart body that carries one file.
func (b *box) upload(method string, fields map[string]string, field, name string, data []byte) reply {
	b.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for k, v := range fields {
		if err := form.WriteField(k, v); err != nil {
			b.t.Fatal(err)
		}
	}
	part, err := form.CreateFormFile(field, name)
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err := part.Write(data); err != nil {
		b.t.Fatal(err)
	}
	if err := form.Close(); err != nil {
		b.t.Fatal(err)
	}
	return b.post(method, form.FormDataContentType(), &body)
}
