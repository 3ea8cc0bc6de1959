package rehearsal

import (
	"fmt"
	"strconv"
	"strings"
)

// Codes of invitations are random, so a file has numbers in their place: inv_#1 is the first code that was seen. Any word
// of so many letters, digits, - and _ is a code: nothing else that people see looks like that.
const codeLength = 24

const codePrefix = "inv_"

func isCodeByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_'
}

// mask puts numbers in the place of codes.
func (p *player) mask(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); {
		end := i
		for end < len(text) && isCodeByte(text[end]) {
			end++
		}
		if end == i {
			end++
		}
		word := text[i:end]
		if len(word) >= codeLength {
			word = fmt.Sprintf("%s#%d", codePrefix, p.codeNumber(word))
		}
		b.WriteString(word)
		i = end
	}
	return b.String()
}

// codeNumber is the place of a code, from 1; a new one gets the next.
func (p *player) codeNumber(code string) int {
	for i, known := range p.codes {
		if strings.TrimPrefix(known, codePrefix) == strings.TrimPrefix(code, codePrefix) {
			return i + 1
		}
	}
	p.codes = append(p.codes, code)
	return len(p.codes)
}

// unmask puts codes in the place of numbers.
func (p *player) unmask(text string) string {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(text, codePrefix+"#")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		digits := len(after) - len(strings.TrimLeft(after, "0123456789"))
		n, err := strconv.Atoi(after[:digits])
		if err != nil || n < 1 || n > len(p.codes) {
			b.WriteString(codePrefix + "#" + after[:digits])
		} else {
			b.WriteString(p.codes[n-1])
		}
		text = after[digits:]
	}
}
