package crm

import (
	"slices"
	"strings"
)

// How a person is addressed. A Russian is addressed by first name and patronymic: the word before the patronymic and the
// patronymic itself, whatever the order of the whole name. Without a patronymic only the first name is used, and of two
// words it is the one that is certainly a first name, or the other one of a certain surname. What isn't certain is used
// whole, as it was written; one word is used as it is. Cases are never guessed: an address stands in the nominative.

// patronymics are endings that only patronymics have.
var patronymics = []string{"ович", "евич", "ьич", "овна", "евна", "ична", "инична"}

// surnames are endings that first names don't have.
var surnames = []string{"ов", "ова", "ев", "ева", "ёв", "ёва", "ский", "ская", "цкий", "цкая", "енко", "чук", "ян", "швили", "дзе"}

// firstNames are the usual ones, so that the order of a name is certain more often.
var firstNames = strings.Fields(`Александр Александра Алексей Алина Алёна Алла Анастасия Анатолий Андрей Анна Антон Артём Богдан Борис
	Вадим Валентин Валентина Валерий Валерия Василий Вера Вероника Виктор Виктория Виталий Владимир Владислав Галина Георгий Григорий Дарья
	Денис Диана Дмитрий Евгений Евгения Егор Екатерина Елена Елизавета Жанна Иван Игорь Илья Инна Ирина Карина Кирилл Кристина Ксения
	Константин Лариса Лев Леонид Лидия Любовь Людмила Максим Маргарита Марина Мария Матвей Михаил Надежда Наталья Наталия Никита Николай
	Нина Оксана Олег Олеся Ольга Павел Пётр Полина Роман Руслан Светлана Семён Сергей Софья Станислав Степан Тамара Татьяна Тимур Ульяна
	Фёдор Эдуард Юлия Юрий Яна Ярослав`)

// AddressName is how the person of a name as it was written is addressed; empty for an empty name.
func AddressName(name string) string {
	words := strings.Fields(name)
	for i, w := range words {
		if i > 0 && isPatronymic(w) {
			return words[i-1] + " " + w
		}
	}
	if len(words) != 2 {
		return strings.Join(words, " ")
	}
	for i := range words {
		first, other := words[i], words[1-i]
		if slices.Contains(firstNames, first) && !slices.Contains(firstNames, other) {
			return first
		}
	}
	for i := range words {
		if isSurname(words[1-i]) && !isSurname(words[i]) {
			return words[i]
		}
	}
	return strings.Join(words, " ")
}

func isPatronymic(w string) bool { return endsWith(w, patronymics) }
func isSurname(w string) bool    { return endsWith(w, surnames) }

func endsWith(word string, endings []string) bool {
	lower := strings.ToLower(word)
	return slices.ContainsFunc(endings, func(end string) bool { return strings.HasSuffix(lower, end) })
}
