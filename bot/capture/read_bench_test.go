package capture

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

// message120 is a message of 120 characters with three items.
const message120 = "созвонилась с Полярной звездой, ждут КП до пятницы, Сергей просит скидку 5% на счёт 126, набрать завтра после обеда в 15"

// many is a portfolio of n clients with names of the kind that people have.
func many(n int) *Portfolio {
	first := strings.Fields("Строй Пром Тех Агро Вент Газ Глав Дом Евро Инвест Кабель Лес Мед Металл Нефте Пище Регион Сиб Спец Сталь Тепло Транс Урал Хим Цвет Эко Электро Юг")
	second := strings.Fields("сервис снаб торг проект мастер град ресурс комплект деталь монтаж линия поток волна звезда гарант альянс партнёр лидер вектор импульс")
	entries := make([]Entry, n)
	for i := range entries {
		name := first[i%len(first)] + second[i/len(first)%len(second)]
		if k := i / (len(first) * len(second)); k > 0 {
			name = fmt.Sprintf("%s %s%s", name, second[k%len(second)], strings.Repeat("а", k/len(second)%3))
		}
		entries[i] = Entry{ID: int64(i + 1), Name: "ООО «" + name + "»", Own: i%250 == 0}
	}
	entries[n/2].Name, entries[n/2].Own = "Полярная звезда", true
	return NewPortfolio(entries)
}

func BenchmarkRead(b *testing.B) {
	if n := utf8.RuneCountInString(message120); n != 120 {
		b.Fatalf("the message has %d characters", n)
	}
	for _, n := range []int{400, 100_000} {
		b.Run(fmt.Sprintf("clients=%d", n), func(b *testing.B) {
			world := World{Now: wednesday(b), Language: "ru", Habits: DefaultHabits(), Clients: many(n)}
			b.ReportAllocs()
			for b.Loop() {
				if r := Read(message120, world); len(r.Items) != 3 {
					b.Fatalf("%d items", len(r.Items))
				}
			}
		})
	}
}

func BenchmarkPortfolio(b *testing.B) {
	for _, n := range []int{400, 100_000} {
		b.Run(fmt.Sprintf("clients=%d", n), func(b *testing.B) {
			for b.Loop() {
				many(n)
			}
		})
	}
}

func BenchmarkFind(b *testing.B) {
	for _, n := range []int{400, 100_000} {
		b.Run(fmt.Sprintf("clients=%d", n), func(b *testing.B) {
			p := many(n)
			b.ReportAllocs()
			for b.Loop() {
				if m := p.Find("палярная звизда"); len(m) == 0 {
					b.Fatal("nothing found")
				}
			}
		})
	}
}

// BenchmarkWorst reads texts made to be slow, as long as Telegram allows, against 400 clients: none may take 20 ms.
func BenchmarkWorst(b *testing.B) {
	p := readPeople(b)
	world := World{Now: wednesday(b), Language: "ru", Habits: DefaultHabits(), Clients: p.portfolio}
	for name, part := range map[string]string{
		"slips": "с Рамашкай у Палярнай звизды ", "names": "Ромашка и Вектор, ", "joins": "и а но потом ", "latin": "hjvfirf dtrnjh Prometej ",
		"list": "завтра: вектор 11, ромашка 12, ", "payers": "ромашка 15к, вектор 20к, ", "run": "вектор в 11 вектор в 12 ", "verbs": "созвнилась перезовнить обещаал ", "numbers": "8 916 123 45 67 1 2 3 ", "letters": "Ъ", "acts": "созвонился ждут кп набрать оплатили ", "commas": ",.,.:;-", "capitals": "ТЕХНОПРАМ ЖЕМЧУЖИНО ", "one": "вектор",
	} {
		b.Run(name, func(b *testing.B) {
			text := strings.Repeat(part, 4096/utf8.RuneCountInString(part)+1)
			for b.Loop() {
				Read(text, world)
			}
		})
	}
}
