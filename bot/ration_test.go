package bot

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"followup/bot/message"
	"followup/storage"
	"followup/storage/crm"
)

func TestRation(t *testing.T) {
	r := rations{ration: strangers}
	now := time.Unix(1_800_000_000, 0)
	allowed := func(n int) (yes int) {
		for range n {
			if r.spend(1, now) == 0 {
				yes++
			}
		}
		return yes
	}
	if n := allowed(100); n != strangers.burst {
		t.Errorf("%d at once", n)
	}
	now = now.Add(10*strangers.every + strangers.every/2)
	if n := allowed(100); n != 10 {
		t.Errorf("%d after ten times the interval", n)
	}
	now = now.Add(strangers.every / 2)
	if n := allowed(100); n != 1 {
		t.Errorf("%d: the half interval before is lost", n)
	}
	if wait := r.spend(1, now); wait != strangers.every {
		t.Errorf("with nothing left the wait is %s", wait)
	}
	now = now.Add(24 * time.Hour)
	if n := allowed(100); n != strangers.burst {
		t.Errorf("%d after a day", n)
	}
	for p := range int64(3 * maxRations) {
		r.spend(p, now)
	}
	if len(r.left) > maxRations {
		t.Errorf("%d people are remembered", len(r.left))
	}
}

// A stranger who floods the bot is not listened to any more, and costs no answer; a member is heard to the end.
func TestStrangersFlood(t *testing.T) {
	const flood = 60
	d := newDoor(t)
	var turns [2]atomic.Int64
	d.talk.Turn = func(_ *storage.Tx, in message.In) error {
		if in.From.ID == annaID {
			turns[0].Add(1)
		} else {
			turns[1].Add(1)
		}
		return nil
	}
	d.member(annaID, crm.Manager)
	d.make(testToken) // with its pace
	d.run()
	for i := range flood {
		d.say(petrID, petrID, fmt.Sprint(private, i))
		d.say(annaID, annaID, fmt.Sprint(private, i))
	}
	d.until("everything taken in", func() bool { return d.api.Pending() == 0 })
	d.bot.work.drain(t.Context())
	if n := turns[0].Load(); n != flood {
		t.Errorf("%d of the member's %d updates were handled", n, flood)
	}
	if n := turns[1].Load(); int(n) < strangers.burst || int(n) > strangers.burst+10 {
		t.Errorf("%d of the stranger's updates were looked at", n)
	}
}
