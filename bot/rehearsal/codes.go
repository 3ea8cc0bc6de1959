package rehearsal

import (
	"fmt"
	"strconv"
	"strings"
)

// Codes of invitations are random, so a file has numbers in their place: inv_#1 is the first code that was seen.

const codePrefix = "inv_"

func isCodeByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_'
}

// mask puts numbers in the place of codes.
func (p *player) mask(text string) string {
	return replaceCodes(text, func(code string) string {
		if len(code) < 16 {
			return code
		}
		for i, known := range p.codes {
			if strings.TrimPrefix(known, codePrefix) == code {
				return fmt.Sprintf("#%d", i+1)
			}
		}
		p.codes = append(p.codes, code)
		return fmt.Sprintf("#%d", len(p.codes))
	})
}

// unmask puts codes in the place of numbers.
func (p *player) unmask(text string) string {
	return replaceCodes(text, func(code string) string {
		number, ok := strings.CutPrefix(code, "#")
		n, err := strconv.Atoi(number)
		if !ok || err != nil || n < 1 || n > len(p.codes) {
			return code
		}
		return strings.TrimPrefix(p.codes[n-1], codePrefix)
	})
}

// replaceCodes calls swap with what follows every "inv_".
func replaceCodes(text string, swap func(code string) string) string {
	var b strings.Builder
	for {
		i := strings.Index(text, codePrefix)
		if i < 0 {
			return b.String() + text
		}
		start := i + len(codePrefix)
		end := start
		for end < len(text) && (isCodeByte(text[end]) || end == start && text[end] == '#') {
			end++
		}
		b.WriteString(text[:start] + swap(text[start:end]))
		text = text[end:]
	}
}
