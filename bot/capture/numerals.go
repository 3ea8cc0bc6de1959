package capture

// Numerals in words, Russian in all cases and English, up to hundreds of millions:
//
//   - hundreds, tens and units add up when each is smaller than the one before («сто двадцать пять»);
//   - «тысяч», «миллиона» multiply what stands before them, alone they are one («тысяча двести»);
//   - a last ordinal makes the whole an ordinal («двадцать пятого»).

var cardinalForms = map[int]string{
	0:   "ноль нуля нулю нолем zero",
	1:   "один одна одно одну одного одной одному одним одном one",
	2:   "два две двух двум двумя two",
	3:   "три трех трем тремя three",
	4:   "четыре четырех четырем четырьмя four",
	5:   "пять пяти пятью five",
	6:   "шесть шести шестью six",
	7:   "семь семи семью seven",
	8:   "восемь восьми восемью восьмью eight",
	9:   "девять девяти девятью nine",
	10:  "десять десяти десятью ten",
	11:  "одиннадцать одиннадцати одинадцать одиннадцатью eleven",
	12:  "двенадцать двенадцати двенадцатью twelve",
	13:  "тринадцать тринадцати тринадцатью thirteen",
	14:  "четырнадцать четырнадцати четырнадцатью fourteen",
	15:  "пятнадцать пятнадцати пятнадцатью fifteen",
	16:  "шестнадцать шестнадцати шестнадцатью sixteen",
	17:  "семнадцать семнадцати семнадцатью seventeen",
	18:  "восемнадцать восемнадцати восемнадцатью eighteen",
	19:  "девятнадцать девятнадцати девятнадцатью nineteen",
	20:  "двадцать двадцати двадцатью twenty",
	30:  "тридцать тридцати тридцатью thirty",
	40:  "сорок сорока forty",
	50:  "пятьдесят пятидесяти fifty",
	60:  "шестьдесят шестидесяти sixty",
	70:  "семьдесят семидесяти seventy",
	80:  "восемьдесят восьмидесяти eighty",
	90:  "девяносто девяноста ninety",
	100: "сто ста hundred",
	200: "двести двухсот двумстам",
	300: "триста трехсот тремстам",
	400: "четыреста четырехсот четыремстам",
	500: "пятьсот пятисот пятистам",
	600: "шестьсот шестисот шестистам",
	700: "семьсот семисот семистам",
	800: "восемьсот восьмисот восьмистам",
	900: "девятьсот девятисот девятистам",
}

var scaleForms = map[int]string{
	1000:          "тысяча тысячу тысячи тысяч тысяче тысячам тысячей тысячами тысячах thousand",
	1_000_000:     "миллион миллиона миллионов миллиону миллионам миллионом миллионами миллионах million",
	1_000_000_000: "миллиард миллиарда миллиардов миллиарду billion",
}

var ordinalForms = map[int]string{
	1:  "первый первое первого первому первым первом первая первую первой first",
	2:  "второй второе второго второму вторым втором вторая вторую second",
	3:  "третий третье третьего третьему третьим третьем третья третью третьей third",
	4:  "четвертый четвертое четвертого четвертому четвертым четвертом четвертая четвертую четвертой fourth",
	5:  "пятый пятое пятого пятому пятым пятом пятая пятую пятой fifth",
	6:  "шестой шестое шестого шестому шестым шестом шестая шестую sixth",
	7:  "седьмой седьмое седьмого седьмому седьмым седьмом седьмая седьмую seventh",
	8:  "восьмой восьмое восьмого восьмому восьмым восьмом восьмая восьмую eighth",
	9:  "девятый девятое девятого девятому девятым девятом девятая девятую девятой ninth",
	10: "десятый десятое десятого десятому десятым десятом десятая десятую десятой tenth",
	11: "одиннадцатый одиннадцатое одиннадцатого одиннадцатому одиннадцатом одиннадцатой eleventh",
	12: "двенадцатый двенадцатое двенадцатого двенадцатому двенадцатом двенадцатой twelfth",
	13: "тринадцатый тринадцатое тринадцатого тринадцатому тринадцатом thirteenth",
	14: "четырнадцатый четырнадцатое четырнадцатого четырнадцатому четырнадцатом fourteenth",
	15: "пятнадцатый пятнадцатое пятнадцатого пятнадцатому пятнадцатом fifteenth",
	16: "шестнадцатый шестнадцатое шестнадцатого шестнадцатому шестнадцатом sixteenth",
	17: "семнадцатый семнадцатое семнадцатого семнадцатому семнадцатом seventeenth",
	18: "восемнадцатый восемнадцатое восемнадцатого восемнадцатому восемнадцатом eighteenth",
	19: "девятнадцатый девятнадцатое девятнадцатого девятнадцатому девятнадцатом nineteenth",
	20: "двадцатый двадцатое двадцатого двадцатому двадцатом двадцатых двадцатым twentieth",
	30: "тридцатый тридцатое тридцатого тридцатому тридцатом тридцатым thirtieth",
}

// spelled reads a cardinal in words that starts at x[i]: its value and the index after it, or next = i.
func spelled(x []lex, i int) (value int64, next int) {
	var total, group int64
	limit := int64(1000)
	seen := false
	for ; i < len(x); i++ {
		w := x[i]
		switch {
		case w.num > 0 && int64(w.num-1) == 100 && group > 0 && group < 10: // "two hundred"
			group, limit, seen = group*100, 100, true
		case w.num > 0 && int64(w.num-1) < limit && (!seen || w.num > 1):
			n := int64(w.num - 1)
			group, limit, seen = group+n, below(n), true
		case w.scale > 0 && (total == 0 || int64(w.scale) < lowest(total)):
			total += max(group, 1) * int64(w.scale)
			group, limit, seen = 0, 1000, true
		default:
			return total + group, i
		}
	}
	return total + group, i
}

// below is what may follow n inside one group: units after tens, tens after hundreds.
func below(n int64) int64 {
	switch {
	case n >= 100:
		return 100
	case n >= 20:
		return 10
	}
	return 0
}

// lowest is the smallest scale that total is made of.
func lowest(total int64) int64 {
	for scale := int64(1_000_000_000); scale > 1; scale /= 1000 {
		if total%scale == 0 {
			return scale
		}
	}
	return 1
}

// ordinal reads an ordinal in words, «двадцать пятого», at most 31.
func ordinal(x []lex, i int) (value, next int) {
	if i < len(x) && x[i].ord > 0 {
		return int(x[i].ord), i + 1
	}
	if i+1 < len(x) && (x[i].num == 21 || x[i].num == 31) && x[i+1].ord > 0 && x[i+1].ord < 10 {
		return int(x[i].num-1) + int(x[i+1].ord), i + 2
	}
	return 0, i
}
