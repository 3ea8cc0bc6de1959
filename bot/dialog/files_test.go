package dialog_test

import (
	"bytes"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"followup/bot/dialog"
	"followup/bot/message"
	"followup/scheduler/calendar"
	"followup/scheduler/rules"
	"followup/storage"
	"followup/storage/crm"
	"followup/storage/seed"
)

const filesPortfolio = `
team Север
team Юг
person Игорь lead Север ru Europe/Moscow
person Анна manager Север ru Europe/Moscow
person Пётр manager Север ru Europe/Moscow
person Зоя manager Юг ru Europe/Moscow
client ООО «Ромашка» | manager Анна | tier A | inn 7707083893
client =1+1 и партнёры | manager Пётр
client Южный | manager Зоя
contact Ирина Ковалёва | client Ромашка | phone +79031234567 | email i@example.org
touch call | client Ромашка | 2026-11-17 12:00 | обсудили план | by Анна
touch note | client Ромашка | 2026-11-17 13:00 | секрет Анны | by Анна | private
touch meeting | client =1+1 и партнёры | 2026-11-16 12:00 | встреча Петра | by Пётр
touch call | client Южный | 2026-11-17 12:00 | чужая команда | by Зоя
followup Перезвонить | client Ромашка | 2026-11-19 14:00 | for Анна
obligation Выслать акт | client Ромашка | 2026-11-20 | for Анна
invoice 125 | client Ромашка | 486 000 | issued 2026-10-15 | due 2026-10-30
invoice 7 | client =1+1 и партнёры | 1 000 USD | issued 2026-10-15 | due 2026-12-30
payment 200 000 | client Ромашка | 2026-11-17 | invoice 125
contract 14/26 | client Ромашка | 2026-01-01..2026-12-31 | automatic 12 | notice 30 | sum 480 000
`

// office is a dialog over a store with the portfolio above.
type office struct {
	t      *testing.T
	store  *storage.Store
	dialog *dialog.Dialog
	people map[string]crm.Member
}

func newOffice(t *testing.T) *office {
	t.Helper()
	now := evening
	o := &office{t: t, people: map[string]crm.Member{}}
	var err error
	o.store, err = storage.Open(t.Context(), filepath.Join(t.TempDir(), "files.db"), storage.Options{
		Now: func() time.Time { return now }, Calendar: calendar.Russia(), Kinds: rules.Kinds, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := o.store.Close(); err != nil {
			t.Error(err)
		}
	})
	o.dialog = dialog.New(dialog.Options{Calendar: calendar.Russia(), Zone: "Europe/Moscow", Language: "ru", BotName: func() string { return "b" }})
	portfolio, err := seed.Parse(filesPortfolio, 1)
	if err != nil {
		t.Fatal(err)
	}
	o.update(func(tx *storage.Tx) error {
		if _, err := portfolio.Write(tx, crm.Zone("Europe/Moscow")); err != nil {
			return err
		}
		for _, p := range portfolio.People {
			m, _, err := tx.MemberByTelegram(p.Telegram)
			if err != nil {
				return err
			}
			o.people[m.Name] = m
		}
		return nil
	})
	return o
}

func (o *office) update(fn func(*storage.Tx) error) {
	o.t.Helper()
	if err := o.store.Update(o.t.Context(), fn); err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) file(who string, what message.Make) message.Out {
	o.t.Helper()
	what.Member = o.people[who].ID
	var finish func() (message.Out, error)
	err := o.store.View(o.t.Context(), func(tx *storage.Tx) (err error) {
		finish, err = o.dialog.Make(tx, what)
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
	out, err := finish()
	if err != nil {
		o.t.Fatal(err)
	}
	return out
}

// book reads a workbook as sheets of raw cells; dates are serial numbers there.
func (o *office) book(out message.Out) (*excelize.File, map[string][][]string) {
	o.t.Helper()
	if out.File == nil {
		o.t.Fatal("no file: ", out.Text)
	}
	f, err := excelize.OpenReader(bytes.NewReader(out.File.Bytes))
	if err != nil {
		o.t.Fatal(err)
	}
	all := map[string][][]string{}
	for _, name := range f.GetSheetList() {
		if all[name], err = f.GetRows(name, excelize.Options{RawCellValue: true}); err != nil {
			o.t.Fatal(err)
		}
	}
	return f, all
}

var reportWeek = message.Make{What: "report", Form: "xlsx", From: crm.NewDate(2026, 11, 16), To: crm.NewDate(2026, 11, 22)}

// TestReportBook: the workbook of a report has the chat's numbers as numbers and its days as dates, of those alone whom the reader
// may see.
func TestReportBook(t *testing.T) {
	o := newOffice(t)
	f, sheets := o.book(o.file("Игорь", reportWeek))
	if diff := cmp.Diff([][]string{
		{"Сотрудник", "Касаний всего", "📞 Звонок", "📵 Недозвон", "🤝 Встреча", "✉️ Письмо", "💬 Сообщение", "🚗 Визит", "📊 Презентация", "📝 Заметка", "Сделано дел", "Просрочено дел сейчас", "Оплачено, ₽", "Просрочено сейчас, ₽"},
		{"Анна", "1", "1", "0", "0", "0", "0", "0", "0", "0", "0", "0", "200000", "286000"},
		{"Пётр", "1", "0", "0", "1", "0", "0", "0", "0", "0", "0", "0", "0", "0"},
	}, sheets["Активность"]); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([][]string{
		{"Клиент", "Ответственный", "Счёт", "Договор", "Дата счёта", "Срок оплаты", "Дней просрочки", "Валюта", "Сумма", "Остаток", "Срок не наступил", "1–30 дней", "31–60 дней", "61–90 дней", "Больше 90 дней"},
		{"ООО «Ромашка»", "Анна", "125", "", "46310", "46325", "19", "RUB", "486000", "286000", "", "286000"},
		{"=1+1 и партнёры", "Пётр", "7", "", "46310", "46386", "0", "USD", "1000", "1000", "1000"},
	}, sheets["Дебиторка по срокам"]); diff != "" {
		t.Error(diff)
	}
	if got := sheets["Продления"]; len(got) != 2 || got[1][0] != "ООО «Ромашка»" || got[1][3] != "46357" {
		t.Errorf("renewals %q", got)
	}
	if got := sheets["Дела"]; len(got) != 3 {
		t.Errorf("follow-ups %q", got)
	}
	for cell, want := range map[string]string{"E2": "15.10.2026", "J2": "286,000.00"} {
		if got, err := f.GetCellValue("Дебиторка по срокам", cell); err != nil || got != want {
			t.Errorf("%s shows %q, want %q: %v", cell, got, want, err)
		}
	}
	if pane, err := f.GetPanes("Активность"); err != nil || !pane.Freeze || pane.YSplit != 1 {
		t.Errorf("the headings don't stay: %+v %v", pane, err)
	}
	_, own := o.book(o.file("Анна", reportWeek))
	if len(own["Активность"]) != 2 || len(own["Дебиторка по срокам"]) != 2 || strings.Contains(cell(own), "Пётр") {
		t.Errorf("a manager sees %q", own)
	}
}

func cell(sheets map[string][][]string) string {
	var all []string
	for _, rows := range sheets {
		for _, r := range rows {
			all = append(all, r...)
		}
	}
	return strings.Join(all, "|")
}

// TestReportBookWithoutSums: who hides sums gets none.
func TestReportBookWithoutSums(t *testing.T) {
	o := newOffice(t)
	lead := o.people["Игорь"]
	lead.Settings.HideSums = true
	o.update(func(tx *storage.Tx) error { return tx.System().SaveMember(&lead) })
	out := o.file("Игорь", reportWeek)
	_, sheets := o.book(out)
	if all := cell(sheets); strings.Contains(all, "286000") || strings.Contains(all, "480000") || sheets["Дебиторка по срокам"] != nil {
		t.Errorf("sums in %q", sheets)
	}
	if !strings.Contains(out.Text, "Суммы скрыты") {
		t.Errorf("it isn't said: %q", out.Text)
	}
}

// TestFilesHoldWhatOneMaySee: nobody's file of any kind has another team's words, a colleague's, or a private note, and who left
// gets none.
func TestFilesHoldWhatOneMaySee(t *testing.T) {
	o := newOffice(t)
	never := map[string][]string{"Анна": {"Пётр", "Петра", "чужая", "секрет"}, "Пётр": {"Ирина", "обсудили", "чужая", "секрет"}, "Игорь": {"чужая", "Зоя", "секрет"}, "Зоя": {"Ирина", "Петра", "секрет"}}
	must := map[string]string{"Анна": "обсудили", "Пётр": "Петра", "Игорь": "обсудили", "Зоя": "чужая"}
	for who, words := range never {
		_, sheets := o.book(o.file(who, message.Make{What: "all", Form: "xlsx"}))
		all := cell(sheets)
		for _, kind := range []string{"clients", "contacts", "interactions", "followups", "contracts", "receivables"} {
			for _, form := range []string{"excel", "sheets"} {
				all += string(o.file(who, message.Make{What: kind, Form: form}).File.Bytes)
			}
		}
		all += string(o.file(who, message.Make{What: "contacts", Form: "vcf"}).File.Bytes) + string(o.file(who, message.Make{What: "calendar", Form: "ics"}).File.Bytes)
		for _, w := range words {
			if strings.Contains(all, w) {
				t.Errorf("%s gets %q", who, w)
			}
		}
		if !strings.Contains(all, must[who]) {
			t.Errorf("%s doesn't get %q", who, must[who])
		}
	}
	left := o.people["Пётр"]
	left.Status = crm.MemberLeft
	o.update(func(tx *storage.Tx) error { return tx.System().SaveMember(&left) })
	if out := o.file("Пётр", message.Make{What: "all", Form: "xlsx"}); out.File != nil {
		t.Error("who left gets a file")
	}
}
