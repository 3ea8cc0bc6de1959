package bot

import (
	"sync"
	"time"
)

// Rules of rations. Of whoever isn't a member so many updates are looked at and no more: the rest are noted as handled. A
// member's are all handled, in order and one at a time, so that nobody else waits for him.

const (
	strangerBurst = 20
	strangerEvery = 3 * time.Second // one more
	maxRations    = 10000           // people remembered
)

// rations are what people have left.
type rations struct {
	mu   sync.Mutex
	left map[int64]ration
}

type ration struct {
	updates int
	at      time.Time // of the last one that was added
}

// spend takes one update off a person's ration; false when there is none left.
func (r *rations) spend(person int64, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	own, known := r.left[person]
	if !known {
		if r.left == nil || len(r.left) >= maxRations {
			r.left = map[int64]ration{} // a crowd: everybody begins anew
		}
		own = ration{strangerBurst, now}
	}
	if more := int(now.Sub(own.at) / strangerEvery); more > 0 {
		own = ration{min(own.updates+more, strangerBurst), own.at.Add(time.Duration(more) * strangerEvery)}
	}
	allowed := own.updates > 0
	if allowed {
		own.updates--
	}
	r.left[person] = own
	return allowed
}
