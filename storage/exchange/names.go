package exchange

import "strings"

// Rules of names in files for other programs.
//
// Bitrix24 and vCard want surname, name and patronymic apart; people write them in either order. A patronymic is known by its
// end: before it stands the name, and the surname is what is left. Of two words the one that is a common given name is the name;
// when neither or both are, the surname stands first, as in every Russian list. A single word is a name.

// givenNames are common given names, without ё.
var givenNames = setOf(`
	александр алексей анатолий андрей антон аркадий артем артур борис вадим валентин валерий василий виктор виталий владимир владислав
	вячеслав геннадий георгий герман глеб григорий даниил данила денис дмитрий евгений егор иван игорь илья кирилл константин лев леонид
	максим марат марк матвей михаил никита николай олег павел петр роман руслан рустам семен сергей станислав степан тимофей тимур федор
	филипп эдуард юрий ярослав
	алена алина алиса алла анастасия ангелина анна антонина валентина валерия варвара василиса вера вероника виктория галина дарья диана ева
	евгения екатерина елена елизавета жанна зинаида злата зоя инна ирина карина кира клавдия кристина ксения лариса лидия любовь людмила
	маргарита марина мария милана надежда наталия наталья нина оксана олеся ольга полина раиса регина римма роза светлана снежана софия софья
	тамара татьяна ульяна юлия яна
	adam alexander alice andrew anna ben charles daniel david elena emily eric george helen ivan jack james jane john julia kate laura maria
	mark martin mary michael nick olga oliver paul peter robert sarah susan thomas tom victor william`)

func setOf(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

func isGiven(word string) bool {
	return givenNames[strings.ReplaceAll(strings.ToLower(word), "ё", "е")]
}

func isPatronymic(word string) bool {
	word = strings.ToLower(word)
	for _, end := range [...]string{"вич", "вна", "ична", "инична", "оглы", "кызы"} {
		if strings.HasSuffix(word, end) && len(word) > len(end) {
			return true
		}
	}
	return strings.HasSuffix(word, "ич") && len([]rune(word)) > 4
}

// nameParts are surname, name and patronymic.
func nameParts(full string) [3]string {
	words := strings.Fields(full)
	switch n := len(words); {
	case n == 0:
		return [3]string{}
	case n == 1:
		return [3]string{"", words[0], ""}
	case n == 2 && isGiven(words[0]) && isPatronymic(words[1]):
		return [3]string{"", words[0], words[1]}
	case n == 2 && isGiven(words[0]) && !isGiven(words[1]):
		return [3]string{words[1], words[0], ""}
	case n == 2:
		return [3]string{words[0], words[1], ""}
	case n == 3 && isGiven(words[0]) && isPatronymic(words[1]):
		return [3]string{words[2], words[0], words[1]}
	case !isPatronymic(words[n-1]) && isGiven(words[0]): // John van Dyke
		return [3]string{strings.Join(words[1:], " "), words[0], ""}
	}
	return [3]string{words[0], words[1], strings.Join(words[2:], " ")}
}
