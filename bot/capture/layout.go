package capture

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A whole message typed in the wrong keyboard layout («pfdnhf d 15 pdjyjr») is read as it was meant: when it has no letter of
// the other alphabet, none of its words is known, and as many as two are once they are swapped. In a text with
// letters of both, single long words of the trade are. Names in the wrong layout are the portfolio's business.

// meantText is the text as it was meant.
func meantText(text string) string {
	latin, cyrillic := false, false
	for _, r := range text {
		latin = latin || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z'
		cyrillic = cyrillic || unicode.Is(unicode.Cyrillic, r)
	}
	switch {
	case !latin:
		return text
	case cyrillic:
		return mixedText(text)
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

// longKeys is from how many letters on a word of the trade in the other layout is no chance.
const longKeys = 5

// mixedText puts right the single words of the trade that were typed in the other layout: «вектор jgkfnbk 15к».
func mixedText(text string) string {
	for _, word := range strings.Fields(text) {
		if len(word) < longKeys || word[0] >= utf8.RuneSelf || knownWord(strings.ToLower(word)) {
			continue
		}
		if swapped := swapLayout(strings.ToLower(word)); work[swapped].act != actNone {
			text = strings.Replace(text, word, swapped, 1)
		}
	}
	return text
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
