package bot

import (
	"container/heap"
	"time"

	"followup/scheduler/clock"
)

// alarm is a timer that is set often and goes off seldom. It may go off earlier than it was set to last, which is harmless to
// one who then looks again what is due. The zero alarm is off.
type alarm struct {
	when   time.Time
	due    <-chan struct{}
	cancel func()
}

// at sets the alarm unless it is set to an earlier moment, and returns what is closed when it goes off.
func (a *alarm) at(when time.Time) <-chan struct{} {
	if a.due == nil || when.Before(a.when) {
		a.stop()
		a.when = when
		a.due, a.cancel = clock.Real().Until(when)
	}
	return a.due
}

func (a *alarm) stop() {
	if a.due != nil {
		a.cancel()
		a.due = nil
	}
}

// delay is a lane that may not go before at.
type delay struct {
	at   time.Time
	lane *lane
}

// delays are ordered by time. A lane may be in it more than once: the sender asks again whenever one comes up.
type delays []delay

func (d *delays) push(x delay) { heap.Push((*delayHeap)(d), x) }

func (d *delays) pop() *lane { return heap.Pop((*delayHeap)(d)).(delay).lane }

type delayHeap []delay

func (h delayHeap) Len() int           { return len(h) }
func (h delayHeap) Less(i, j int) bool { return h[i].at.Before(h[j].at) }
func (h delayHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *delayHeap) Push(x any)        { *h = append(*h, x.(delay)) }
func (h *delayHeap) Pop() any {
	old := *h
	last := old[len(old)-1]
	*h = old[:len(old)-1]
	return last
}
