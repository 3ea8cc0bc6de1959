package capture

// Shorthand: marks that stand for a word in what is typed in a hurry. A token that stands for a word has its folded form; what
// was written stays as it is:
//
//   - «к/п» is «кп», "w/" is "with", "w/o" is "without";
//   - "w" between two words is "with", "n" between two words is "and".

// shorthand reads such marks; tokens that make one word become one.
func shorthand(tokens []token, text string) []token {
	for i := 0; i+1 < len(tokens); i++ {
		t := &tokens[i]
		if t.kind != wordToken || len(t.fold) > len("к") {
			continue
		}
		slash := tokens[i+1].is("/") && tokens[i+1].glued
		switch {
		case t.fold == "к" && slash && i+2 < len(tokens) && tokens[i+2].fold == "п" && tokens[i+2].glued:
			tokens = merge(tokens, i, 3, text, "кп")
		case t.fold == "w" && slash && i+2 < len(tokens) && tokens[i+2].fold == "o" && tokens[i+2].glued:
			tokens = merge(tokens, i, 3, text, "without")
		case t.fold == "w" && slash:
			tokens = merge(tokens, i, 2, text, "with")
		case t.fold == "w" && t.apart(tokens, i):
			t.fold = "with"
		case t.fold == "n" && i > 0 && tokens[i-1].kind == wordToken && t.apart(tokens, i):
			t.fold = "and"
		}
	}
	return tokens
}

// apart reports whether a word follows token i with a blank on either side.
func (t *token) apart(tokens []token, i int) bool {
	return !t.glued && tokens[i+1].kind == wordToken && !tokens[i+1].glued
}

// merge makes one word of n tokens from i on.
func merge(tokens []token, i, n int, text, fold string) []token {
	t := &tokens[i]
	t.To = tokens[i+n-1].To
	t.text, t.fold, t.kind = text[t.From:t.To], fold, wordToken
	return append(tokens[:i+1], tokens[i+n:]...)
}
