package sandbox

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// drawnNow is a promise that all images are there and the page has been painted.
const drawnNow = `Promise.all([...document.images].map((i) => i.decode().catch(() => 0)))
	.then(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))`

// TestPictures draws the page with one message of every kind at a phone's and a desk's size, light and dark, for people
// to look at: FOLLOWUP_PICTURES=folder go test -run TestPictures ./bot/sandbox
func TestPictures(t *testing.T) {
	folder := os.Getenv("FOLLOWUP_PICTURES")
	if folder == "" {
		t.Skip("set FOLLOWUP_PICTURES to a folder to get pictures of the page")
	}
	b := newBox(t)
	for i, name := range []string{"Игорь Орлов", "Emma", "Гость"} {
		b.AddPerson(Person{ID: petr + 1 + int64(i), FirstName: name, Title: "руководитель"})
	}
	b.scene()
	for _, size := range []struct {
		name          string
		width, height int64
	}{{"phone", 390, 844}, {"desk", 1280, 800}} {
		for _, theme := range []string{"light", "dark"} {
			p := openPage(t, b, size.width, size.height, "?person=1001&chat=1001")
			p.do(command(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
				Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: theme}, {Name: "prefers-reduced-motion", Value: "reduce"}},
			}))
			shot := func(what string) {
				picture, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
				if err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("%s-%s-%s.png", size.name, theme, what)), picture, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			script := func(code string) {
				p.do(chromedp.Evaluate[chromedp.Void](code), chromedp.Evaluate[chromedp.Void](drawnNow, chromedp.EvalAwaitPromise))
			}
			script(`document.querySelector("#scroll").scrollTop = 1e6`)
			shot("1-end")
			script(`document.querySelector("#scroll").scrollTop -= 620`)
			shot("2-middle")
			script(`document.querySelector("#scroll").scrollTop -= 560`)
			shot("2-upper")
			script(`document.querySelector("#scroll").scrollTop -= 560`)
			shot("2-files")
			script(`document.querySelector("#scroll").scrollTop = 0`)
			shot("3-top")
			script(`document.querySelector("#scroll").scrollTop = 1e6; document.querySelector(".block:last-child .m.mine:last-child").dispatchEvent(new MouseEvent("contextmenu", {clientX: 300, clientY: 700}))`)
			shot("4-menu")
			script(`document.querySelector("#popup").hidden = true; document.querySelector("#menu-button").click()`)
			shot("5-commands")
			script(`choose(1001, -500)`)
			shot("6-group")
			script(`choose(1002, 1002)`)
			shot("7-start")
			script(`choose(1001, 1001); document.querySelector("#app").classList.add("in-list")`)
			shot("8-list")
			script(`document.querySelector("#app").classList.remove("in-list"); attachForward()`)
			shot("9-dialog")
		}
	}
}

// scene fills the box with what a day with the bot looks like, and more.
func (b *box) scene() {
	t := b.t
	must := func(id int, err error) int {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	move := func(d time.Duration) {
		b.mu.Lock()
		b.now = b.now.Add(d)
		b.mu.Unlock()
	}
	b.bot("setMyCommands", `{"commands":[{"command":"today","description":"Мой план на сегодня"},{"command":"week","description":"План на неделю"},{"command":"client","description":"Карточка клиента"},{"command":"debts","description":"Кто сколько должен"},{"command":"help","description":"Примеры и подсказки"}]}`)
	b.bot("setMyDescription", `{"description":"Помогает не забывать обещания клиентам: запишите звонок одной строкой, и бот напомнит вовремя."}`)
	b.start(anna)
	b.sent("sendMessage", `{"chat_id":1001,"text":"Здравствуйте, Анна! Вы добавлены в команду «Север» как менеджер.\nЧасовой пояс — Москва (UTC+3)?","reply_markup":{"inline_keyboard":[[{"text":"Да","callback_data":"1"},{"text":"Другой","callback_data":"2"}],[{"text":"🇷🇺 Русский","callback_data":"3"},{"text":"🇬🇧 English","callback_data":"4"}]]}}`)
	b.sent("sendMessage", `{"chat_id":1001,"parse_mode":"HTML","text":"<b>Жирный</b>, <i>курсив</i>, <u>подчёркнутый</u>, <s>зачёркнутый</s>, <tg-spoiler>тайна</tg-spoiler>, <code>код</code>, <a href=\"https://example.org\">ссылка</a>\n<blockquote>Цитата письма клиента: акт подпишем после 25-го</blockquote>\n<pre><code class=\"language-json\">{\"rate\": 0.1}</code></pre>Почта anna@example.org, сайт example.ru и /today"}`)
	must(b.SendFile(anna, anna, "kl_to_1c.txt", bytes.Repeat([]byte("x"), 48_213), ""))
	b.sent("sendMessage", `{"chat_id":1001,"text":"🏦 Выписка 17.11: 6 поступлений, 1 031 000 ₽. Точно: 3, вероятно: 1, не найдено: 2.","reply_markup":{"inline_keyboard":[[{"text":"Применить 3","callback_data":"1"}],[{"text":"Разобрать остальные","callback_data":"2"},{"text":"Отмена","callback_data":"3"}]]}}`)
	must(b.SendVoice(anna, anna, []byte("voice"), 23))
	must(b.SendContact(anna, anna, Contact{Phone: "+7 926 123-45-67", FirstName: "Ирина", LastName: "Ковалёва"}))
	must(b.SendLocation(anna, anna, Location{Latitude: 56.8389, Longitude: 60.6057}))
	must(b.SendVideoNote(anna, anna, []byte("note"), 12))
	move(24 * time.Hour)
	must(b.Say(anna, anna, "Добрый день, акт подпишем после 25-го", ForwardHidden("Ирина К.", b.clock().Add(-15*time.Hour))))
	b.sent("sendMessage", `{"chat_id":1001,"text":"↪️ От «Ирина К.» 18.11, 19:12. Это Ирина Ковалёва, ООО «Ромашка»?","reply_markup":{"inline_keyboard":[[{"text":"Да, сохранить","callback_data":"1"}],[{"text":"Другой клиент","callback_data":"2"},{"text":"Не сохранять","callback_data":"3"}]]}}`)
	must(b.SendPhoto(anna, anna, "act.png", picture(900, 620, 3), "акт 77 ромашка октябрь подписан"))
	for i := range 4 {
		must(b.SendPhoto(anna, anna, "page.png", picture(600, 800, 3+i), "", InAlbum("pages")))
	}
	r := b.upload("sendPhoto", map[string]string{"chat_id": "1001", "caption": "📊 Касания за неделю по менеджерам"}, "photo", "chart.png", picture(1000, 560, 9))
	if !r.OK {
		t.Fatal(r.Description)
	}
	r = b.upload("sendDocument", map[string]string{"chat_id": "1001", "caption": "Отчёт за ноябрь"}, "document", "Отчёт Север 2026-11.xlsx", bytes.Repeat([]byte("x"), 18_000))
	if !r.OK {
		t.Fatal(r.Description)
	}
	id := must(b.Say(anna, anna, "созвонилась с ромашкой, ждут кп до пятницы, набрать завтра после обеда"))
	last := b.sent("sendMessage", `{"chat_id":1001,"reply_parameters":{"message_id":`+js(id)+`},"text":"📞 Звонок · ООО «Ромашка» · сегодня 10:12.\nИтог: ждут КП до пятницы.\n⏰ Перезвонить — пт 20.11, 14:00.\n📌 Обещали КП до пт 20.11, 18:00.","reply_markup":{"inline_keyboard":[[{"text":"✅ Верно","callback_data":"1"},{"text":"🕑 Время","callback_data":"2"}],[{"text":"✏️ Исправить","callback_data":"3"},{"text":"↩️ Отменить","callback_data":"4"}]]}}`)
	must(b.Say(anna, anna, "отложи на полчаса", ReplyTo(last)))
	b.bot("setMessageReaction", `{"chat_id":1001,"message_id":`+js(b.last(anna).ID)+`,"reaction":[{"type":"emoji","emoji":"👌"}]}`)
	b.bot("pinChatMessage", `{"chat_id":1001,"message_id":`+js(last)+`}`)
	edited := b.sent("sendMessage", `{"chat_id":1001,"text":"Хорошо, в 14:30."}`)
	b.bot("editMessageText", `{"chat_id":1001,"message_id":`+js(edited)+`,"text":"Хорошо, напомню сегодня в 14:30. Текст для клиента готов:","reply_markup":{"inline_keyboard":[[{"text":"Скопировать","copy_text":{"text":"Добрый день!"}},{"text":"Открыть","url":"https://example.org/doc"}]]}}`)
	must(b.Say(anna, anna, "👍"))
	must(b.Say(petr, north, "Коллеги, кто едет к Вектору?"))
	must(b.Say(anna, north, "Я, завтра в 15:00"))
	must(b.Say(anna, north, "@followup_bot запиши встречу с вектором"))
	b.sent("sendMessage", `{"chat_id":-500,"text":"Записано ✅ Подробности в личном чате."}`)
	must(b.Say(petr, north, "Отлично 👏"))
	b.updates(`{"offset":` + js(firstUpdate+18) + `}`)
	if err := b.Server.opts.Move(context.Background(), b.clock().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
}

// picture is a PNG of coloured bars.
func picture(w, h, bars int) []byte {
	p := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			i := x * bars / w
			c := color.RGBA{250, 250, 252, 255}
			if top := h - h*(2+(i*7)%6)/10; y > top && x*bars%w > w/5 {
				c = color.RGBA{uint8(60 + i*17), uint8(130 + i*9), 210, 255}
			}
			p.Set(x, y, c)
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, p); err != nil {
		panic(err)
	}
	return out.Bytes()
}
