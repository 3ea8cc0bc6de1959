package dialog

import (
	"errors"
	"strings"
	"testing"

	"followup/bot/capture"
	"followup/bot/locale"
	"followup/bot/message"
	"followup/scheduler/clock/limit"
	"followup/storage"
	"followup/storage/crm"
)

// FuzzTyped reads what people type into forms and behind commands.
func FuzzTyped(f *testing.F) {
	for _, s := range []string{
		"/call@bot Ромашка: ждут КП", "октябрь", "1-15 ноября 2026", "9:30", "с 9 до 18", "60, 30, 14, 3", "ООО Ромашка ИНН 7707083893",
		"с 3 по 17 марта", "на две недели", "Здравствуйте, {name}! Долг {sum}.", "{", "пн-пт", "3 квартал", "Москва",
	} {
		f.Add(s)
	}
	today := crm.NewDate(2026, 11, 18)
	world := capture.World{Now: forgedNow, Language: "ru", Habits: capture.DefaultHabits(), Clients: capture.NewPortfolio(nil)}
	f.Fuzz(func(t *testing.T, text string) {
		limit.Check(t, func() {
			command(text)
			if p, ok := readPeriod(text, today); ok && p.to.Before(p.from) {
				t.Errorf("%q is from %s to %s", text, p.from, p.to)
			}
			readClock(text)
			readStretch(text)
			readSteps(text)
			_, _ = readDays(text)
			_, _ = readNewName(text)
			if from, until, ok := readAbsence(text, world); ok && until != (crm.Date{}) && until.Before(from) {
				t.Errorf("%q is away from %s until %s", text, from, until)
			}
		})
	})
}

// FuzzLetter reads a team's own wording of a letter and fills it in.
func FuzzLetter(f *testing.F) {
	f.Add("Здравствуйте, {name}! Долг {sum}, {days} {days|день|дня|дней}.")
	f.Add("{{sum}} {sum:short} {|}")
	f.Fuzz(func(t *testing.T, text string) {
		limit.Check(t, func() {
			p := locale.For("ru", crm.NewDate(2026, 11, 18))
			parsed, err := p.ParseTemplate(text, []string{"name", "sum", "days"})
			if err == nil {
				p.Fill(parsed, crm.Facts("name", "Ирина", "sum", crm.Rub(5000), "days", 3))
			}
		})
	})
}

var errUndone = errors.New("undone")

// FuzzTurn plays whole turns: a line and a tap of anything by a manager and by a lead. Nothing of it stays.
func FuzzTurn(f *testing.F) {
	for _, s := range []string{
		"созвонилась с ромашкой, ждут кп до пятницы, набрать завтра после обеда", "/find \"скидка OR", "/report 3 квартал", "c:1", "q:zz:1:2", "f:1",
		"snooze:1:d1", "exp:0:clients:xlsx", "i:-1", "k:1:zzzz", "set:0:tone", "away:0:", "imp:1:col:0", "оплатили 125 на 50 тыс", "/paid Ромашка 5",
		"/contract Ромашка 5 с 1.1.2026", "перенеси на завтра", "отмени", "team:0", "tpl:3:ru", "m:2:role:owner",
	} {
		f.Add(s)
	}
	g := newForger(f)
	people := map[string]int64{}
	err := g.store.View(f.Context(), func(tx *storage.Tx) error {
		members, err := tx.System().Members(0)
		for _, m := range members {
			people[m.Name] = m.Telegram
		}
		return err
	})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, who := range []int64{people["Анна"], people["Игорь"]} {
			for _, in := range []message.In{
				{Kind: message.Text, Chat: who, Message: 5, Date: crm.MomentOf(forgedNow), From: message.Person{ID: who}, Text: text},
				{Kind: message.Tap, Chat: who, Message: 5, From: message.Person{ID: who}, Data: text, Query: "q"},
			} {
				check := limit.Check
				if strings.Contains(text, "report") { // which draws pictures
					check = func(_ testing.TB, turn func()) { turn() }
				}
				check(t, func() {
					err := g.store.Update(t.Context(), func(tx *storage.Tx) error {
						if err := g.dialog.Turn(tx, in); err != nil {
							return err
						}
						return errUndone
					})
					if !errors.Is(err, errUndone) {
						t.Errorf("%q breaks the turn: %v", text, err)
					}
				})
			}
		}
	})
}
