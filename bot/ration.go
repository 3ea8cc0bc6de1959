package bot

import (
	"sync"
	"time"
)

// Rules of rations. Of whoever isn't a member so many updates are looked at and no more: the rest are noted as handled. A
// member's are all handled, in order and one at a time, so that nobody else waits for him; what costs much in one turn, such
// as a search or a file, he gets so often and is told when the next may follow. What he tells of his work is not rationed.

var (
	strangers = ration{burst: 20, every: 3 * time.Second}
	costly    = ration{burst: 12, every: 5 * time.Second}
)

const maxRations = 10000 // people remembered

// ration is how much at once, and how long until there is one more.
type ration struct {
	burst int
	every time.Duration
}

// rations are what people have left of a ration.
type rations struct {
	ration
	mu   sync.Mutex
	left map[int64]share
}

// share is what one person has left.
type share struct {
	left int
	at   time.Time // of the last one that was added
}

// spend takes one off a person's ration; with none left it takes nothing and says how long to wait.
func (r *rations) spend(person int64, now time.Time) time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	own, known := r.left[person]
	if !known {
		if r.left == nil || len(r.left) >= maxRations {
			r.left = map[int64]share{} // a crowd: everybody begins anew
		}
		own = share{r.burst, now}
	}
	if more := int(now.Sub(own.at) / r.every); more > 0 {
		own = share{min(own.left+more, r.burst), own.at.Add(time.Duration(more) * r.every)}
	}
	var wait time.Duration
	if own.left > 0 {
		own.left--
	} else {
		wait = own.at.Add(r.every).Sub(now)
	}
	r.left[person] = own
	return wait
}

// Ration takes one off what a member may ask for that costs much; it is 0, or how long he has to wait. A server without
// limits has people without rations.
func (b *Bot) Ration(member int64) time.Duration {
	if b.sender.pace.off {
		return 0
	}
	return b.costly.spend(member, b.now())
}
