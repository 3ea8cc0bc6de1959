package sandbox

import (
	"testing"

	"followup/scheduler/clock/limit"
)

// FuzzMarkup reads what a bot may send as HTML or MarkdownV2, and what a button or keyboard may be.
func FuzzMarkup(f *testing.F) {
	for _, s := range []string{"<b>x</b><a href='tg://user?id=1'>y</a>", "<pre><code class=\"language-go\">", "*x* _y_ [z](https://a.b)", "||x|| \\", "&#1234567890;", "```"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		limit.Check(t, func() {
			_, _, _ = parseHTML(s) // an error is an answer, here and below
			_, _, _ = parseMarkdown(s)
		})
	})
}
