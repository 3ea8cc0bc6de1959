package rehearsal

import (
	"errors"
	"sync/atomic"
)

// Faults let one statement of the store fail once while the program answers people. The door and the store get over that:
// what people see must not change. Statements of the heartbeat, which puts what failed off to the next minute, are spared.
type Faults struct {
	At    int64 // which statement fails, from 1; 0 counts only
	count atomic.Int64
	armed atomic.Bool
}

// ErrFault is what a struck statement fails with.
var ErrFault = errors.New("rehearsal: this statement was to fail")

// Count is how many statements there were so far.
func (f *Faults) Count() int64 { return f.count.Load() }

// statement is the store's Options.Fault.
func (f *Faults) statement(string) error {
	if f.armed.Load() && f.count.Add(1) == f.At {
		return ErrFault
	}
	return nil
}

// during arms the faults while do runs; nil Faults never strike.
func (f *Faults) during(do func() error) error {
	if f == nil {
		return do()
	}
	f.armed.Store(true)
	defer f.armed.Store(false)
	return do()
}

// twice does something again that failed because a statement was struck: so does whoever calls it in the program.
func twice(do func() error) error {
	err := do()
	if errors.Is(err, ErrFault) {
		return do()
	}
	return err
}
