package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"followup/bot/sandbox"
	"followup/scheduler/clock"
	"followup/storage/pgtest"
)

// crowd is a town in which people write all the time to several replicas of the program on one database, and what they
// wrote. The Bot API server has Telegram's limits, and the clocks of the replicas differ by up to ten minutes.
type crowd struct {
	*town
	clients []string
	polls   bool // there is no webhook
	public  string
	end     func() // of the talk

	mu       sync.Mutex
	chance   *rand.Rand
	replicas []*replica
	gone     []*replica // that were replaced
	posted   int
	made     int
	said     map[int64][]int // by chat, the numbers of its lines in their order
}

// replica is one of the programs, and where it takes in the webhook.
type replica struct {
	*process
	listen string
}

// newCrowd starts three replicas and lets people talk about every other tenth of a second.
func newCrowd(t *testing.T, polls bool) *crowd {
	t.Helper()
	c := &crowd{
		clients: strings.Fields("Ромашка Вектор Гамма Дельта Омега Сигма Альфа Волга Кедр Маяк Рубин Сокол Уран Факел Горизонт Заря " +
			"Импульс Квант Лотос Метеор Нептун Орион Прогресс Радуга Салют Титан Утёс Феникс Циклон Шторм"),
		polls: polls, chance: rand.New(rand.NewPCG(18, 11)), said: map[int64][]int{},
	}
	var portfolio strings.Builder
	portfolio.WriteString("team Север\nperson Игорь owner Север ru\n")
	for i, client := range c.clients {
		fmt.Fprintf(&portfolio, "person Менеджер%d manager Север ru\nclient %s | manager Менеджер%d\n", i, client, i)
	}
	c.town = newTownAt(t, portfolio.String(), pgtest.Fresh(t, pgtest.Start(t)), sandbox.Limits{})
	front := httptest.NewServer(c)
	t.Cleanup(front.Close)
	c.public = front.URL
	for range 3 {
		c.replicas = append(c.replicas, c.start(t))
	}
	eventually(t, "one replica leads", func() bool { return c.leader() >= 0 })
	ctx, cancel := context.WithCancel(t.Context())
	var talk sync.WaitGroup
	talk.Go(func() {
		for clock.Sleep(ctx, clock.Real(), time.Duration(100+c.draw(200))*time.Millisecond) == nil {
			c.say(t)
		}
	})
	c.end = func() {
		cancel()
		talk.Wait()
	}
	t.Cleanup(c.end)
	return c
}

// start starts a replica whose clock is anywhere around the others'.
func (c *crowd) start(t *testing.T) *replica {
	t.Helper()
	r := &replica{listen: freeAddress(t)}
	now, err := time.Parse(time.RFC3339, townNow)
	if err != nil {
		t.Fatal(err)
	}
	now = now.Add(time.Duration(c.draw(1200)-600) * time.Second)
	env := append(slices.Clone(c.env), "FOLLOWUP_LISTEN="+r.listen, "FOLLOWUP_CLOCK="+now.Format(time.RFC3339))
	if !c.polls {
		env = append(env, "FOLLOWUP_WEBHOOK_URL="+c.public+"/telegram", "FOLLOWUP_WEBHOOK_SECRET=a-secret-of-the-test")
	}
	r.process = launch(t, env, "serve")
	return r
}

// replace starts a replica in the place of one that has ended.
func (c *crowd) replace(t *testing.T, place int) {
	t.Helper()
	fresh := c.start(t)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.gone = append(c.gone, c.replicas[place])
	c.replicas[place] = fresh
}

func (c *crowd) draw(n int) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.chance.IntN(n)
}

// say lets somebody write the next line.
func (c *crowd) say(t *testing.T) (chat int64, line int) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	i := c.chance.IntN(len(c.clients))
	chat = c.people[i+1].Telegram
	c.made++
	if _, err := c.box.Say(chat, chat, fmt.Sprintf("/remind %s: пункт %d завтра в 15:00", c.clients[i], c.made)); err != nil {
		t.Error(err)
	}
	c.said[chat] = append(c.said[chat], c.made)
	return chat, c.made
}

// answered reports whether the bot said something of a line.
func (c *crowd) answered(chat int64, line int) bool {
	for _, m := range slices.Backward(c.box.Messages(chat)) {
		if n := numberIn(m.Text); m.Bot && n == line {
			return true
		}
	}
	return false
}

// frontTime is how long the balancer waits for a replica.
const frontTime = 2 * time.Second

// ServeHTTP hands what Telegram posts to one of the replicas by chance, as a load balancer does; one that is dead or stands
// still is an error, and Telegram sends it again.
func (c *crowd) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	to := c.replicas[c.chance.IntN(len(c.replicas))]
	c.posted++
	c.mu.Unlock()
	ctx, cancel := context.WithTimeout(r.Context(), frontTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, r.Method, "http://"+to.listen+r.URL.Path, r.Body)
	if err == nil {
		req.Header = r.Header.Clone()
		var res *http.Response
		if res, err = http.DefaultClient.Do(req); err == nil {
			defer func() { _ = res.Body.Close() }()
			w.WriteHeader(res.StatusCode)
			_, _ = io.Copy(w, res.Body) // Telegram asks again when it is cut off
			return
		}
	}
	w.WriteHeader(http.StatusBadGateway)
}

// leads is what a replica logs when it takes the lead.
const leads = "this replica leads"

// leader is the place of the replica that said last that it leads, -1 when none did. The dead are replaced, so that only
// the living are asked; one that was deposed begins anew and says so. A place to leave out may be given.
func (c *crowd) leader(but ...int) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, r := range c.replicas {
		text := r.printed()
		if at := strings.LastIndex(text, leads); at >= 0 && !slices.Contains(but, i) && !strings.Contains(text[at:], "took the lead") {
			return i
		}
	}
	return -1
}

// logged counts what the replicas logged.
func (c *crowd) logged(words string) (n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, r := range slices.Concat(c.gone, c.replicas) {
		n += strings.Count(r.printed(), words)
	}
	return n
}

// eventually is await for what costs more to look at.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	for !ok() {
		if err := clock.Sleep(ctx, clock.Real(), 20*time.Millisecond); err != nil {
			t.Fatalf("waited in vain: %s", what)
		}
	}
}

func pause(t *testing.T, d time.Duration) {
	t.Helper()
	if err := clock.Sleep(context.WithoutCancel(t.Context()), clock.Real(), d); err != nil {
		t.Fatal(err)
	}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// toll is what became of the lines.
type toll struct{ lost, doubled, marked, misplaced, refused int }

// settle waits until every line is answered, ends the replicas and counts what the bot said of each line: nothing, twice
// without a word, again and marked so, or before an earlier line of its chat.
func (c *crowd) settle(t *testing.T) (n toll) {
	t.Helper()
	c.end()
	eventually(t, "every update confirmed", func() bool { return c.box.Pending() == 0 })
	store := c.open(t)
	defer func() { _ = store.Close() }()
	eventually(t, "every answer sent", func() bool { return store.Quiet(t.Context()) })
	for _, r := range c.replicas {
		r.stop(t)
	}
	c.checkFollowUps(t, store, c.made, nil)
	report, err := store.Check(t.Context())
	if err != nil || len(report.Faults) > 0 {
		t.Error(report.Faults, err)
	}
	for chat, lines := range c.said {
		n.add(lines, c.answers(chat))
	}
	if n.refused = c.box.Refused(); n.refused > 0 {
		for _, r := range slices.Concat(c.gone, c.replicas) {
			if strings.Contains(r.printed(), "Telegram asks for a pause") {
				t.Logf("a replica was asked for a pause:\n%s", r.printed())
			}
		}
	}
	return n
}

// reply is what the bot said of a line; marked: and that it may have said it before.
type reply struct {
	line   int
	marked bool
}

func (c *crowd) answers(chat int64) (list []reply) {
	for _, m := range c.box.Messages(chat) {
		if line := numberIn(m.Text); m.Bot && line != 0 {
			list = append(list, reply{line, strings.Contains(m.Text, "🔁 Возможно")})
		}
	}
	return list
}

func (n *toll) add(lines []int, said []reply) {
	plain, all := map[int]int{}, map[int]int{}
	latest := 0
	for _, a := range said {
		if all[a.line] == 0 && a.line < latest {
			n.misplaced++
		}
		latest = max(latest, a.line)
		all[a.line]++
		if a.marked {
			n.marked++
		} else {
			plain[a.line]++
		}
	}
	for _, line := range lines {
		if all[line] == 0 {
			n.lost++
		}
		if plain[line] > 1 {
			n.doubled++
		}
	}
}
