package capture

// ReadSum reads a text that is an answer to "how much?": a bare number counts.
func ReadSum(text string, w World) (Sum, bool) {
	return Sum{}, false
}

// scanSums finds the sums of a tokenized text that lie outside the spans of times.
func scanSums(tokens []token, w World, times []Time) []Sum {
	return nil
}
