package exchange

import (
	"fmt"
	"strconv"
	"strings"
)

// excelDigits is how many digits of a number Excel keeps; what a file has beyond them is noise of binary fractions.
const excelDigits = 15

// plainNumber writes a stored number in plain digits: no exponent, no noise. What is no number stays as it is.
func plainNumber(raw string) string {
	digits, point, negative, ok := scientific(strings.TrimSpace(raw))
	if !ok {
		return strings.TrimSpace(raw)
	}
	digits, point = roundDigits(digits, point)
	var whole, frac string
	switch {
	case point <= 0:
		whole, frac = "0", strings.Repeat("0", -point)+digits
	case point >= len(digits):
		whole = digits + strings.Repeat("0", point-len(digits))
	default:
		whole, frac = digits[:point], digits[point:]
	}
	frac = strings.TrimRight(frac, "0")
	if len(frac) == 3 && len(whole) <= 3 {
		frac += "0"
	}
	if frac != "" {
		whole += "." + frac
	}
	if negative && strings.Trim(whole, "0.") != "" {
		whole = "-" + whole
	}
	return whole
}

// scientific parts "-1.5E+5" into its digits without leading zeros and the place of the point in them.
func scientific(s string) (digits string, point int, negative, ok bool) {
	mantissa, exponent, hasExponent := strings.Cut(strings.ToLower(s), "e")
	shift := 0
	if hasExponent {
		n, err := strconv.Atoi(exponent)
		if err != nil || n > 40 || n < -40 {
			return "", 0, false, false
		}
		shift = n
	}
	mantissa, negative = strings.CutPrefix(mantissa, "-")
	whole, frac, _ := strings.Cut(mantissa, ".")
	if !isDigits(whole+frac) || len(whole) > 40 || len(frac) > 400 {
		return "", 0, false, false
	}
	all := whole + frac
	digits = strings.TrimLeft(all, "0")
	return digits, len(whole) + shift - (len(all) - len(digits)), negative, true
}

// roundDigits keeps the first fifteen digits, rounded half up.
func roundDigits(digits string, point int) (string, int) {
	if len(digits) <= excelDigits {
		return digits, point
	}
	kept := []byte(digits[:excelDigits])
	if digits[excelDigits] < '5' {
		return string(kept), point
	}
	for i := len(kept) - 1; i >= 0; i-- {
		if kept[i]++; kept[i] <= '9' {
			return string(kept), point
		}
		kept[i] = '0'
	}
	return "1" + string(kept), point + 1
}

// serialText writes a number of days as a date, with the time of day when it has one; a number below 1 is a time alone.
func serialText(number string, epoch int) (string, bool) {
	whole, frac, _ := strings.Cut(number, ".")
	days, err := strconv.Atoi(whole)
	if err != nil || days < 0 || days > serialLast {
		return "", false
	}
	if days == 0 && epoch == 0 {
		minutes := dayMinutes(frac)
		return fmt.Sprintf("%02d:%02d", minutes/60%24, minutes%60), true
	}
	serial := strconv.Itoa(days + epoch)
	if frac != "" {
		serial += "." + frac
	}
	day, clock, timed, ok := parseSerial(serial)
	if !ok {
		return "", false
	}
	s := fmt.Sprintf("%02d.%02d.%04d", day.Day, int(day.Month), day.Year)
	if timed {
		s += " " + clock.String()
	}
	return s, true
}
