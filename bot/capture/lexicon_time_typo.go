package capture

import (
	"strings"
	"unicode/utf8"
)

// Words that are not in the lexicon as typed: with one typing error, or with the keyboard in the other layout.

// alone is how long, in letters, a misspelt word must be to be trusted when it is the whole message.
const alone = 7

// correct is the word of time that is one typing error away from a folded word of five letters or more: a letter too many,
// too few, another one, or two neighbours swapped. It is empty when there is none or more than one meaning.
func correct(fold string, lonely bool) string {
	n := utf8.RuneCountInString(fold)
	if n < 5 || n > 16 || strings.ContainsAny(fold, "'’") || lonely && n < alone || notTypos[fold] {
		return ""
	}
	var buf [48]byte
	if word := firstNear(fold, fold); word != "" {
		return word
	}
	for i := 0; i < len(fold); {
		_, size := utf8.DecodeRuneInString(fold[i:])
		key := append(append(buf[:0], fold[:i]...), fold[i+size:]...)
		if words, ok := typoTargets[string(key)]; ok {
			for _, word := range words {
				if oneError(fold, word) {
					return word
				}
			}
		}
		i += size
	}
	return ""
}

func firstNear(key, fold string) string {
	for _, word := range typoTargets[key] {
		if oneError(fold, word) {
			return word
		}
	}
	return ""
}

// oneError reports whether two words are at most one insertion, deletion, substitution or swap of neighbours apart.
func oneError(a, b string) bool {
	for len(a) > 0 && len(b) > 0 {
		ra, na := utf8.DecodeRuneInString(a)
		rb, nb := utf8.DecodeRuneInString(b)
		if ra != rb {
			resta, restb := a[na:], b[nb:]
			if resta == restb || resta == b || a == restb {
				return true
			}
			ra2, na2 := utf8.DecodeRuneInString(resta)
			rb2, nb2 := utf8.DecodeRuneInString(restb)
			return ra == rb2 && rb == ra2 && resta[na2:] == restb[nb2:]
		}
		a, b = a[na:], b[nb:]
	}
	return utf8.RuneCountInString(a)+utf8.RuneCountInString(b) <= 1
}

// relayout replaces runs of keys typed in the Latin layout by the Russian words that were meant, when at least one of them
// is a word of time of four letters or more; spans stay those of the text as typed.
func relayout(tokens []token) []token {
	if !hasLayoutSlip(tokens) {
		return tokens
	}
	out := make([]token, 0, len(tokens))
	for i := 0; i < len(tokens); {
		j := chunkEnd(tokens, i)
		if word, k := swapChunk(tokens, i, j); word != "" {
			t := tokens[i]
			t.kind, t.fold, t.text, t.To = wordToken, word, word, tokens[k-1].To
			out = append(out, t)
			i = k
			continue
		}
		out = append(out, tokens[i])
		i++
	}
	return out
}

// chunkEnd is the end of the run of tokens that touch each other from i on; numbers end it.
func chunkEnd(tokens []token, i int) int {
	j := i + 1
	for tokens[i].kind != numberToken && j < len(tokens) && tokens[j].glued && tokens[j].kind != numberToken {
		j++
	}
	return j
}

// swapChunk is the Russian word of time of the longest part of a chunk that gives one.
func swapChunk(tokens []token, i, j int) (string, int) {
	if !isLatin(tokens[i]) {
		return "", i
	}
	for k := j; k > i; k-- {
		var keys string
		if k == i+1 {
			keys = tokens[i].fold
		} else {
			for _, t := range tokens[i:k] {
				keys += t.fold
			}
		}
		if word := swapLayout(keys); word != "" {
			x, ok := timeWords[word]
			if ok && word != "не" && x != (lex{}) {
				return word, k
			}
		}
	}
	return "", i
}

func isLatin(t token) bool { return t.kind == wordToken && t.fold[0] < 0x80 }

// hasLayoutSlip reports whether some Latin word is a Russian word of time in the other layout.
func hasLayoutSlip(tokens []token) bool {
	for i, t := range tokens {
		if !isLatin(t) && !t.is("'") && !t.is("[") && !t.is(";") || t.glued && i > 0 && tokens[i-1].kind != numberToken {
			continue
		}
		if len(t.fold) > 24 {
			continue
		}
		if _, known := timeWords[t.fold]; known {
			continue
		}
		j := chunkEnd(tokens, i)
		if j == i+1 && len(t.fold) < 4 {
			continue
		}
		if slipped(t.fold, 4) || j > i+1 && j < i+7 && slippedChunk(tokens[i:j]) {
			return true
		}
	}
	return false
}

// slipped looks a Latin word up in the other layout without allocating.
func slipped(fold string, letters int) bool {
	var buf [64]byte
	word := buf[:0]
	n := 0
	for i := range len(fold) {
		if fold[i] >= utf8.RuneSelf {
			return false
		}
		k, ok := toRussian[rune(fold[i])]
		if !ok {
			return false
		}
		word = utf8.AppendRune(word, foldRune(k))
		n++
	}
	x, ok := timeWords[string(word)]
	return ok && n >= letters && (x.weekday > 0 || x.month > 0 || x.rel != 0 || x.part != noPart || x.unit != noUnit || x.prep == throughInPrep || x.half != noPart || x.mod != noMod)
}

func slippedChunk(tokens []token) bool {
	keys := ""
	for _, t := range tokens {
		keys += t.fold
	}
	for cut := len(keys); cut >= 4 && cut > len(keys)-3; cut-- {
		if slipped(keys[:cut], 4) {
			return true
		}
	}
	return false
}
