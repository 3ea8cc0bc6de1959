package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"
)

// received polls everything that waits, confirms it, and returns the updates decoded.
func (b *box) received() []wireUpdate {
	b.t.Helper()
	var list []wireUpdate
	if err := json.Unmarshal(b.bot("getUpdates", `{}`).Result, &list); err != nil {
		b.t.Fatal(err)
	}
	if len(list) > 0 {
		b.bot("getUpdates", `{"offset":`+js(list[len(list)-1].UpdateID+1)+`}`)
	}
	return list
}

// one returns the only update that waits.
func (b *box) one() wireUpdate {
	b.t.Helper()
	list := b.received()
	if len(list) != 1 {
		b.t.Fatalf("%d updates, want 1", len(list))
	}
	return list[0]
}

func TestMessagesCarryWhatTelegramSends(t *testing.T) {
	b := newBox(t)
	b.start(anna)
	card := b.sent("sendMessage", `{"chat_id":1001,"text":"карточка"}`)
	b.received()

	if _, err := b.Say(anna, anna, "🙂 спроси @followup_bot и открой https://example.ru/счёт, потом /today", ReplyTo(card)); err != nil {
		t.Fatal(err)
	}
	m := b.one().Message
	if m.From.LanguageCode != "ru" || m.From.IsBot || m.Chat.Type != "private" || m.Date != b.clock().Unix() {
		t.Errorf("from %+v chat %+v date %d", m.From, m.Chat, m.Date)
	}
	if m.ReplyToMessage == nil || m.ReplyToMessage.MessageID != card || !m.ReplyToMessage.From.IsBot {
		t.Errorf("reply_to_message = %+v", m.ReplyToMessage)
	}
	got := ""
	for _, e := range m.Entities {
		got += e.Type + "=" + cut(m.Text, e.Offset, e.Length) + " "
	}
	if want := "mention=@followup_bot url=https://example.ru/счёт bot_command=/today "; got != want {
		t.Errorf("entities %q, want %q", got, want)
	}
	if m.Entities[0].Offset != 10 {
		t.Errorf("the mention begins at %d, want 10 UTF-16 units", m.Entities[0].Offset)
	}

	written := b.clock().Add(-15 * time.Hour)
	for _, c := range []struct {
		name string
		from Forward
		want string
	}{
		{"hidden", Forward{Name: "Ирина К.", Date: written}, "hidden_user"},
		{"person", Forward{Person: petr, Date: written}, "user"},
		{"stranger", Forward{Person: 77, Name: "Олег", Date: written}, "user"},
		{"channel", Forward{Channel: "Новости", Date: written}, "channel"},
	} {
		if _, err := b.Say(anna, anna, "акт подпишем после 25-го", ForwardFrom(c.from)); err != nil {
			t.Fatal(err)
		}
		o := b.one().Message.ForwardOrigin
		if o == nil || o.Type != c.want || o.Date != written.Unix() {
			t.Errorf("%s: forward_origin = %+v", c.name, o)
		}
	}

	id, err := b.Say(anna, anna, "старое")
	if err != nil {
		t.Fatal(err)
	}
	b.received()
	if err := b.Edit(anna, anna, id, "новое"); err != nil {
		t.Fatal(err)
	}
	if e := b.one().EditedMessage; e == nil || e.Text != "новое" || e.EditDate != b.clock().Unix() || e.MessageID != id {
		t.Errorf("edited_message = %+v", e)
	}
	if err := b.Edit(anna, anna, card, "чужое"); !errors.Is(err, errNotOwn) {
		t.Errorf("editing the bot's message: %v", err)
	}
}

func TestTapsAreAnsweredOnce(t *testing.T) {
	b := newBox(t)
	b.start(anna)
	id := b.sent("sendMessage", `{"chat_id":1001,"text":"т","reply_markup":{"inline_keyboard":[[{"text":"Да","callback_data":"y:1"}],[{"text":"Копия","copy_text":{"text":"abc"}},{"text":"Сайт","url":"https://example.org"}]]}}`)
	b.received()
	if _, err := b.Tap(anna, anna, id, "Нет"); !errors.Is(err, errNoButton) {
		t.Errorf("tapping a button that isn't there: %v", err)
	}
	query, err := b.Tap(anna, anna, id, "Да")
	if err != nil {
		t.Fatal(err)
	}
	q := b.one().CallbackQuery
	if q.ID != query || q.Data != "y:1" || q.Message.MessageID != id || q.From.ID != anna || q.Message.ReplyMarkup == nil {
		t.Errorf("callback_query = %+v", q)
	}
	body := `{"callback_query_id":"` + query + `","text":"уже отмечено","show_alert":true}`
	if r := b.bot("answerCallbackQuery", body); !r.OK {
		t.Fatal(r.Description)
	}
	if r := b.bot("answerCallbackQuery", body); !strings.Contains(r.Description, "query ID is invalid") {
		t.Errorf("the second answer: %d %s", r.Code, r.Description)
	}
	answers := b.Answers()
	if len(answers) != 1 || answers[0].Text != "уже отмечено" || answers[0].Button != "Да" || !answers[0].Alert || answers[0].Person != anna {
		t.Errorf("answers = %+v", answers)
	}
	late, err := b.Tap(anna, anna, id, "Да")
	if err != nil {
		t.Fatal(err)
	}
	b.mu.Lock()
	b.now = b.now.Add(16 * time.Minute)
	b.mu.Unlock()
	if r := b.bot("answerCallbackQuery", `{"callback_query_id":"`+late+`"}`); !strings.Contains(r.Description, "query is too old") {
		t.Errorf("an answer after 16 minutes: %d %s", r.Code, r.Description)
	}
	b.received()
	for _, name := range []string{"Копия", "Сайт"} {
		if q, err := b.Tap(anna, anna, id, name); err != nil || q != "" {
			t.Errorf("tapping %s: query %q, %v", name, q, err)
		}
	}
	if n := b.Pending(); n != 0 {
		t.Errorf("copying and opening sent %d updates to the bot", n)
	}
}

func TestOnlyNewTextIsMarkedEdited(t *testing.T) {
	b := newBox(t)
	b.start(anna)
	id := b.sent("sendMessage", `{"chat_id":1001,"text":"т","reply_markup":{"inline_keyboard":[[{"text":"Да","callback_data":"y"}]]}}`)
	b.sent("editMessageReplyMarkup", `{"chat_id":1001,"message_id":`+js(id)+`}`)
	if m := b.last(anna); !m.Edited.IsZero() || len(m.Buttons) != 0 {
		t.Errorf("after new buttons: edited %v, buttons %v", m.Edited, m.Buttons)
	}
	b.sent("editMessageText", `{"chat_id":1001,"message_id":`+js(id)+`,"text":"д"}`)
	if m := b.last(anna); !m.Edited.Equal(b.clock()) || m.Text != "д" {
		t.Errorf("after a new text: edited %v, text %q", m.Edited, m.Text)
	}
}

func TestPrivacyModeInGroups(t *testing.T) {
	b := newBox(t)
	b.received()
	posted := b.sent("sendMessage", `{"chat_id":-500,"text":"сводка"}`)
	theirs, err := b.Say(petr, north, "между собой")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		text    string
		option  SayOption
		reaches bool
	}{
		{"обычный разговор", ReplyTo(0), false},
		{"ответ человеку", ReplyTo(theirs), false},
		{"ответ боту", ReplyTo(posted), true},
		{"/digest", ReplyTo(0), true},
		{"/digest@followup_bot", ReplyTo(0), true},
		{"/digest@Followup_Bot сегодня", ReplyTo(0), true},
		{"/digest@other_bot", ReplyTo(0), false},
		{"спасибо, @followup_bot!", ReplyTo(0), true},
		{"спасибо, @followup_bot2!", ReplyTo(0), false},
		{"почта a@followup_bot.ru", ReplyTo(0), false},
	} {
		before := b.Pending()
		if _, err := b.Say(anna, north, c.text, c.option); err != nil {
			t.Fatal(err)
		}
		if got := b.Pending() > before; got != c.reaches {
			t.Errorf("%q reaches the bot: %v, want %v", c.text, got, c.reaches)
		}
	}
	if _, err := b.Say(anna, -999, "?"); !errors.Is(err, errNoChat) {
		t.Errorf("writing to a group one isn't in: %v", err)
	}
}

func TestBlockedBot(t *testing.T) {
	b := newBox(t)
	b.start(anna)
	id := b.sent("sendMessage", `{"chat_id":1001,"text":"т"}`)
	b.received()
	b.Block(anna, true)
	if u := b.one().MyChatMember; u == nil || u.Old.Status != "member" || u.New.Status != "kicked" || u.New.User.ID != 4242 {
		t.Errorf("my_chat_member = %+v", u)
	}
	for method, body := range map[string]string{
		"sendMessage": `{"chat_id":1001,"text":"т"}`, "editMessageText": `{"chat_id":1001,"message_id":` + js(id) + `,"text":"д"}`,
	} {
		if r := b.bot(method, body); r.Code != 403 || r.Description != "Forbidden: bot was blocked by the user" {
			t.Errorf("%s: %d %s", method, r.Code, r.Description)
		}
	}
	if _, err := b.Say(anna, anna, "привет"); !errors.Is(err, errBlocked) {
		t.Errorf("writing to a blocked bot: %v", err)
	}
	b.Block(anna, false)
	if u := b.one().MyChatMember; u == nil || u.New.Status != "member" {
		t.Errorf("my_chat_member = %+v", u)
	}
	b.sent("sendMessage", `{"chat_id":1001,"text":"т"}`)
}

func TestGroupBecomesSupergroup(t *testing.T) {
	b := newBox(t)
	b.received()
	b.sent("sendMessage", `{"chat_id":-500,"text":"сводка"}`)
	next := b.MigrateGroup(north)
	r := b.bot("sendMessage", `{"chat_id":-500,"text":"x"}`)
	if r.Code != 400 || r.Parameters.MigrateTo != next || !strings.Contains(r.Description, "group chat was upgraded to a supergroup chat") {
		t.Errorf("writing to the old id: %d %s %+v", r.Code, r.Description, r.Parameters)
	}
	list := b.received()
	if len(list) != 2 || list[0].Message.MigrateTo != next || list[1].Message.MigrateFrom != north || list[1].Message.Chat.Type != "supergroup" {
		t.Errorf("migration messages = %s", js(list))
	}
	b.sent("sendMessage", `{"chat_id":`+js(next)+`,"text":"x"}`)
	if n := len(b.Messages(next)); n != 4 { // the two from before, the migration, and the new one
		t.Errorf("the supergroup has %d messages, want 4", n)
	}
	if b.MigrateGroup(north) != 0 {
		t.Error("a group migrated twice")
	}
}

func TestFiles(t *testing.T) {
	b := newBox(t, func(o *Options) { o.MaxBytes = 40 << 20 })
	b.start(anna)
	b.received()
	if _, err := b.SendFile(anna, anna, "выписка.txt", []byte("1CClientBankExchange"), "за ноябрь"); err != nil {
		t.Fatal(err)
	}
	m := b.one().Message
	if m.Document == nil || m.Document.FileName != "выписка.txt" || m.Document.MIME != "text/plain" || m.Caption != "за ноябрь" {
		t.Fatalf("document message = %s", js(m))
	}
	if got := b.download(m.Document.FileID); got != "1CClientBankExchange" {
		t.Errorf("downloaded %q", got)
	}

	for range 2 {
		if _, err := b.SendPhoto(anna, anna, "акт.png", picture(640, 480, 4), ""); err != nil {
			t.Fatal(err)
		}
	}
	list := b.received()
	one, two := list[0].Message.Photo, list[1].Message.Photo
	if len(one) != 2 || one[0].Width != 320 || one[0].Height != 240 || one[1].Width != 640 {
		t.Errorf("photo sizes = %s", js(one))
	}
	if one[1].FileID == two[1].FileID || one[1].UniqueID != two[1].UniqueID {
		t.Error("the same photo must have another file_id and the same file_unique_id")
	}
	if _, err := b.SendPhoto(anna, anna, "x.png", []byte("not a picture"), ""); err == nil {
		t.Error("bytes that are no picture went as a photo")
	}

	r := b.upload("sendDocument", map[string]string{"chat_id": "1001", "caption": "Отчёт"}, "document", "отчёт.xlsx", []byte("PK"))
	var sent wireMessage
	if err := json.Unmarshal(r.Result, &sent); err != nil || sent.Document.FileName != "отчёт.xlsx" || sent.Caption != "Отчёт" {
		t.Errorf("sent document = %s %v", r.Result, err)
	}
	if again := b.bot("sendDocument", `{"chat_id":1001,"document":"`+sent.Document.FileID+`"}`); !again.OK {
		t.Errorf("sending by file_id: %s", again.Description)
	}
	if wrong := b.bot("sendPhoto", `{"chat_id":1001,"photo":"`+sent.Document.FileID+`"}`); wrong.Description != "Bad Request: type of file mismatch" {
		t.Errorf("a document as a photo: %s", wrong.Description)
	}

	if _, err := b.SendFile(anna, anna, "big.zip", make([]byte, 21<<20), ""); err != nil {
		t.Fatal(err)
	}
	big := b.one().Message.Document
	if r := b.bot("getFile", `{"file_id":"`+big.FileID+`"}`); r.Description != "Bad Request: file is too big" {
		t.Errorf("a file of 21 MB: %d %s", r.Code, r.Description)
	}
	if _, err := b.SendFile(anna, anna, "big2.zip", make([]byte, 20<<20), ""); err != nil {
		t.Fatal(err)
	}
	if r := b.bot("getFile", `{"file_id":"`+m.Document.FileID+`"}`); !strings.Contains(r.Description, "temporarily unavailable") {
		t.Errorf("the oldest file beyond the bound: %d %s", r.Code, r.Description)
	}
}

func (b *box) download(id string) string {
	b.t.Helper()
	var f wireFile
	r := b.bot("getFile", `{"file_id":"`+id+`"}`)
	if err := json.Unmarshal(r.Result, &f); err != nil {
		b.t.Fatal(r.Description, err)
	}
	return b.get("/file/bot"+token+"/"+f.FilePath, http.StatusOK)
}

func TestAlbums(t *testing.T) {
	b := newBox(t)
	b.start(anna)
	b.received()
	for _, name := range []string{"1.png", "2.png"} {
		if _, err := b.SendPhoto(anna, anna, name, picture(40, 30, 2), "", InAlbum("a")); err != nil {
			t.Fatal(err)
		}
	}
	list := b.received()
	if list[0].Message.MediaGroupID != "a" || list[1].Message.MediaGroupID != "a" {
		t.Errorf("media_group_id %q and %q", list[0].Message.MediaGroupID, list[1].Message.MediaGroupID)
	}
	first, second := list[0].Message.Photo[0].FileID, list[1].Message.Photo[0].FileID
	r := b.bot("sendMediaGroup", `{"chat_id":1001,"media":[{"type":"photo","media":"`+first+`","caption":"обе"},{"type":"photo","media":"`+second+`"}]}`)
	var sent []wireMessage
	if err := json.Unmarshal(r.Result, &sent); err != nil || len(sent) != 2 || sent[0].MediaGroupID == "" || sent[0].MediaGroupID != sent[1].MediaGroupID || sent[0].Caption != "обе" {
		t.Errorf("album = %s %s %v", r.Result, r.Description, err)
	}
	if r := b.bot("sendMediaGroup", `{"chat_id":1001,"media":[{"type":"photo","media":"`+first+`"}]}`); r.Code != 400 {
		t.Errorf("an album of one: %d %s", r.Code, r.Description)
	}
}

func TestCommandMenuFollowsScopeAndLanguage(t *testing.T) {
	b := newBox(t)
	b.start(anna)
	b.start(petr)
	set := func(name, scope, language string) {
		t.Helper()
		r := b.bot("setMyCommands", `{"commands":[{"command":"`+name+`","description":"д"}],"scope":`+scope+`,"language_code":"`+language+`"}`)
		if !r.OK {
			t.Fatal(r.Description)
		}
	}
	menu := func(person, chat int64) string {
		list := b.Menu(person, chat)
		if len(list) == 0 {
			return ""
		}
		return list[0].Command
	}
	set("any", `{"type":"default"}`, "")
	set("group", `{"type":"all_group_chats"}`, "")
	set("private", `{"type":"all_private_chats"}`, "")
	set("private_en", `{"type":"all_private_chats"}`, "en")
	set("lead", `{"type":"chat","chat_id":1001}`, "")
	for _, c := range []struct {
		person, chat int64
		want         string
	}{{anna, anna, "lead"}, {petr, petr, "private_en"}, {petr, north, "group"}} {
		if got := menu(c.person, c.chat); got != c.want {
			t.Errorf("%d in %d is offered %q, want %q", c.person, c.chat, got, c.want)
		}
	}
	b.bot("deleteMyCommands", `{"scope":{"type":"chat","chat_id":1001}}`)
	if got := menu(anna, anna); got != "private" {
		t.Errorf("after deletion Anna is offered %q", got)
	}
}

func TestTranscriptIsAConversationFile(t *testing.T) {
	b := newBox(t, func(o *Options) { o.Head = "team Север\nperson Анна Петрова manager Север ru\n" })
	must := func(_ int, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	b.start(anna)
	id, err := b.Say(anna, anna, "звонок ромашке\nждут кп")
	must(id, err)
	keys := `"reply_markup":{"inline_keyboard":[[{"text":"✅ Верно","callback_data":"1"},{"text":"Сайт","url":"https://example.org"}],[{"text":"Текст","copy_text":{"text":"т"}}]]}`
	card := b.sent("sendMessage", `{"chat_id":1001,"text":"📞 Звонок\n\nИтог: ждут КП",`+keys+`}`)
	b.sent("sendMessage", `{"chat_id":1001,"text":"ещё",`+keys+`}`)
	query, err := b.Tap(anna, anna, card, "✅ Верно")
	must(0, err)
	b.bot("editMessageText", `{"chat_id":1001,"message_id":`+js(card)+`,"text":"Записано"}`)
	b.bot("answerCallbackQuery", `{"callback_query_id":"`+query+`","text":"уже отмечено"}`)
	b.clockAt(`{"minutes":60}`)
	gone := b.sent("sendMessage", `{"chat_id":1001,"text":"⏰ Перезвонить"}`)
	b.bot("deleteMessage", `{"chat_id":1001,"message_id":`+js(gone)+`}`)
	b.clockAt(`{"minutes":30}`)
	b.clockAt(`{"to":"morning"}`)
	must(b.Say(anna, anna, "готово", ReplyTo(card)))
	must(0, b.Edit(anna, anna, id, "встреча с ромашкой"))
	must(b.SendFile(anna, anna, "kl_to_1c.txt", []byte("x"), ""))
	must(b.SendPhoto(anna, anna, "act.png", picture(8, 8, 2), "акт 77", ReplyTo(card)))
	must(b.SendVoice(anna, anna, []byte("x"), 23))
	must(b.SendContact(anna, anna, Contact{Phone: "+7 926 123-45-67", FirstName: "Ирина"}))
	must(b.SendLocation(anna, anna, Location{Latitude: 56.84, Longitude: 60.61}))
	must(b.Say(anna, anna, "акт позже", ForwardHidden("Ирина К.", b.clock().Add(-14*time.Hour))))
	must(b.Say(anna, anna, "смотри", ForwardFrom(Forward{Person: petr})))
	b.Block(anna, true)
	want := `# Сохранённый чат: Анна Петрова
now 2026-11-18 10:12 Europe/Moscow
team Север
person Анна Петрова manager Север ru

Анна: /start
Анна: звонок ромашке
  | ждут кп
Бот → Анна Петрова:
  📞 Звонок

  Итог: ждут КП
  [✅ Верно] [Сайт ↗ https://example.org]
  [Текст ⧉]
Бот → Анна Петрова:
  ещё
  [✅ Верно] [Сайт ↗ https://example.org]
  [Текст ⧉]
Анна taps [✅ Верно] under «📞 Звонок»
Бот ✎ Анна Петрова:
  Записано
Бот • Анна Петрова: уже отмечено
clock +1h
Бот → Анна Петрова:
  ⏰ Перезвонить
Бот ✗ Анна Петрова: ⏰ Перезвонить
clock 2026-11-19 09:00
Анна replies «Записано»: готово
Анна edits «звонок ромашке»: встреча с ромашкой
Анна sends file kl_to_1c.txt
Анна replies «Записано» with photo act.png «акт 77»
Анна sends voice 0:23
Анна sends contact +79261234567 Ирина
Анна sends place 56.84000 60.61000
Анна forwards from «Ирина К.» at 2026-11-18 19:00: акт позже
Анна forwards from user Пётр at 2026-11-19 09:00: смотри
block Анна
`
	if got := b.Transcript(anna); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := b.get("/api/save?chat=1001", http.StatusOK); got != want {
		t.Errorf("the page saves\n%s", got)
	}
	must(b.Say(petr, north, "/digest"))
	b.sent("sendMessage", `{"chat_id":-500,"text":"сводка"}`)
	group := "group Север | Анна, Пётр\n\nПётр in Север: /digest\nБот → Север:\n  сводка\n"
	if got := b.Transcript(north); !strings.HasSuffix(got, group) {
		t.Errorf("the group is saved as\n%s", got)
	}
}

func TestWaitSeesWhatHappens(t *testing.T) {
	b := newBox(t)
	go func() {
		if _, err := b.Say(anna, anna, "/start"); err != nil {
			t.Error(err)
		}
	}()
	err := b.Wait(t.Context(), func() bool { return len(b.Messages(anna)) == 1 })
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := b.Wait(ctx, func() bool { return false }); !errors.Is(err, context.Canceled) {
		t.Errorf("waiting for what never happens: %v", err)
	}
	after := b.Events(0)[len(b.Events(0))-1].N
	b.sent("sendMessage", `{"chat_id":1001,"text":"т"}`)
	if next := b.Events(after); len(next) != 1 || next[0].Kind != "message" || next[0].Message.Text != "т" {
		t.Errorf("events after %d = %s", after, js(next))
	}
}
