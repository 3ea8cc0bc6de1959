package bot

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"followup/storage/crm"
)

// hooked starts a bot in webhook mode behind a server of its own.
func hooked(t *testing.T) (d *door, hook *httptest.Server) {
	t.Helper()
	d = newDoor(t)
	mux := http.NewServeMux()
	hook = httptest.NewServer(mux)
	t.Cleanup(hook.Close)
	d.make(testToken, func(o *Options) { o.Webhook = Webhook{hook.URL + "/hook", "S3cret"} })
	d.bot.sender.pace.off = true
	mux.Handle("/hook", d.bot.Webhook())
	d.run()
	return d, hook
}

func post(t *testing.T, url, secret, body string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Telegram-Bot-Api-Secret-Token", secret)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	http.DefaultClient.CloseIdleConnections()
	return resp.StatusCode
}

func TestWebhook(t *testing.T) {
	d, _ := hooked(t)
	for i := range 10 {
		d.say(annaID, annaID, fmt.Sprint(private, i))
	}
	d.until("ten answers", func() bool { return len(d.texts(annaID)) == 10 })
	for i, text := range d.texts(annaID) {
		if text != fmt.Sprint(private, i) {
			t.Errorf("answer %d is %q", i, text)
		}
	}
}

func TestWebhookRefuses(t *testing.T) {
	d, hook := hooked(t)
	good := `{"update_id":5,"message":{` + inPrivate + `,"text":"x"}}`
	for name, c := range map[string]struct {
		secret, body string
		want         int
	}{
		"no secret":     {"", good, 404},
		"a wrong one":   {"s3cret", good, 404},
		"a huge body":   {"S3cret", `{"update_id":5,"x":"` + strings.Repeat("x", maxWebhookBody) + `"}`, 413},
		"no update":     {"S3cret", `{"ok":true}`, 400},
		"half of one":   {"S3cret", good[:len(good)-1], 400},
		"what is right": {"S3cret", good, 200},
	} {
		if got := post(t, hook.URL+"/hook", c.secret, c.body); got != c.want {
			t.Errorf("%s: answered %d", name, got)
		}
	}
	d.halt()
}

// An update that can't be read stops nobody, and media of a kind that nobody knows yet are no such update.
func TestUnreadableUpdateAmongGoodOnes(t *testing.T) {
	d, hook := hooked(t)
	d.say(annaID, annaID, "первое")
	d.wantTexts(annaID, "первое")
	update := func(n int, rest string) string {
		return fmt.Sprintf(`{"update_id":%d,"message":{"message_id":%d,"date":9,"chat":{"id":%d,"type":"private"},"from":{"id":%d,"first_name":"A"}%s}}`,
			n, n, annaID, annaID, rest)
	}
	for i, rest := range []string{
		`,"text":"второе"`, `,"text":{"of":"the future"}`,
		`,"caption":"третье","paid_media":{"star_count":1,"paid_media":[{"type":"live_photo"}]}`, `,"text":"четвёртое"`,
	} {
		if got := post(t, hook.URL+"/hook", "S3cret", update(100+i, rest)); got != 200 {
			t.Fatal(got)
		}
	}
	d.wantTexts(annaID, "первое", "второе", "третье", "четвёртое")
	d.halt()
	d.open()
	if n, err := d.store.Aside(context.Background()); n != 1 || err != nil {
		t.Error(n, "updates are set aside", err)
	}
}

// Telegram promises no order to several connections, and repeats what it got no answer to: whatever the order and however
// often an update comes, it takes effect once.
func TestWebhookOutOfOrder(t *testing.T) {
	const count, copies = 60, 3
	d, hook := hooked(t)
	d.member(annaID, crm.Manager)
	d.api.Know(annaID)
	order := rand.New(rand.NewPCG(4, 4)).Perm(count * copies)
	var posting sync.WaitGroup
	for part := range 4 {
		posting.Go(func() {
			for _, n := range order[part*len(order)/4 : (part+1)*len(order)/4] {
				n %= count
				body := fmt.Sprintf(`{"update_id":%d,"message":{"message_id":%d,"date":9,"chat":{"id":%d,"type":"private"},"from":{"id":%d,"first_name":"A"},"text":"слово %d"}}`,
					1000+n, 1000+n, annaID, annaID, n)
				if code := post(t, hook.URL+"/hook", "S3cret", body); code != 200 {
					t.Error(code)
				}
			}
		})
	}
	posting.Wait()
	d.until("all answers", func() bool { return len(d.texts(annaID)) >= count })
	d.bot.work.drain(t.Context())
	d.halt()
	got := map[string]int{}
	for _, text := range d.texts(annaID) {
		got[text]++
	}
	for n := range count {
		if times := got[fmt.Sprint("слово ", n)]; times != 1 {
			t.Errorf("update %d was answered %d times", n, times)
		}
	}
}
