package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"followup/scheduler/clock"
	"followup/storage"
)

// The worst moments for a process to die are those in which Telegram and the database disagree: a call was carried out and
// its answer never read, a batch was stored and not confirmed, a message left and is not yet marked. This test kills serve
// with SIGKILL in exactly these: from inside the Bot API server, around a call picked by chance.

// instant is when around a call the process is killed.
type instant int

const (
	beforeCall   instant = iota // Telegram has the request and does nothing with it
	beforeAnswer                // Telegram did it, and the answer is lost
	afterAnswer                 // a moment later, when the answer is being acted on
	instants
)

// reaper stands before the Bot API server and kills the process that was named to it.
type reaper struct {
	api http.Handler

	mu   sync.Mutex
	left int // calls until it strikes; 0: it doesn't
	when instant
	late time.Duration // after afterAnswer
	kill func()
}

// set makes the reaper wait for the n-th call from now.
func (r *reaper) set(n int, when instant, late time.Duration, kill func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.left, r.when, r.late, r.kill = n, when, late, kill
}

func (r *reaper) strikes() (bool, instant, time.Duration, func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.left--
	return r.left == 0, r.when, r.late, r.kill
}

func (r *reaper) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	now, when, late, kill := r.strikes()
	switch {
	case !now:
		r.api.ServeHTTP(w, req)
	case when == beforeCall:
		kill()
		panic(http.ErrAbortHandler)
	case when == beforeAnswer:
		r.api.ServeHTTP(httptest.NewRecorder(), req)
		kill()
		panic(http.ErrAbortHandler)
	default:
		r.api.ServeHTTP(w, req)
		go func() { //nolint:contextcheck // the process dies whatever becomes of the request
			defer kill()
			_ = clock.Sleep(context.WithoutCancel(req.Context()), clock.Real(), late) // nothing can stop it
		}()
	}
}

// TestKilledInACall kills serve around calls to Telegram while people write and tap, and then looks at every follow-up:
// made once, or taken back by the tap that a person saw answered or not.
func TestKilledInACall(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a quarter of a minute")
	}
	inTowns(t, kills(80), 80, killInCalls)
}

func killInCalls(t *testing.T, seed uint64, kills int) {
	t.Helper()
	// Many people, because one chat gets a message a second and the end waits for all of them.
	clients := strings.Fields("Ромашка Вектор Гамма Дельта Омега Сигма Альфа Волга Кедр Маяк Рубин Сокол Уран Факел Горизонт Заря " +
		"Импульс Квант Лотос Метеор Нептун Орион Прогресс Радуга Салют Титан Утёс Феникс Циклон Шторм")
	var portfolio strings.Builder
	portfolio.WriteString("team Север\nperson Игорь owner Север ru\n")
	for i, client := range clients {
		fmt.Fprintf(&portfolio, "person Менеджер%d manager Север ru\nclient %s | manager Менеджер%d\n", i, client, i)
	}
	v := newTown(t, portfolio.String())
	gate := &reaper{api: v.box.Handler()}
	server := httptest.NewServer(gate)
	t.Cleanup(server.Close)
	env := append(v.env, "TELEGRAM_API_URL="+server.URL)

	chance := rand.New(rand.NewPCG(18, seed))
	undone, tapped := map[int]bool{}, map[int64]int{} // tapped: the last card of a chat that was looked at
	made, missed := 0, 0
	for range kills {
		serve := launch(t, env, "serve")
		gate.set(1+chance.IntN(14), instant(chance.IntN(int(instants))), time.Duration(chance.IntN(4000))*time.Microsecond,
			func() { _ = serve.cmd.Process.Kill() })
		for range 3 {
			made++
			i := chance.IntN(len(clients))
			who := v.people[i+1].Telegram
			if _, err := v.box.Say(who, who, fmt.Sprintf("/remind %s: пункт %d завтра в 15:00", clients[i], made)); err != nil {
				t.Fatal(err)
			}
		}
		for _, who := range v.people {
			if n := v.undoOne(t, who.Telegram, tapped); n != 0 {
				undone[n] = true
			}
		}
		// A round in which the reaper waits for a call that never comes is ended from here.
		limit, stop := clock.Real().Until(clock.Real().Now().Add(500 * time.Millisecond))
		dead := make(chan struct{})
		go func() {
			defer close(dead)
			_ = serve.cmd.Wait() // it was killed
		}()
		select {
		case <-dead:
		case <-limit:
			missed++
			_ = serve.cmd.Process.Kill()
			<-dead
		}
		stop()
	}
	gate.set(0, 0, 0, nil)
	serve := launch(t, env, "serve")
	await(t, "every update confirmed", func() bool { return v.box.Pending() == 0 })
	store := v.open(t)
	await(t, "every answer sent", func() bool { return store.Quiet(t.Context()) })
	serve.stop(t)
	v.checkFollowUps(t, store, made, undone)
	report, err := store.Check(t.Context())
	if err := errors.Join(err, store.Close()); err != nil || len(report.Faults) > 0 {
		t.Error(report.Faults, err)
	}
	t.Logf("%d kills, %d of them between calls, %d follow-ups, %d of them taken back", kills, missed, made, len(undone))
}

// undoOne taps "undo" under a card of a chat that was not looked at before, and returns the number of what it takes back,
// 0 when there is none.
func (v *town) undoOne(t *testing.T, chat int64, tapped map[int64]int) int {
	t.Helper()
	const undo = "↩️ Отменить"
	for _, m := range v.box.Messages(chat) {
		if !m.Bot || m.ID <= tapped[chat] {
			continue
		}
		tapped[chat] = m.ID
		n := numberIn(m.Text)
		for _, row := range m.Buttons {
			for _, b := range row {
				if b.Text == undo {
					if _, err := v.box.Tap(chat, chat, m.ID, undo); err != nil {
						t.Fatal(err)
					}
					return n
				}
			}
		}
	}
	return 0
}

// numberIn is N of a text with "пункт N", 0 when there is none.
func numberIn(text string) (n int) {
	if _, rest, ok := strings.Cut(strings.ToLower(text), "пункт "); ok {
		_, _ = fmt.Sscanf(rest, "%d", &n) // no number is 0
	}
	return n
}

func (v *town) checkFollowUps(t *testing.T, store *storage.Store, made int, undone map[int]bool) {
	t.Helper()
	kept := map[int]int{}
	err := store.View(t.Context(), func(tx *storage.Tx) error {
		list, err := tx.System().FollowUps(storage.FollowUpFilter{Limit: 10 * made})
		for _, f := range list {
			kept[numberIn(f.Text)]++
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for n := 1; n <= made; n++ {
		want := 1
		if undone[n] {
			want = 0
		}
		if kept[n] != want {
			t.Errorf("follow-up %d is there %d times, not %d", n, kept[n], want)
		}
	}
	if n := kept[0]; n != 0 {
		t.Errorf("%d follow-ups of nobody's making", n)
	}
}
