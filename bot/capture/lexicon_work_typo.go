package capture

import (
	"strings"
	"sync"
	"unicode/utf8"
)

// Words of the trade that are not in the lexicon as typed: «обещаал», «созвнилась», «перезовнить», "recieved". A word of seven
// letters or more that nobody knows, no name and no capital, is read as the word of the trade that is one slip away: a letter
// doubled, too many or too few behind the second, two neighbours swapped, or a vowel for another that sounds alike. Where two
// words of different meaning are as near it stays what it is.

// longWork is from how many letters on a slip in a word of the trade is repaired.
const longWork = 7

// longestWork is beyond how many bytes no word of the trade is.
const longestWork = 40

// workTargets are the long words of the trade under themselves and under each form with one letter taken out.
var workTargets = sync.OnceValue(func() map[string][]string {
	targets := make(map[string][]string, 16384)
	for word := range work {
		if utf8.RuneCountInString(word) < longWork-1 || strings.Contains(word, "-") {
			continue
		}
		targets[word] = append(targets[word], word)
		for i, r := range word {
			key := word[:i] + word[i+utf8.RuneLen(r):]
			targets[key] = append(targets[key], word)
		}
	}
	return targets
})

// repairWork gives mistyped words of the trade their folded form; the text stays as it was written.
func repairWork(tokens []token, p *Portfolio) {
	for i := range tokens {
		t := &tokens[i]
		if t.kind != wordToken || len(t.fold) > longestWork || t.upper && !t.opens || t.caps || t.glued && i > 0 && tokens[i-1].kind != punctToken || utf8.RuneCountInString(t.fold) < longWork || familiar(t.fold) ||
			orderVocabulary[t.fold] || givenForms[t.fold] != 0 || p != nil && len(p.lookup(t.fold, "", nil)) > 0 || correct(t.fold, false) != "" {
			continue
		}
		if word := meantWork(t.fold); word != "" {
			t.fold = word
		}
	}
}

// meantWork is the word of the trade one slip away from a folded word; empty without or when two say different things.
func meantWork(fold string) string {
	targets, found := workTargets(), ""
	ambiguous := false
	look := func(key string) {
		for _, word := range targets[key] {
			if !slipOf(fold, word) {
				continue
			}
			if found != "" && work[found] != work[word] {
				ambiguous = true
			}
			if found == "" || word < found {
				found = word
			}
		}
	}
	look(fold)
	for i, r := range fold {
		look(fold[:i] + fold[i+utf8.RuneLen(r):])
	}
	if ambiguous {
		return ""
	}
	return found
}

// slipOf reports whether typed is a word with a slip.
func slipOf(typed, word string) bool {
	x, _ := utf8.DecodeLastRuneInString(typed)
	y, _ := utf8.DecodeLastRuneInString(word)
	if x != y || !oneError(typed, word) {
		return false // another ending is another form: «попроси» is no «попросил»
	}
	if utf8.RuneCountInString(typed) == utf8.RuneCountInString(word) || soundsAlike(typed, word) {
		return soundsAlike(typed, word)
	}
	if utf8.RuneCountInString(typed) <= longWork {
		return false // «контакт» is no «контракт»
	}
	_, a := utf8.DecodeRuneInString(word)
	_, b := utf8.DecodeRuneInString(word[a:])
	return strings.HasPrefix(typed, word[:a+b])
}
