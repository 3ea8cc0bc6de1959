package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"followup/scheduler/clock"
	"followup/storage/pgtest"
)

// roundsEnv says how often a replica is killed; 12 times when it is not set.
const roundsEnv = "FOLLOWUP_TEST_ROUNDS"

// leads is what a replica logs when it takes the lead.
const leads = "this replica leads"

// replica is one of several programs on one database, and where it takes in the webhook.
type replica struct {
	*process
	listen string
}

// balancer hands what Telegram posts to one of the replicas by chance, as a load balancer does; one that is dead is an
// error, and Telegram sends it again.
type balancer struct {
	mu       sync.Mutex
	replicas []*replica
	posted   int
}

func (b *balancer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	to := b.replicas[rand.IntN(len(b.replicas))]
	b.posted++
	b.mu.Unlock()
	req, err := http.NewRequestWithContext(r.Context(), r.Method, "http://"+to.listen+r.URL.Path, r.Body)
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

// TestReplicasKilledAtRandom runs three replicas behind one webhook, lets people write, and kills or freezes one after the
// other: every line is carried out once and answered once, but for answers that say themselves that they may be repeats, and
// another replica leads within 15 seconds.
func TestReplicasKilledAtRandom(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a minute")
	}
	rounds := 12
	if n, err := strconv.Atoi(os.Getenv(roundsEnv)); err == nil {
		rounds = n
	}
	clients := strings.Fields("Ромашка Вектор Гамма Дельта Омега Сигма Альфа Волга Кедр Маяк Рубин Сокол")
	var portfolio strings.Builder
	portfolio.WriteString("team Север\nperson Игорь owner Север ru\n")
	for i, client := range clients {
		fmt.Fprintf(&portfolio, "person Менеджер%d manager Север ru\nclient %s | manager Менеджер%d\n", i, client, i)
	}
	v := newTownAt(t, portfolio.String(), pgtest.Fresh(t, pgtest.Start(t)))
	front := &balancer{}
	public := httptest.NewServer(front)
	t.Cleanup(public.Close)
	env := append(v.env, "FOLLOWUP_WEBHOOK_URL="+public.URL+"/telegram", "FOLLOWUP_WEBHOOK_SECRET=a-secret-of-the-test")
	start := func() *replica {
		r := &replica{listen: freeAddress(t)}
		r.process = launch(t, append(slices.Clone(env), "FOLLOWUP_LISTEN="+r.listen), "serve")
		return r
	}
	for range 3 {
		front.replicas = append(front.replicas, start())
	}
	await(t, "one replica leads", func() bool { return front.leader() >= 0 })

	chance := rand.New(rand.NewPCG(18, 11))
	made := 0
	var takeovers []time.Duration
	for round := range rounds {
		for range 10 {
			made++
			i := chance.IntN(len(clients))
			who := v.people[i+1].Telegram
			if _, err := v.box.Say(who, who, fmt.Sprintf("/remind %s: пункт %d завтра в 15:00", clients[i], made)); err != nil {
				t.Fatal(err)
			}
		}
		pause(t, time.Duration(chance.IntN(150))*time.Millisecond)
		leader := front.leader()
		victim := chance.IntN(3)
		if round%3 == 0 {
			victim = leader
		}
		if round%6 == 5 {
			freeze(t, front.replicas[victim])
			continue
		}
		old := front.replicas[victim]
		_ = old.cmd.Process.Kill()
		_ = old.cmd.Wait() // it was killed
		began := time.Now()
		fresh := start()
		front.mu.Lock()
		front.replicas[victim] = fresh
		front.mu.Unlock()
		if victim == leader {
			await(t, "another replica leads", func() bool { return front.leader() >= 0 })
			takeovers = append(takeovers, time.Since(began).Round(100*time.Millisecond))
		}
	}
	await(t, "every update confirmed", func() bool { return v.box.Pending() == 0 })
	store := v.open(t)
	await(t, "every answer sent", func() bool { return store.Quiet(t.Context()) })
	for _, r := range front.replicas {
		r.stop(t)
	}
	v.checkFollowUps(t, store, made, nil)
	lost, doubled, marked := v.countAnswers(made)
	if err := store.Close(); err != nil {
		t.Error(err)
	}
	if lost > 0 || doubled > 0 {
		t.Errorf("%d answers were lost, %d doubled", lost, doubled)
	}
	for _, took := range takeovers {
		if took > 15*time.Second {
			t.Errorf("another replica led after %s", took)
		}
	}
	t.Logf("%d rounds, %d updates by %d posts: %d lost, %d effects doubled, %d answers repeated and marked so; takeovers after %v",
		rounds, made, front.posted, lost, doubled, marked, takeovers)
}

// leader is which replica said last that it leads and is alive, -1 when none did. The dead are replaced, so that only the
// living are asked; one that was deposed begins anew and says so.
func (b *balancer) leader() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i, r := range b.replicas {
		text := r.printed()
		if at := strings.LastIndex(text, leads); at >= 0 && !strings.Contains(text[at:], "took the lead") {
			return i
		}
	}
	return -1
}

// freeze stops a replica longer than a lease lasts and lets it go on.
func freeze(t *testing.T, r *replica) {
	t.Helper()
	for _, s := range []struct {
		signal syscall.Signal
		wait   time.Duration
	}{{syscall.SIGSTOP, 7 * time.Second}, {syscall.SIGCONT, 2 * time.Second}} {
		if err := r.cmd.Process.Signal(s.signal); err != nil {
			t.Fatal(err)
		}
		pause(t, s.wait)
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

// countAnswers looks at what the bot said about each line: nothing, twice without a word, or again and marked so.
func (v *town) countAnswers(made int) (lost, doubled, marked int) {
	plain, repeated := map[int]int{}, map[int]int{}
	for _, p := range v.people {
		for _, m := range v.box.Messages(p.Telegram) {
			switch n := numberIn(m.Text); {
			case !m.Bot || n == 0:
			case strings.Contains(m.Text, "🔁 Возможно"):
				repeated[n]++
			default:
				plain[n]++
			}
		}
	}
	for n := 1; n <= made; n++ {
		if plain[n]+repeated[n] == 0 {
			lost++
		}
		if plain[n] > 1 {
			doubled++
		}
		marked += repeated[n]
	}
	return lost, doubled, marked
}
