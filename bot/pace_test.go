package bot

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"followup/bot/message"
	"followup/storage"
)

var t0 = time.Date(2026, 11, 18, 9, 0, 0, 0, time.UTC)

// drive sends as soon as the pace allows, the given messages in order, and returns when each went. What the pace wants to
// be written down is so at once.
func drive(p *pace, list []message.Out) []time.Time {
	times, _ := driveFrom(t0, p, list)
	return times
}

// driveFrom drives from a moment on, and returns what is written down in the end.
func driveFrom(now time.Time, p *pace, list []message.Out) (times []time.Time, left map[int64]storage.Pace) {
	left = map[int64]storage.Pace{}
	for _, o := range list {
		now = later(now, p.chatFree(now, o.Chat, o.Class))
		if calls := p.news(now); calls > 0 {
			p.written(calls)
			left[0] = storage.Pace{Calls: calls}
		}
		now = later(now, p.free(now, o.Class))
		p.took(now, o.Chat, o.Class)
		if o.Chat < 0 {
			left[o.Chat] = storage.Pace{Calls: p.inGroup(o.Chat) + 1}
		}
		p.answered(now, o.Chat)
		times = append(times, now)
	}
	return times, left
}

// most is the largest number of times within any stretch of d.
func most(times []time.Time, d time.Duration) int {
	n, first := 0, 0
	for i := range times {
		for times[i].Sub(times[first]) >= d {
			first++
		}
		n = max(n, i-first+1)
	}
	return n
}

// TestAFollowerKeepsThePace lets one program send, and another follow it at once after any of its calls: together they stay
// within the limits of the bot, of a group, and of a chat with a person, which takes five at once and one a second.
func TestAFollowerKeepsThePace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		messages := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) message.Out {
			chat := rapid.OneOf(rapid.Int64Range(1, 40), rapid.Just(int64(-1))).Draw(t, "chat")
			return message.Out{Chat: chat, Class: message.Class(rapid.IntRange(0, 2).Draw(t, "class"))}
		}), 1, 120)
		burst := slices.Repeat([]message.Out{{Chat: rapid.SampledFrom([]int64{1, -1}).Draw(t, "to"), Class: message.Answer}}, rapid.IntRange(0, 22).Draw(t, "burst"))
		for chat := range int64(rapid.IntRange(0, 40).Draw(t, "flood")) {
			burst = append(burst, message.Out{Chat: 100 + chat, Class: message.Answer})
		}
		before, after := append(messages.Draw(t, "before"), burst...), append(burst, messages.Draw(t, "after")...)
		cut := rapid.OneOf(rapid.Just(len(before)), rapid.IntRange(1, len(before))).Draw(t, "cut")
		times, left := driveFrom(t0, &pace{}, before[:cut])
		now := times[cut-1]
		var next pace
		next.follow(now, left)
		later, _ := driveFrom(now, &next, after)
		times = append(times, later...)
		if n := most(times, time.Second); n > 30 {
			t.Fatal(n, "calls in a second")
		}
		level, last, groups := map[int64]float64{}, map[int64]time.Time{}, map[int64][]time.Time{}
		for i, o := range append(before[:cut:cut], after...) {
			if o.Chat < 0 {
				groups[o.Chat] = append(groups[o.Chat], times[i])
				continue
			}
			level[o.Chat] = max(0, level[o.Chat]-times[i].Sub(last[o.Chat]).Seconds()) + 1
			last[o.Chat] = times[i]
			if level[o.Chat] > 5 {
				t.Fatalf("%.1f messages at once in chat %d", level[o.Chat], o.Chat)
			}
		}
		for chat, times := range groups {
			if n := most(times, time.Minute); n > groupCalls {
				t.Fatal(n, "calls to group", chat, "in a minute")
			}
		}
	})
}

// TestAPauseIsKept: who follows waits as long as Telegram asked for, the whole bot or a group alone.
func TestAPauseIsKept(t *testing.T) {
	for chat, free := range map[int64]time.Duration{0: 40 * time.Second, -7: time.Second} {
		var p pace
		p.follow(t0, map[int64]storage.Pace{chat: {Calls: 3, Wait: 40 * time.Second}})
		if at := p.free(t0, message.Answer).Sub(t0); at < free || at > free+time.Second {
			t.Errorf("chat %d: anything may go after %s", chat, at)
		}
		if at := p.chatFree(t0, -7, message.Answer).Sub(t0); chat < 0 && at < 40*time.Second {
			t.Errorf("the group may be written to after %s", at)
		}
	}
}

// TestCalmAgain: who made many calls is limited like a newcomer after a minute of few, and writes that down.
func TestCalmAgain(t *testing.T) {
	var p pace
	var list []message.Out
	for i := range 100 {
		list = append(list, message.Out{Chat: int64(i + 1), Class: message.Answer})
	}
	times, left := driveFrom(t0, &p, list)
	if n := most(times, time.Second); n <= calmCalls || left[0].Calls != windowCalls {
		t.Error(n, "calls in a second,", left[0].Calls, "written down")
	}
	end := times[len(times)-1]
	if calls := p.news(end.Add(calmTime / 2)); calls != 0 {
		t.Error("calm too early")
	}
	if calls := p.news(end.Add(calmTime + windowTime)); calls != calmCalls || p.allowed(end.Add(2*calmTime)) != calmCalls {
		t.Error(calls, "are written down,", p.allowed(end.Add(2*calmTime)), "allowed")
	}
}

func TestPaceKeepsTelegramsLimits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) message.Out {
			return message.Out{
				Chat:  rapid.SampledFrom([]int64{1, 2, 3, -4, -5, 100, 101, 102, 103}).Draw(t, "chat"),
				Class: message.Class(rapid.IntRange(0, 2).Draw(t, "class")),
			}
		}), 0, 300).Draw(t, "messages")
		times := drive(&pace{}, list)
		if n := most(times, time.Second); n > 30 {
			t.Fatal(n, "calls in a second")
		}
		perChat := map[int64][]time.Time{}
		for i, o := range list {
			perChat[o.Chat] = append(perChat[o.Chat], times[i])
		}
		for chat, times := range perChat {
			if n := most(times, time.Second); n > 5 {
				t.Fatal(n, "messages to one chat in a second")
			}
			if n := most(times, time.Minute); n > 61 || chat < 0 && n > 20 {
				t.Fatal(n, "messages to chat", chat, "in a minute")
			}
		}
	})
}

func TestPaceOfManyDigests(t *testing.T) {
	var list []message.Out
	for i := range 10_000 {
		list = append(list, message.Out{Chat: int64(i + 1), Class: message.Digest})
	}
	times := drive(&pace{}, list)
	if took, ideal := times[len(times)-1].Sub(t0), 10_000*time.Second/30; took > ideal*106/100 {
		t.Errorf("10,000 digests took %v, at 30 a second it would be %v", took, ideal)
	}
}

// However long calls take, Telegram never sees more than its limit, whenever within a call it counts.
func TestPaceOfSlowCalls(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, now := &pace{busy: true}, t0
		var open, counted []time.Time // ends of calls under way; when Telegram counted each
		for range 200 {
			for len(open) > 0 && !open[0].After(now) {
				p.answered(open[0], 1)
				open = open[1:]
			}
			if at := p.free(now, message.Answer); at.After(now) {
				if len(open) > 0 && open[0].Before(at) {
					at = open[0]
				}
				now = at
				continue
			}
			p.took(now, int64(len(counted)), message.Answer)
			length := time.Duration(rapid.IntRange(1, 900).Draw(t, "ms")) * time.Millisecond
			counted = append(counted, now.Add(time.Duration(rapid.Float64Range(0, 1).Draw(t, "when")*float64(length))))
			open = append(open, now.Add(length))
			slices.SortFunc(open, time.Time.Compare)
		}
		slices.SortFunc(counted, time.Time.Compare)
		if n := most(counted, time.Second); n > 30 {
			t.Fatal(n, "calls in a second")
		}
	})
}

func TestTooManyStopsEverybody(t *testing.T) {
	p := &pace{}
	p.tooMany(t0, 7, 3*time.Second)
	if at := p.free(t0, message.Answer); at.Sub(t0) < 3*time.Second {
		t.Error("an answer may go after", at.Sub(t0))
	}
	p = &pace{}
	p.tooMany(t0, -7, 30*time.Second)
	if at := p.free(t0, message.Answer); at.Sub(t0) > 2*time.Second {
		t.Error("a full group holds everybody up for", at.Sub(t0))
	}
	if at := p.chatFree(t0, -7, message.Answer); at.Sub(t0) < 30*time.Second {
		t.Error("the group itself may be written to after", at.Sub(t0))
	}
}

// TestACallCountsFromItsStart: a database that takes long to give the messages doesn't give a chat another burst.
func TestACallCountsFromItsStart(t *testing.T) {
	d := newDoor(t)
	d.make(testToken)
	d.update(func(tx *storage.Tx) error {
		_, err := tx.Send(message.Out{Chat: annaID, Text: "x"})
		return err
	})
	s, now := d.bot.sender, t0
	s.now = func() time.Time { // each look at the clock takes a minute
		now = now.Add(time.Minute)
		return now
	}
	s.queued, s.calls = true, t.Context()
	s.step(t.Context())
	<-s.results
	if started := s.pace.chats[annaID].due.Add(-chatGap); started.Before(t0.Add(2 * time.Minute)) {
		t.Errorf("the call counts from %s, before the messages were read", started.Sub(t0))
	}
	close(s.jobs)
}
