package exchange

import "strings"

// Rules of formulas in CSV.
//
// A cell that begins with = + - @, their full-width twins, a tab or a line break is a formula to some spreadsheet. Our files put ' before such a
// text, and before one that already begins with quotes and such a sign, so that taking one ' off gives the text back. Numbers and dates are
// never guarded, phones are written as digits. A file for another CRM has a blank instead, which every CRM trims.

// formulaSigns begin a formula.
const formulaSigns = "=+-@\t\r\n＝＋－＠"

// isFormula reports whether a text would be one after any quotes at its head.
func isFormula(s string) bool {
	s = strings.TrimLeft(s, "'")
	for _, r := range s {
		return strings.ContainsRune(formulaSigns, r)
	}
	return false
}

// guard puts the sign before a text that could be taken for a formula.
func guard(s, sign string) string {
	if isFormula(s) {
		return sign + s
	}
	return s
}

// unguard takes one ' off again.
func unguard(s string) string {
	if rest, ok := strings.CutPrefix(s, "'"); ok && isFormula(s) {
		return rest
	}
	return s
}
