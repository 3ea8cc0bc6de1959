package main

import (
	"net/http"
	"os"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"

	"followup/bot/sandbox"
)

// roundsEnv says how often a replica is killed or frozen; 12 times when it is not set.
const roundsEnv = "FOLLOWUP_TEST_ROUNDS"

// takeoverLimit is how long people may wait for another replica.
const takeoverLimit = 15 * time.Second

// TestReplicasKilledAtRandom runs three replicas behind one webhook, lets people write, and kills or freezes one after the
// other: every line is carried out once, answered in the order of its chat and once, but for answers that say themselves
// that they may be repeats; a line that is said when the leader dies is answered within 15 seconds; no call is beyond
// Telegram's limits; and the clocks of the replicas differ.
func TestReplicasKilledAtRandom(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a minute")
	}
	rounds := 12
	if n, err := strconv.Atoi(os.Getenv(roundsEnv)); err == nil {
		rounds = n
	}
	c := newCrowd(t, false)
	s := &siege{crowd: c}
	for s.round < rounds {
		s.round++
		pause(t, time.Duration(c.draw(300))*time.Millisecond)
		victim := c.draw(3)
		if s.round%3 == 0 {
			victim = max(0, c.leader())
		}
		if s.round%10 == 5 {
			s.freeze(t, victim)
		} else {
			s.kill(t, victim)
		}
	}
	n := c.settle(t)
	if n != (toll{marked: n.marked}) {
		t.Errorf("%+v", n)
	}
	t.Logf("%d rounds, %d of them beside a dead leader, %d updates by %d posts: %d lost, %d effects doubled, %d answers repeated and marked so, %d calls beyond the limits",
		s.round, s.beside, c.made, c.posted, n.lost, n.doubled, n.marked, n.refused)
	for what, list := range map[string][]time.Duration{"another replica led": s.led, "a line said meanwhile was answered": s.waited} {
		if len(list) == 0 {
			t.Fatal("no leader fell")
		}
		slices.Sort(list)
		most := list[len(list)-1]
		t.Logf("%s, %d times: median %s, p99 %s, at most %s", what, len(list), list[len(list)/2], list[len(list)*99/100], most)
		if most > takeoverLimit {
			t.Errorf("%s after %s", what, most)
		}
	}
}

// siege is what befalls a crowd.
type siege struct {
	*crowd
	round, beside int
	led, waited   []time.Duration
}

// kill kills a replica. When it was the leader, the next one is awaited, and every third time another replica is killed
// while there is none; the wait counts from there.
func (s *siege) kill(t *testing.T, victim int) {
	t.Helper()
	led := s.leader() == victim
	if led { // what it puts off is put off by its clock, and its follower has another
		s.box.Fail([]sandbox.Fault{{Method: "sendMessage", Status: http.StatusInternalServerError}, {Method: "sendMessage", Status: http.StatusInternalServerError}})
		pause(t, time.Duration(s.draw(600))*time.Millisecond)
	}
	began := time.Now()
	s.fell(t, victim)
	if !led {
		return
	}
	chat, line := s.say(t)
	if s.draw(3) == 0 {
		pause(t, time.Duration(s.draw(4000))*time.Millisecond)
		if s.leader() < 0 {
			s.round++
			s.beside++
			began = time.Now()
			s.fell(t, (victim+1)%3)
		}
	}
	s.followed(t, began, chat, line)
}

func (s *siege) fell(t *testing.T, victim int) {
	t.Helper()
	old := s.replicas[victim]
	_ = old.cmd.Process.Kill()
	_ = old.cmd.Wait() // it was killed
	s.replace(t, victim)
}

// followed waits for the next leader and for the answer to a line that was said when there was none.
func (s *siege) followed(t *testing.T, began time.Time, chat int64, line int, but ...int) {
	t.Helper()
	eventually(t, "another replica leads", func() bool { return s.leader(but...) >= 0 })
	s.led = append(s.led, time.Since(began).Round(10*time.Millisecond))
	eventually(t, "a line is answered", func() bool { return s.answered(chat, line) })
	s.waited = append(s.waited, time.Since(began).Round(10*time.Millisecond))
}

// freeze stops a replica longer than a lease lasts and lets it go on.
func (s *siege) freeze(t *testing.T, victim int) {
	t.Helper()
	led := s.leader() == victim
	began := time.Now()
	s.signal(t, victim, syscall.SIGSTOP)
	if led {
		chat, line := s.say(t)
		s.followed(t, began, chat, line, victim)
	} else {
		pause(t, 7*time.Second)
	}
	s.signal(t, victim, syscall.SIGCONT)
	if led {
		eventually(t, "the frozen one sees that it was deposed", func() bool { return s.leader() == s.leader(victim) })
	}
}

func (s *siege) signal(t *testing.T, victim int, which syscall.Signal) {
	t.Helper()
	if err := s.replicas[victim].cmd.Process.Signal(which); err != nil {
		t.Fatal(err)
	}
}

// TestReplicasRestartInTurn ends one replica after the other in order while people write, and starts another in its place,
// with a webhook and with long polling: nothing is lost, doubled or said again, and Telegram is never asked by two at once.
func TestReplicasRestartInTurn(t *testing.T) {
	if testing.Short() {
		t.Skip("takes half a minute")
	}
	for name, polls := range map[string]bool{"webhook": false, "polling": true} {
		t.Run(name, func(t *testing.T) {
			c := newCrowd(t, polls)
			var waits []time.Duration
			for place := range 2 * len(c.replicas) {
				victim := place % len(c.replicas)
				led := c.leader() == victim
				chat, line := c.say(t)
				began := time.Now()
				c.replicas[victim].stop(t)
				c.replace(t, victim)
				eventually(t, "a replica leads", func() bool { return c.leader() >= 0 })
				eventually(t, "the line is answered", func() bool { return c.answered(chat, line) })
				if led {
					waits = append(waits, time.Since(began).Round(10*time.Millisecond))
				}
			}
			if n := c.settle(t); n != (toll{}) {
				t.Errorf("%+v", n)
			}
			if n := c.logged("another program takes this bot's updates"); n > 0 {
				t.Errorf("two replicas polled at once, %d times", n)
			}
			t.Logf("%d updates; a line said when the leader was told to end was answered after %v", c.made, waits)
		})
	}
}
