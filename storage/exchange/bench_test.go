package exchange

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"runtime"
	"runtime/metrics"
	"sync/atomic"
	"testing"
	"time"

	"followup/scheduler/clock"
	"followup/storage/crm"
)

// benchRows is how many rows the largest export has.
const benchRows = 100_000

func benchTouches() []InteractionRow {
	rows := make([]InteractionRow, benchRows)
	for i := range rows {
		rows[i] = InteractionRow{
			Client: fmt.Sprintf("ООО «Ромашка %d»", i%400), INN: "7707083893", Kind: crm.TouchCall, Day: crm.NewDate(2026, 1, 1).AddDays(i % 300), Clock: crm.Clock(i % 1440), Timed: true,
			Text: fmt.Sprintf("созвонились, обсудили скидку %d %% и сроки поставки", i%30), Outcome: "ждут КП до пятницы", Author: "Анна",
		}
	}
	return rows
}

// BenchmarkWrite writes 100,000 touches; MB is the heap at its highest above what the rows themselves take.
func BenchmarkWrite(b *testing.B) {
	rows := benchTouches()
	for _, form := range []struct {
		name  string
		write func(io.Writer, Sheet) error
	}{
		{"xlsx", func(w io.Writer, s Sheet) error { return WriteXLSX(w, s) }},
		{"csv", func(w io.Writer, s Sheet) error { return WriteCSV(w, s, ForExcel) }},
	} {
		b.Run(form.name, func(b *testing.B) {
			size := 0
			runtime.GC()
			before, highest := heap(), watch()
			for b.Loop() {
				var out bytes.Buffer
				if err := form.write(&out, InteractionSheet("ru", rows)); err != nil {
					b.Fatal(err)
				}
				size = out.Len()
			}
			b.ReportMetric(float64(highest()-before)/(1<<20), "MB")
			b.ReportMetric(float64(size)/(1<<20), "MB-file")
		})
	}
}

func heap() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// watch notes the heap until the function that it returns is called, which tells the highest.
func watch() func() uint64 {
	var ended atomic.Bool
	result := make(chan uint64)
	go func() {
		most := heap()
		for !ended.Load() {
			most = max(most, heap())
			_ = clock.Sleep(context.Background(), clock.Real(), 5*time.Millisecond) // ends by itself
		}
		result <- most
	}()
	return func() uint64 {
		ended.Store(true)
		return <-result
	}
}
