package bot

import (
	"container/heap"
	"time"
)

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
