package bot

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"followup/bot/message"
	"followup/scheduler/clock/limit"
)

var us = self{id: 42, username: "FollowupBot"}

const (
	inPrivate = `"message_id":7,"date":1763449200,"chat":{"id":5,"type":"private","first_name":"Анна"},` + fromAnna
	inGroup   = `"message_id":7,"date":1763449200,"chat":{"id":-9,"type":"supergroup","title":"Отдел"},` + fromAnna
	fromAnna  = `"from":{"id":5,"is_bot":false,"first_name":"Анна","last_name":"Ким","username":"anna","language_code":"ru"}`
)

var anna = message.Person{ID: 5, Name: "Анна Ким", Username: "anna", Language: "ru"}

// seen is an In with what every message of the tables has.
func seen(change func(*message.In)) message.In {
	in := message.In{Update: 1, Kind: message.Text, Chat: 5, From: anna, Message: 7, Date: 1763449200}
	change(&in)
	return in
}

func grouped(change func(*message.In)) message.In {
	return seen(func(in *message.In) {
		in.Chat, in.Group, in.Title = -9, true, "Отдел"
		change(in)
	})
}

func TestDecode(t *testing.T) {
	for _, c := range []struct {
		name, update string
		want         message.In
	}{
		{
			"plain text", `"message":{` + inPrivate + `,"text":"Вектор: счёт"}`,
			seen(func(in *message.In) { in.Text = "Вектор: счёт" }),
		},
		{
			"an edited message", `"edited_message":{` + inPrivate + `,"edit_date":1763449300,"text":"Вектор"}`,
			seen(func(in *message.In) { in.Kind, in.Text = message.Edit, "Вектор" }),
		},
		{
			"a place that moves is no edit", `"edited_message":{` + inPrivate + `,"location":{"latitude":1,"longitude":2}}`,
			message.In{Update: 1, Kind: message.Ignored, Chat: 5, Message: 7, Date: 1763449200},
		},
		{
			"a command for us by name", `"message":{` + inPrivate + `,"text":"/call@followupbot Вектор: да"}`,
			seen(func(in *message.In) { in.Text = "/call Вектор: да" }),
		},
		{
			"a command with a line end after it", `"message":{` + inGroup + `,"text":"/today@FollowupBot\nи ещё"}`,
			grouped(func(in *message.In) { in.Text, in.Called = "/today\nи ещё", true }),
		},
		{
			"a group's command without a name", `"message":{` + inGroup + `,"text":"/today"}`,
			grouped(func(in *message.In) { in.Text, in.Called = "/today", true }),
		},
		{
			"a mention after Cyrillic and an emoji", `"message":{` + inGroup + `,"text":"Коллеги 🎉 @FollowupBot Вектор оплатил",
			"entities":[{"type":"mention","offset":11,"length":12}]}`,
			grouped(func(in *message.In) { in.Text, in.Called = "Коллеги 🎉 Вектор оплатил", true }),
		},
		{
			"a mention at the start with a comma", `"message":{` + inGroup + `,"text":"@followupbot, Вектор: да",
			"entities":[{"type":"mention","offset":0,"length":12}]}`,
			grouped(func(in *message.In) { in.Text, in.Called = "Вектор: да", true }),
		},
		{
			"a mention of somebody else", `"message":{` + inGroup + `,"text":"@somebody привет","entities":[{"type":"mention","offset":0,"length":9}]}`,
			grouped(func(in *message.In) { in.Text = "@somebody привет" }),
		},
		{
			"a reply to the bot in a group", `"message":{` + inGroup + `,"text":"готово","reply_to_message":{"message_id":3,"date":1,
			"chat":{"id":-9,"type":"supergroup"},"from":{"id":42,"is_bot":true,"first_name":"F"}}}`,
			grouped(func(in *message.In) { in.Text, in.Called, in.Reply = "готово", true, 3 }),
		},
		{
			"a topic's first message is no reply", `"message":{` + inGroup + `,"text":"готово","message_thread_id":3,"is_topic_message":true,
			"reply_to_message":{"message_id":3,"date":1,"chat":{"id":-9,"type":"supergroup"},"forum_topic_created":{"name":"x","icon_color":1}}}`,
			grouped(func(in *message.In) { in.Text, in.Thread = "готово", 3 }),
		},
		{
			"the largest of a photo's sizes, with its caption and album", `"message":{` + inPrivate + `,"media_group_id":"a1","caption":"Акт","photo":[
			{"file_id":"s","file_unique_id":"us","width":90,"height":60,"file_size":10},
			{"file_id":"l","file_unique_id":"ul","width":900,"height":600,"file_size":1000},
			{"file_id":"m","file_unique_id":"um","width":300,"height":200,"file_size":100}]}`,
			seen(func(in *message.In) {
				in.Text, in.Album = "Акт", "a1"
				in.Files = []message.File{{Kind: "photo", ID: "l", Unique: "ul", MIME: "image/jpeg", Size: 1000}}
			}),
		},
		{
			"a voice note", `"message":{` + inPrivate + `,"voice":{"file_id":"v","file_unique_id":"uv","duration":9,"mime_type":"audio/ogg","file_size":5}}`,
			seen(func(in *message.In) {
				in.Files = []message.File{{Kind: "voice", ID: "v", Unique: "uv", MIME: "audio/ogg", Size: 5, Seconds: 9}}
			}),
		},
		{
			"a sticker", `"message":{` + inPrivate + `,"sticker":{"file_id":"s","file_unique_id":"us","type":"regular","width":1,"height":1}}`,
			seen(func(in *message.In) { in.Odd = "sticker" }),
		},
		{
			"a die", `"message":{` + inPrivate + `,"dice":{"emoji":"🎲","value":4}}`,
			seen(func(in *message.In) { in.Odd = "dice" }),
		},
		{
			"a poll", `"message":{` + inPrivate + `,"poll":{"id":"1","question":"Когда?","options":[]}}`,
			seen(func(in *message.In) { in.Odd = "poll" }),
		},
		{
			"paid pictures", `"message":{` + inPrivate + `,"paid_media":{"star_count":1,"paid_media":[]}}`,
			seen(func(in *message.In) { in.Odd = "other" }),
		},
		{
			"a picture that moves is a file", `"message":{` + inPrivate + `,"animation":{"file_id":"g","file_unique_id":"ug"},
			"document":{"file_id":"g","file_unique_id":"ug","file_name":"demo.mp4","mime_type":"video/mp4"}}`,
			seen(func(in *message.In) {
				in.Files = []message.File{{Kind: "document", ID: "g", Unique: "ug", Name: "demo.mp4", MIME: "video/mp4"}}
			}),
		},
		{
			"a contact card", `"message":{` + inPrivate + `,"contact":{"phone_number":"+79120000000","first_name":"Ольга","last_name":"П","user_id":8,"vcard":"BEGIN:VCARD"}}`,
			seen(func(in *message.In) {
				in.Contact = &message.Contact{Phone: "+79120000000", First: "Ольга", Last: "П", User: 8, VCard: "BEGIN:VCARD"}
			}),
		},
		{
			"a place", `"message":{` + inPrivate + `,"location":{"latitude":56.8,"longitude":60.6}}`,
			seen(func(in *message.In) { in.Place = &message.Place{Lat: 56.8, Lon: 60.6} }),
		},
		{
			"forwarded from a person", `"message":{` + inPrivate + `,"text":"x","forward_origin":{"type":"user","date":9,"sender_user":{"id":8,"first_name":"Олег"}}}`,
			seen(func(in *message.In) {
				in.Text, in.Forward = "x", &message.Forward{From: "user", User: 8, Name: "Олег", Date: 9}
			}),
		},
		{
			"forwarded from somebody hidden", `"message":{` + inPrivate + `,"text":"x","forward_origin":{"type":"hidden_user","date":9,"sender_user_name":"Тень"}}`,
			seen(func(in *message.In) {
				in.Text, in.Forward = "x", &message.Forward{From: "hidden", Name: "Тень", Date: 9}
			}),
		},
		{
			"forwarded from a channel", `"message":{` + inPrivate + `,"text":"x","forward_origin":{"type":"channel","date":9,"message_id":1,"chat":{"id":-1,"type":"channel","title":"Новости"}}}`,
			seen(func(in *message.In) {
				in.Text, in.Forward = "x", &message.Forward{From: "channel", Name: "Новости", Date: 9}
			}),
		},
		{
			"forwarded from a chat", `"message":{` + inPrivate + `,"text":"x","forward_origin":{"type":"chat","date":9,"sender_chat":{"id":-1,"type":"supergroup","title":"Чат"}}}`,
			seen(func(in *message.In) {
				in.Text, in.Forward = "x", &message.Forward{From: "chat", Name: "Чат", Date: 9}
			}),
		},
		{
			"a tap", `"callback_query":{"id":"q",` + fromAnna + `,"data":"done:1z","message":{"message_id":3,"date":5,"chat":{"id":5,"type":"private"}}}`,
			message.In{Update: 1, Kind: message.Tap, Chat: 5, From: anna, Message: 3, Query: "q", Data: "done:1z"},
		},
		{
			"a tap on a message that is too old to see", `"callback_query":{"id":"q",` + fromAnna + `,"data":"done:1z","message":{"message_id":3,"date":0,"chat":{"id":5,"type":"private"}}}`,
			message.In{Update: 1, Kind: message.Tap, Chat: 5, From: anna, Message: 3, Query: "q", Data: "done:1z"},
		},
		{
			"blocked", `"my_chat_member":{"chat":{"id":5,"type":"private"},` + fromAnna + `,"date":9,
			"old_chat_member":{"status":"member","user":{"id":42}},"new_chat_member":{"status":"kicked","user":{"id":42},"until_date":0}}`,
			message.In{Update: 1, Kind: message.Stopped, Chat: 5, From: anna, Date: 9},
		},
		{
			"unblocked", `"my_chat_member":{"chat":{"id":5,"type":"private"},` + fromAnna + `,"date":9,
			"old_chat_member":{"status":"kicked","user":{"id":42}},"new_chat_member":{"status":"member","user":{"id":42}}}`,
			message.In{Update: 1, Kind: message.Started, Chat: 5, From: anna, Date: 9},
		},
		{
			"put into a group", `"my_chat_member":{"chat":{"id":-9,"type":"group","title":"Отдел"},` + fromAnna + `,"date":9,
			"old_chat_member":{"status":"left","user":{"id":42}},"new_chat_member":{"status":"member","user":{"id":42}}}`,
			message.In{Update: 1, Kind: message.Added, Chat: -9, Group: true, Title: "Отдел", From: anna, Date: 9},
		},
		{
			"thrown out of a group", `"my_chat_member":{"chat":{"id":-9,"type":"group","title":"Отдел"},` + fromAnna + `,"date":9,
			"old_chat_member":{"status":"restricted","is_member":true,"user":{"id":42}},"new_chat_member":{"status":"restricted","is_member":false,"user":{"id":42}}}`,
			message.In{Update: 1, Kind: message.Removed, Chat: -9, Group: true, Title: "Отдел", From: anna, Date: 9},
		},
		{
			"made an administrator", `"my_chat_member":{"chat":{"id":-9,"type":"group","title":"Отдел"},` + fromAnna + `,"date":9,
			"old_chat_member":{"status":"member","user":{"id":42}},"new_chat_member":{"status":"administrator","user":{"id":42}}}`,
			message.In{Update: 1, Kind: message.Ignored, Chat: -9, Group: true, Title: "Отдел", From: anna, Date: 9},
		},
		{
			"a group that became a supergroup", `"message":{"message_id":7,"date":9,"chat":{"id":-9,"type":"group","title":"Отдел"},"migrate_to_chat_id":-1009}`,
			message.In{Update: 1, Kind: message.Moved, Chat: -9, NewChat: -1009, Group: true, Title: "Отдел", Message: 7, Date: 9},
		},
		{
			"the same, seen from the supergroup", `"message":{"message_id":7,"date":9,"chat":{"id":-1009,"type":"supergroup","title":"Отдел"},"migrate_from_chat_id":-9}`,
			message.In{Update: 1, Kind: message.Moved, Chat: -9, NewChat: -1009, Group: true, Title: "Отдел", Message: 7, Date: 9},
		},
		{
			"media that the library doesn't know, with words", `"message":{` + inPrivate + `,"caption":"/call@FollowupBot Вектор: да","paid_media":{"star_count":1,"paid_media":[{"type":"live_photo"}]}}`,
			seen(func(in *message.In) { in.Text = "/call Вектор: да" }),
		},
		{
			"a tap under media that the library doesn't know", `"callback_query":{"id":"q",` + fromAnna + `,"data":"d","message":{"message_id":3,"date":5,
			"chat":{"id":5,"type":"private"},"paid_media":{"star_count":1,"paid_media":[{"type":"live_photo"}]}}}`,
			message.In{Update: 1, Kind: message.Tap, Chat: 5, From: anna, Message: 3, Query: "q", Data: "d"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := decode(json.RawMessage(`{"update_id":1,`+c.update+`}`), us)
			if err != nil {
				t.Fatal(err)
			}
			if !c.want.Group {
				got.Called = c.want.Called // only groups ask for it
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestNobodysBusiness(t *testing.T) {
	for name, update := range map[string]string{
		"a command for another bot": `"message":{` + inGroup + `,"text":"/today@OtherBot"}`,
		"somebody joined":           `"message":{` + inGroup + `,"new_chat_members":[{"id":42,"is_bot":true,"first_name":"F"}]}`,
		"something was pinned":      `"message":{` + inGroup + `,"pinned_message":{"message_id":1,"date":0,"chat":{"id":-9,"type":"group"}}}`,
		"another bot speaks":        `"message":{"message_id":7,"date":9,"chat":{"id":-9,"type":"group"},"from":{"id":77,"is_bot":true,"first_name":"B"},"text":"x"}`,
		"a kind we never asked for": `"poll":{"id":"1","question":"?","options":[],"type":"regular"}`,
	} {
		in, err := decode(json.RawMessage(`{"update_id":1,`+update+`}`), us)
		if err != nil || in.Kind != message.Ignored {
			t.Errorf("%s: %v, %v", name, in.Kind, err)
		}
	}
}

func TestUnreadable(t *testing.T) {
	raw := json.RawMessage(`{"update_id":9,"message":{` + inPrivate + `,"text":{"of":"the future"}}}`)
	if _, err := decode(raw, us); err == nil {
		t.Error("nothing can be read of it, and no error")
	}
	if u, ok := read(raw, us); u.update != 9 || u.chat != 5 || u.in != nil || !ok {
		t.Error(u.update, u.chat, ok)
	}
}

func TestBoundsOfWhatComesIn(t *testing.T) {
	var many []string
	for range 5000 {
		many = append(many, `{"type":"mention","offset":0,"length":12}`)
	}
	in, err := decode(json.RawMessage(`{"update_id":1,"message":{`+inGroup+`,"text":"@FollowupBot `+strings.Repeat("🎉", 20_000)+
		`","entities":[`+strings.Join(many, ",")+`]}}`), us)
	if err != nil {
		t.Fatal(err)
	}
	if n := message.Len(in.Text); n > maxInText || n < maxInText-20 {
		t.Error("text of", n, "units")
	}
}

func FuzzDecode(f *testing.F) {
	for _, s := range []string{
		`{"update_id":1,"message":{` + inGroup + `,"text":"@FollowupBot, 🎉","entities":[{"type":"mention","offset":0,"length":12}]}}`,
		`{"update_id":1,"callback_query":{"id":"q","from":{"id":1},"message":{"date":0}}}`,
		`{"update_id":1,"my_chat_member":{"new_chat_member":{"status":"restricted"}}}`,
		`{"update_id":1,"message":{"chat":{"id":1},"from":{"id":1},"caption":"x","paid_media":{"paid_media":[{"type":"?"}]}}}`,
	} {
		f.Add(s, 3, 5)
	}
	f.Fuzz(func(t *testing.T, raw string, offset, length int) {
		var u incoming
		var ok bool
		var in message.In
		var err error
		limit.Check(t, func() {
			u, ok = read(json.RawMessage(raw), us)
			in, err = decode(json.RawMessage(raw), us)
		})
		if err == nil && ok && in.Update != u.update {
			t.Error("two numbers of one update:", in.Update, u.update)
		}
		if message.Len(in.Text) > maxInText {
			t.Error("text of", message.Len(in.Text), "units")
		}
		if from, to, ok := span(raw, offset, length); ok && message.Len(raw[from:to]) != length {
			t.Error("a span of another length")
		}
	})
}

// sameAsJSON compares what is taken apart by hand with encoding/json's reading of it.
func sameAsJSON(t *testing.T, body string) {
	t.Helper()
	var whole struct {
		Result json.RawMessage `json:"result"`
	}
	if json.Unmarshal([]byte(body), &whole) != nil {
		return
	}
	var byHand, list []json.RawMessage
	if readOK([]byte(body), &byHand) {
		if err := json.Unmarshal(whole.Result, &list); err != nil || len(list) != len(byHand) {
			t.Fatalf("%d elements of %q, %v", len(byHand), body, err)
		}
		for i := range list {
			if string(list[i]) != strings.TrimSpace(string(byHand[i])) {
				t.Errorf("element %d of %q is %q", i, body, byHand[i])
			}
		}
	}
	var m made
	var message struct {
		ID int64 `json:"message_id"`
	}
	twice := strings.Count(strings.ToLower(body), "message_id") > 1 || strings.Count(strings.ToLower(body), "result") > 1 // json takes the last
	if readOK([]byte(body), &m) && !twice && json.Unmarshal(whole.Result, &message) == nil && m.id != message.ID {
		t.Errorf("the number in %q is not %d", body, m.id)
	}
}

// TestAnswersAreTakenApart looks at the batches that the door takes apart by hand, and at those that it must not.
func TestAnswersAreTakenApart(t *testing.T) {
	for body, want := range map[string]int{
		`{"ok":true,"result":[]}`:                                  0,
		`{"ok":true,"result":[{"update_id":1}]}`:                   1,
		`{"ok":true,"result":[{"a":"]}\\\"{[","b":[{}]},{"c":1}]}`: 2,
		`{"ok":true,"result":[{"a":1}, {"b":1}]}`:                  -1, // not as Telegram writes it
		`{"ok":true,"result":[{"a":1},2]}`:                         -1,
		`{"ok":true,"result":[{"a":1}]`:                            -1,
		`{"ok":true,"result":[{"a":1}],"more":1}`:                  -1,
		`{"ok":true,"result":true}`:                                -1,
		`{"ok":false,"error_code":409,"description":"[]}"}`:        -1,
	} {
		var list []json.RawMessage
		if ok := readOK([]byte(body), &list); ok != (want >= 0) || ok && len(list) != want {
			t.Errorf("%s: %v, %d elements", body, ok, len(list))
		}
		sameAsJSON(t, body)
	}
}

// FuzzAnswer reads whatever stands at the address of the Bot API: Telegram, a proxy, somebody else.
func FuzzAnswer(f *testing.F) {
	f.Add(200, `{"ok":true,"result":{"message_id":5}}`)
	f.Add(429, `{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 5","parameters":{"retry_after":5}}`)
	f.Add(400, `{"ok":false,"error_code":400,"description":"Bad Request: can't parse \"тайна\"","parameters":{"migrate_to_chat_id":-1005}}`)
	f.Add(502, "<html><body>502</body></html>")
	f.Add(200, `{"ok":true,"result":[{"update_id":1,"message":{"text":"\"]}"}},{"update_id":2}]}`)
	f.Fuzz(func(t *testing.T, status int, body string) {
		limit.Check(t, func() {
			var m made
			err := judge("sendMessage", status, []byte(body), &m)
			v, answer := judgeCall(err)
			if err == nil && v != delivered || err != nil && answer == nil && v != unsure {
				t.Errorf("%d %q is %s", status, body, v)
			}
			trim("sendMessage", []byte(body))
			sameAsJSON(t, body)
			if code := codeOf(answer); len(code) > 130 || strings.ContainsFunc(code, func(c rune) bool { return c > 127 }) {
				t.Errorf("the outbox would keep %q", code)
			}
		})
	})
}
