package sandbox

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// browser is a real Chromium on the box's page. It fails the test on any request to another host and any console error.
type browser struct {
	t   *testing.T
	ctx context.Context
}

// chromium is the browser's path: FOLLOWUP_CHROMIUM, or the first of its usual names.
func chromium() string {
	if path := os.Getenv("FOLLOWUP_CHROMIUM"); path != "" {
		return path
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

func openPage(t *testing.T, b *box, width, height int64, query string) *browser {
	t.Helper()
	path := chromium()
	if path == "" {
		t.Skip("no Chromium found: install chromium or set FOLLOWUP_CHROMIUM to test the chat page")
	}
	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir()), chromedp.WindowSize(int(width), int(height)),
		chromedp.WSURLReadTimeout(time.Minute),
	}
	for _, flag := range []string{
		"headless", "no-sandbox", "disable-gpu", "no-first-run", "disable-background-networking", "disable-component-update", "disable-sync",
		"disable-quic", "hide-scrollbars",
	} {
		options = append(options, chromedp.Flag(flag, true))
	}
	ctx, closeAll := chromedp.NewExecAllocator(t.Context(), options...)
	ctx, closeTab := chromedp.NewContext(ctx)
	t.Cleanup(func() { closeTab(); closeAll() })
	p := &browser{t: t, ctx: ctx}
	p.do() // starts the browser
	p.watch(b.http.URL)
	p.do(command(network.Enable, network.EnableParams{}), chromedp.EmulateViewport(width, height), chromedp.Navigate(b.http.URL+"/"+query))
	p.sees("the chat", `document.querySelector("#top-name")?.textContent`)
	return p
}

// command is a protocol command as an action.
func command[P, R any](c cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, c, params)
		return err
	})
}

// watch fails the test at its end for every request to another host and every complaint in the console.
func (p *browser) watch(home string) {
	p.t.Helper()
	var mu sync.Mutex
	var wrong []string
	err := chromedp.Listen(p.ctx, func(event any) {
		mu.Lock()
		defer mu.Unlock()
		switch e := event.(type) {
		case *network.EventRequestWillBeSent:
			address := e.Request.URL
			if !strings.HasPrefix(address, home+"/") && !strings.HasPrefix(address, "data:") && !strings.HasPrefix(address, "blob:"+home) {
				wrong = append(wrong, "request to "+address)
			}
		case *runtime.EventConsoleAPICalled:
			if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning {
				wrong = append(wrong, "console: "+js(e.Args))
			}
		case *runtime.EventExceptionThrown:
			wrong = append(wrong, "exception: "+js(e.ExceptionDetails))
		case *log.EventEntryAdded:
			if e.Entry.Level == log.EntryLevelError {
				wrong = append(wrong, "log: "+e.Entry.Text+" "+e.Entry.URL)
			}
		}
	})
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() {
		mu.Lock()
		defer mu.Unlock()
		for _, w := range wrong {
			p.t.Error(w)
		}
	})
}

func (p *browser) do(actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	if err := chromedp.Do(p.ctx, actions...); err != nil {
		p.t.Fatal(err)
	}
}

// sees waits until an expression of the page is true.
func (p *browser) sees(what, expression string) {
	p.t.Helper()
	if err := chromedp.Do(p.ctx, chromedp.Poll[chromedp.Void](expression, chromedp.WithPollingTimeout(15*time.Second))); err != nil {
		text, _ := chromedp.Run(p.ctx, chromedp.Evaluate[string](`document.body.innerText`))
		p.t.Fatalf("the page does not show %s: %v\n%s", what, err, text)
	}
}

// text waits until the element's text contains a part.
func (p *browser) text(selector, part string) {
	p.t.Helper()
	p.sees(part, fmt.Sprintf(`[...document.querySelectorAll(%s)].some(n => n.innerText.includes(%s))`, js(selector), js(part)))
}

func (p *browser) click(selector string) {
	p.t.Helper()
	p.do(chromedp.Click(chromedp.CSS(selector)))
}

func (p *browser) write(text string) {
	p.t.Helper()
	p.do(chromedp.SendKeys(chromedp.CSS("#text"), text))
}

// set fills a field as pasting into it does.
func (p *browser) set(selector, value string) {
	p.t.Helper()
	p.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(
		`{ const field = document.querySelector(%s); field.value = %s; field.dispatchEvent(new Event("input", {bubbles: true})) }`, js(selector), js(value))))
}

// echo is a bot of a few lines: it repeats what it hears with two buttons, and a tap edits the message.
func (b *box) echo(ctx context.Context, t *testing.T) {
	t.Helper()
	offset := 0
	b.bot("setMyCommands", `{"commands":[{"command":"today","description":"План на сегодня"},{"command":"help","description":"Примеры"}]}`)
	for ctx.Err() == nil {
		r := b.bot("getUpdates", fmt.Sprintf(`{"offset":%d,"timeout":20}`, offset))
		var list []wireUpdate
		if err := json.Unmarshal(r.Result, &list); err != nil {
			return // the server was closed
		}
		for _, u := range list {
			offset = u.UpdateID + 1
			switch {
			case u.CallbackQuery != nil:
				q := u.CallbackQuery
				b.bot("editMessageText", js(map[string]any{"chat_id": q.Message.Chat.ID, "message_id": q.Message.MessageID, "text": q.Message.Text + "\n" + q.Data}))
				b.bot("answerCallbackQuery", js(map[string]any{"callback_query_id": q.ID, "text": "Готово: " + q.Data, "show_alert": q.Data == "alert"}))
			case u.Message != nil && u.Message.Document != nil:
				b.bot("sendMessage", js(map[string]any{"chat_id": u.Message.Chat.ID, "text": "Файл " + u.Message.Document.FileName}))
			case u.Message != nil && u.Message.Text != "":
				b.bot("sendMessage", `{"chat_id":`+js(u.Message.Chat.ID)+`,"text":`+js("Эхо: "+u.Message.Text)+`,"reply_markup":{"inline_keyboard":[[{"text":"✅ Верно","callback_data":"верно"},{"text":"Окно","callback_data":"alert"}],[{"text":"Сайт","url":"https://example.org/"}]]}}`)
			}
		}
	}
}

func withEcho(t *testing.T, b *box) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { b.echo(ctx, t) })
	t.Cleanup(func() { cancel(); b.Close(); wg.Wait() })
}

func TestPageOnAPhone(t *testing.T) {
	b := newBox(t)
	withEcho(t, b)
	p := openPage(t, b, 390, 844, "")
	p.click("#start")
	p.text(".m .text", "Эхо: /start")
	p.write("звонок ромашке\r")
	p.text(".m.mine .text", "звонок ромашке")
	p.text(".m .text", "Эхо: звонок ромашке")
	p.sees("two ticks", `document.querySelector(".m.mine .meta use").getAttribute("href") === "#i-checks"`)
	p.click(`.block:last-child .m:last-child [data-button="✅ Верно"]`)
	p.text("#toast", "Готово: верно")
	p.text(".block:last-child .m:last-child .meta", "изменено")
	p.sees("the message without buttons", `!document.querySelector(".block:last-child .m:last-child .key")`)

	p.write("окно\r")
	p.text(".m .text", "Эхо: окно")
	p.click(`.block:last-child .m:last-child [data-button="Сайт"]`)
	p.text("#dialog", "https://example.org/")
	p.click("#dialog-cancel")
	p.click(`.block:last-child .m:last-child [data-button="Окно"]`)
	p.text("#dialog", "Готово: alert")
	p.click("#dialog-ok")

	p.click(`[data-minutes="60"]`)
	p.text("#now", "11:12")
	p.click(`[data-to="morning"]`)
	p.text("#now", "09:00")

	p.click(`[data-person="1002"]`)
	p.sees("an empty chat with Start", `!document.querySelector("#start").hidden && !document.querySelector(".m")`)
	p.click("#back")
	p.click(`[data-chat="-500"]`)
	p.text("#top-name", "Север")
	p.write("между собой\r")
	p.text(".m.mine .text", "между собой")
	p.sees("no overflow", `document.documentElement.scrollWidth <= innerWidth`)
	p.click(`[data-person="1001"]`)
	p.text(`[data-person="1001"]`, "Анна")
	if got := b.last(anna).Text; !strings.Contains(got, "alert") {
		t.Errorf("the last message reads %q", got)
	}
}

func TestPageOnADesk(t *testing.T) {
	b := newBox(t)
	withEcho(t, b)
	b.start(anna)
	p := openPage(t, b, 1280, 800, "?person=1001")
	p.text(".chat-row", "Followup")
	p.write("одна строка")
	p.do(chromedp.KeyEvent("\r", chromedp.KeyModifiers(chromedp.ModifierShift)))
	p.write("другая")
	p.do(chromedp.KeyEvent("\r"))
	p.text(".m.mine .text", "одна строка\nдругая")
	p.click("#menu-button")
	p.text("#commands", "План на сегодня")
	p.click("#commands li:first-child")
	p.text(".m .text", "Эхо: /today")

	file := t.TempDir() + "/выписка.txt"
	if err := os.WriteFile(file, []byte("1CClientBankExchange"), 0o600); err != nil {
		t.Fatal(err)
	}
	p.click("#attach")
	p.click("#popup button:nth-child(2)")
	p.do(chromedp.SetUploadFiles(chromedp.CSS("#pick"), []string{file}))
	p.text("#dialog", "выписка.txt")
	p.click("#dialog-ok")
	p.text(".m.mine .doc", "выписка.txt")
	p.text(".m .text", "Файл выписка.txt")

	p.do(chromedp.Evaluate[chromedp.Void](`document.querySelector(".m.mine .more").click()`))
	p.click("#popup button:nth-child(1)")
	p.write("ответ\r")
	p.text(".m.mine .quoted", "/start")
	p.click("#language")
	p.text("#clock-buttons", "+1 hour")
	p.sees("no overflow", `document.documentElement.scrollWidth <= innerWidth`)
}

func TestPageMenus(t *testing.T) {
	b := newBox(t)
	withEcho(t, b)
	b.start(anna)
	p := openPage(t, b, 1280, 900, "?phone&person=1001")
	p.sees("a phone's frame", `document.querySelector("#app").clientWidth === 390`)

	p.write("опечтака\r")
	p.text(".m.mine .text", "опечтака")
	p.do(chromedp.KeyEvent(kb.ArrowUp))
	p.text("#quote-bar", "Редактирование")
	p.set("#text", "")
	p.write("опечатка\r")
	p.text(".m.mine .text", "опечатка")
	p.text(".m.mine .meta", "изменено")

	p.click("#attach")
	p.click("#popup button:nth-child(6)")
	p.set(`[name="text"]`, "акт подпишем после 25-го")
	p.set(`[name="date"]`, "2026-11-17T19:40")
	p.click("#dialog-ok")
	p.text(".m.mine .fwd", "Переслано от Ирина К., 17.11 19:40")
	p.click("#attach")
	p.click("#popup button:nth-child(4)")
	p.click("#dialog-ok")
	p.text(".m.mine .doc", "Ирина Ковалёва")
	p.click("#attach")
	p.click("#popup button:nth-child(3)")
	p.click("#dialog-body .choice:first-child")
	p.sees("a voice note", `document.querySelector(".m.mine .wave")`)

	p.click("#chat-menu")
	p.click("#popup button:nth-child(1)")
	p.set(`[name="start"]`, "t.me/followup_bot?start=inv_7Kq2")
	p.click("#dialog-ok")
	p.text(".m.mine .text", "/start inv_7Kq2")

	p.set("#text", strings.Repeat("слово ", 900))
	p.write("конец\r")
	p.text(".block:last-child .m.mine .text", "конец")

	p.click("#chat-menu")
	p.click("#popup button:nth-child(3)")
	p.sees("the button that unblocks", `!document.querySelector("#unblock").hidden`)
	p.click("#unblock")
	p.sees("the input field", `!document.querySelector("#write-row").hidden`)

	mine := slices.DeleteFunc(b.Messages(anna), func(m Message) bool { return m.Bot })
	var got []string
	for _, m := range mine {
		got = append(got, m.Kind+" "+js(units(m.Text)))
	}
	if want := "text 6, text 8, text 24, contact 0, voice 0, text 15, text 4091, text 1313"; strings.Join(got, ", ") != want {
		t.Errorf("the chat holds %q, want %q", strings.Join(got, ", "), want)
	}
	if f := mine[2].Forward; f == nil || f.Person != 0 || f.Date.Format(time.RFC3339) != "2026-11-17T19:40:00+03:00" {
		t.Errorf("forwarded from %+v", f)
	}
}
