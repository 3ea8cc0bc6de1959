// Package limit bounds what one input from outside may cost a reader. Fuzz targets wrap their reader in Check: so an input that
// takes long or much memory is found as a panic is, and kept in the corpus.
package limit

import (
	"runtime/metrics"
	"testing"
	"time"

	"followup/scheduler/clock"
)

// What one call may take: real time on an idle processor, and bytes of memory taken altogether.
const (
	Time   = 100 * time.Millisecond
	Memory = 64 << 20
)

// Check calls read, and fails the test when it takes more. A busy computer makes everything slow at times, so that time is
// only exceeded when it is four times in a row; read must bear being called again.
func Check(t testing.TB, read func()) {
	t.Helper()
	for try := 1; ; try++ {
		before, began := allocated(), clock.Real().Now()
		read()
		took, memory := clock.Real().Now().Sub(began), allocated()-before
		if memory > Memory {
			t.Fatalf("it takes %d MB of memory", memory>>20)
		}
		if took <= Time {
			return
		}
		if try == 4 {
			t.Fatalf("it takes %s", took)
		}
	}
}

func allocated() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
