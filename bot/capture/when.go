package capture

// ReadTimes finds every time expression of a text, in order.
func ReadTimes(text string, w World) []Time {
	times, _ := scanTimes(tokenize(text), w)
	return times
}

// scanTimes finds the time expressions of a tokenized text and the impossible dates and clocks in it.
func scanTimes(tokens []token, w World) ([]Time, []Invalid) {
	return nil, nil
}
