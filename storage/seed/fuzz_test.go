package seed

import (
	"testing"

	"followup/scheduler/clock/limit"
)

// FuzzParse reads a portfolio that somebody wrote for the sandbox.
func FuzzParse(f *testing.F) {
	f.Add("team Север\nperson Анна manager Север ru\nclient ООО «Ромашка» | manager Анна | city Казань\n")
	f.Add("touch call | client Ромашка | -3d 12:30 | скидка\nfollowup Набрать | client Ромашка | 2026-11-18 14:00 | for Анна\n")
	f.Add("contract Т-14 | client Ромашка | 2025-12-31..2026-12-30 | automatic 12 | notice 30 | sum 7 654 321\n# конец\n")
	f.Add("invoice 125 | client Ромашка | 1000 | issued 2026-10-15 | due 2026-10-30 | level 3\npromise 5 | client Ромашка | +1d\n")
	f.Fuzz(func(t *testing.T, text string) {
		limit.Check(t, func() { _, _ = Parse(text, 1) }) // an error is an answer
	})
}
