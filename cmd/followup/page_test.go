package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// TestPagePath is the way a newcomer goes in the chat page of the running program, with real clicks: a line of work talk, its
// card, the clock, the reminder, done, how it ended, and the client's history that shows it.
func TestPagePath(t *testing.T) {
	p := launch(t, nil, "sandbox", "--listen", "127.0.0.1:0")
	address := ""
	await(t, "the page's address", func() bool {
		address = regexp.MustCompile(`http://127\.0\.0\.1:\d+`).FindString(p.printed())
		return address != ""
	})
	page := openTab(t, address)
	page.say("созвонилась с ромашкой, ждут кп до пятницы, набрать завтра после обеда")
	page.see("Обещали: КП")
	page.see("Набрать — ")
	page.say("напомни ромашке через 10 минут сверить остатки")
	page.see("Сверить остатки")
	page.clock(`[data-to="morning"]`)
	page.see("план на день")
	page.clock(`[data-minutes="60"]`)
	page.see("⏰ ООО «Ромашка»")
	page.tap("Сверить остатки", "✅ Сделано")
	page.tap("Чем закончилось?", "✏️ Своими словами")
	page.see("чем закончилось, одной строкой")
	page.say("остатки сходятся")
	page.see("Итог: остатки сходятся")
	page.say("/client ромашка")
	page.see("→ остатки сходятся")
	p.stop(t)
}

// tab is the chat page in a browser.
type tab struct {
	t   *testing.T
	ctx context.Context
}

// openTab opens the page at a desk's size, where every button is in sight; without a browser the test is skipped.
func openTab(t *testing.T, address string) tab {
	t.Helper()
	path := os.Getenv("FOLLOWUP_CHROMIUM")
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); path == "" && err == nil {
			path = found
		}
	}
	if path == "" {
		t.Skip("no Chromium found: install chromium or set FOLLOWUP_CHROMIUM to test the chat page")
	}
	options := []chromedp.ExecAllocatorOption{chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir()), chromedp.WSURLReadTimeout(time.Minute)}
	for _, flag := range []string{
		"headless", "no-sandbox", "disable-gpu", "no-first-run", "disable-background-networking", "disable-component-update", "disable-sync",
		"disable-quic",
	} {
		options = append(options, chromedp.Flag(flag, true))
	}
	ctx, closeAll := chromedp.NewExecAllocator(t.Context(), options...)
	ctx, closeTab := chromedp.NewContext(ctx)
	t.Cleanup(func() { closeTab(); closeAll() })
	p := tab{t, ctx}
	p.do(chromedp.EmulateViewport(1280, 800))
	p.do(chromedp.Navigate(address + "/?person=1001&chat=1001"))
	return p
}

func (p tab) do(action chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	if _, err := chromedp.Run(p.ctx, action); err != nil {
		p.t.Fatal(err)
	}
}

// until waits for an expression of the page to become true.
func (p tab) until(what, expression string) {
	p.t.Helper()
	await(p.t, what, func() bool {
		ok, err := chromedp.Run(p.ctx, chromedp.Evaluate[bool]("Boolean("+expression+")"))
		if err != nil {
			p.t.Fatal(err)
		}
		return ok
	})
}

// see waits for a message of the bot that holds words.
func (p tab) see(words string) {
	p.t.Helper()
	p.until(words, shows(words))
}

// clock moves the clock by one of its buttons.
func (p tab) clock(button string) {
	p.t.Helper()
	p.do(chromedp.Click(chromedp.CSS("#clock-buttons " + button)))
}

// shows is whether a message of the bot holds words.
func shows(words string) string {
	return fmt.Sprintf(`[...document.querySelectorAll(".m:not(.mine)")].some(n => n.innerText.includes(%q))`, words)
}

// tap presses a button of the newest message that holds words.
func (p tab) tap(words, button string) {
	p.t.Helper()
	find := fmt.Sprintf(`[...document.querySelectorAll(".m:not(.mine)")].filter(n => n.innerText.includes(%q)).at(-1)?.querySelector('[data-button=%q]')`, words, button)
	p.until(button, find)
	p.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("#pressed")?.removeAttribute("id"); (` + find + `).id = "pressed"`))
	p.do(chromedp.Click(chromedp.CSS("#pressed")))
}

func (p tab) say(text string) {
	p.t.Helper()
	p.do(chromedp.SendKeys(chromedp.CSS("#text"), text))
	p.do(chromedp.KeyEvent("\r"))
}
