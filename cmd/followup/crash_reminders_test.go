package main

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"followup/scheduler/clock"
)

// rounds makes the crash tests longer: go test ./cmd/followup -run Killed -rounds 5000 -timeout 5h
var rounds = flag.Int("rounds", 0, "how often the program is killed in each crash test; 0: a minute's worth")

// kills is how often a crash test kills: so often by default, as often as was asked for by the flag.
func kills(usual int) int {
	if *rounds > 0 {
		return *rounds
	}
	return usual
}

// TestKilledWhileReminding kills serve while it brings back what was promised, and then looks at every reminder: said, and
// said again at most for each kill and each call that was under way.
func TestKilledWhileReminding(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a quarter of a minute")
	}
	const minutes = 25 // a follow-up without an answer is said again after 30
	inTowns(t, kills(minutes), minutes, remindThroughKills)
}

// inTowns kills so often, in a new town after each few: one chat gets a message a second, so the answers of a long run would
// pile up in one.
func inTowns(t *testing.T, kills, few int, in func(t *testing.T, seed uint64, kills int)) {
	t.Helper()
	for seed := uint64(1); kills > 0; seed++ {
		t.Run(fmt.Sprint("town ", seed), func(t *testing.T) { in(t, seed, min(kills, few)) })
		kills -= few
	}
}

func remindThroughKills(t *testing.T, seed uint64, minutes int) {
	t.Helper()
	const people = 12
	var portfolio strings.Builder
	portfolio.WriteString("team Север\nperson Игорь owner Север ru\n")
	for i := range people {
		fmt.Fprintf(&portfolio, "person Менеджер%d manager Север ru Europe/Moscow\nclient Клиент%d | manager Менеджер%d\n", i, i, i)
	}
	promised := 0
	for minute := range minutes {
		for i := range people {
			promised++
			fmt.Fprintf(&portfolio, "followup пункт %d | client Клиент%d | 2026-11-18 10:%02d | for Менеджер%d | named\n", promised, i, 13+minute, i)
		}
	}
	v := newTown(t, portfolio.String())
	gate := &reaper{api: v.box.Handler()}
	server := httptest.NewServer(gate)
	t.Cleanup(server.Close)
	chance := rand.New(rand.NewPCG(seed, 25))
	start := func(minute int) *process {
		env := append(v.env, "TELEGRAM_API_URL="+server.URL, fmt.Sprintf("FOLLOWUP_CLOCK=2026-11-18T10:%02d:00+03:00", minute))
		return launch(t, env, "serve")
	}
	for minute := range minutes {
		serve := start(13 + minute)
		gate.set(1+chance.IntN(20), instant(chance.IntN(int(instants))), time.Duration(chance.IntN(4000))*time.Microsecond,
			func() { _ = serve.cmd.Process.Kill() })
		// Some rounds end before or between calls.
		killedWithin(serve, time.Duration(chance.IntN(400))*time.Millisecond)
	}
	gate.set(0, 0, 0, nil)
	serve := start(13 + minutes)
	store := v.open(t)
	said := map[int]int{}
	await(t, "every reminder", func() bool {
		said = v.reminders()
		return len(said) == promised && store.Quiet(t.Context())
	})
	serve.stop(t)
	report, err := store.Check(t.Context())
	if err := errors.Join(err, store.Close()); err != nil || len(report.Faults) > 0 {
		t.Error(report.Faults, err)
	}
	again := 0
	for _, n := range said {
		again += n - 1
	}
	const slots = 32 // calls that may be under way
	if again > slots*minutes {
		t.Errorf("%d of %d reminders came again after %d kills", again, promised, minutes)
	}
	t.Logf("%d kills, %d reminders, none lost, %d said again", minutes, promised, again)
}

// killedWithin waits for a process to be killed by somebody, and does it itself after limit.
func killedWithin(p *process, limit time.Duration) {
	dead := make(chan struct{})
	go func() {
		defer close(dead)
		_ = p.cmd.Wait() // it was killed
	}()
	late, stop := clock.Real().Until(clock.Real().Now().Add(limit))
	defer stop()
	select {
	case <-dead:
	case <-late:
		_ = p.cmd.Process.Kill()
		<-dead
	}
}

var point = regexp.MustCompile(`(?i)пункт (\d+)`)

// reminders counts how often each numbered follow-up was said in its person's chat.
func (v *town) reminders() map[int]int {
	said := map[int]int{}
	for _, p := range v.people {
		for _, m := range v.box.Messages(p.Telegram) {
			for _, found := range point.FindAllStringSubmatch(m.Text, -1) {
				n, _ := strconv.Atoi(found[1]) // the pattern has digits alone
				said[n]++
			}
		}
	}
	return said
}
