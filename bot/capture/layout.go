package capture

import (
	"strings"
	"unicode"
)

// A whole message typed in the wrong keyboard layout («pfdnhf d 15 pdjyjr») is read as it was meant: when it has no letter of
// the other alphabet, none of its words is known, and as many as two are once they are swapped. Single names in the wrong
// layout are the portfolio's business.

// meantText is the text as it was meant.
func meantText(text string) string {
	for _, r := range text {
		if unicode.Is(unicode.Cyrillic, r) {
			return text
		}
	}
	words := strings.Fields(text)
	if len(words) < 2 || len(words) > 60 {
		return text
	}
	known := 0
	for i, word := range words {
		fold := strings.ToLower(word)
		if familiar(fold) {
			return text
		}
		swapped := swapLayout(fold)
		if familiar(swapped) {
			known++
		}
		if swapped != "" {
			words[i] = swapped
		}
	}
	if known < 2 {
		return text
	}
	return strings.Join(words, " ")
}

// familiar reports whether a word of work talk or of times is spelled so.
func familiar(fold string) bool {
	fold = strings.Trim(fold, ".,:;!?")
	if fold == "" {
		return false
	}
	_, time := timeWords[fold]
	return time || knownWord(fold) || nameCases[fold] != 0
}
