package crm

import (
	"sync"
	"time"
)

// zones keeps what time.LoadLocation read: it opens a file at every call, and every rule asks for a zone.
var zones sync.Map // name → *time.Location

// Zone is the IANA zone of a name; an unknown name (a database of a newer tzdata) is UTC. Only names that exist are kept,
// so that text of people can't fill the memory.
func Zone(name string) *time.Location {
	if z, ok := zones.Load(name); ok {
		return z.(*time.Location)
	}
	z, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC
	}
	zones.Store(name, z)
	return z
}
