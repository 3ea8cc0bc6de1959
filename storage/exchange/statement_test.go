package exchange

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"

	"followup/scheduler/clock/limit"
	"followup/storage/crm"
)

const ours = "40702810000000074935"

// keyOf is the key of a problem, empty for no error; another error fails the test.
func keyOf(t *testing.T, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	var p *crm.Problem
	if !errors.As(err, &p) {
		t.Fatalf("not a problem that a person may hear: %v", err)
	}
	return p.Key
}

// document is one document of a statement: pairs over a usual incoming payment.
func document(pairs ...string) string {
	values := map[string]string{
		"Номер": "318", "Дата": "17.11.2026", "Сумма": "200000.00", "ПлательщикСчет": "40702810500000012345", "ДатаСписано": "17.11.2026",
		"Плательщик": `ИНН 7701234567 ООО "Ромашка"`, "ПлательщикИНН": "7701234567", "ПлательщикКПП": "770101001", "Плательщик1": `ООО "Ромашка"`,
		"ПолучательСчет": ours, "ДатаПоступило": "17.11.2026", "Получатель": `ООО "Наша компания"`, "ПолучательИНН": "7709876543",
		"НазначениеПлатежа": "Частичная оплата по счету № 125 от 15.10.2026, в т.ч. НДС 20% 33333-33",
	}
	order := []string{
		"Номер", "Дата", "Сумма", "ПлательщикСчет", "ДатаСписано", "Плательщик", "ПлательщикИНН", "ПлательщикКПП", "Плательщик1",
		"ПолучательСчет", "ДатаПоступило", "Получатель", "ПолучательИНН", "НазначениеПлатежа",
	}
	for i := 0; i < len(pairs); i += 2 {
		if _, ok := values[pairs[i]]; !ok {
			order = append(order, pairs[i])
		}
		values[pairs[i]] = pairs[i+1]
	}
	var b strings.Builder
	b.WriteString("СекцияДокумент=Платежное поручение\r\n")
	for _, key := range order {
		fmt.Fprintf(&b, "%s=%s\r\n", key, values[key])
	}
	b.WriteString("КонецДокумента\r\n")
	return b.String()
}

func statement(documents ...string) string {
	return "1CClientBankExchange\r\nВерсияФормата=1.03\r\nКодировка=Windows\r\nОтправитель=Банк\r\nДатаНачала=17.11.2026\r\nДатаКонца=17.11.2026\r\n" +
		"РасчСчет=" + ours + "\r\nСекцияРасчСчет\r\nДатаНачала=17.11.2026\r\nДатаКонца=17.11.2026\r\nРасчСчет=" + ours +
		"\r\nНачальныйОстаток=252842.49\r\nВсегоПоступило=200000.00\r\nВсегоСписано=0.00\r\nКонечныйОстаток=452842.49\r\nКонецРасчСчет\r\n" +
		strings.Join(documents, "") + "КонецФайла\r\n"
}

// told is a statement in words: flow day sum payer/INN for each operation, then the troubles.
func told(s Statement, bad []Trouble) string {
	var parts []string
	for _, o := range s.Operations {
		parts = append(parts, fmt.Sprintf("%s %s %s %s/%s", o.Flow, o.Day, o.Sum, o.Payer.Name, o.Payer.INN))
	}
	for _, b := range bad {
		parts = append(parts, fmt.Sprintf("%d %s %q %s", b.Row, b.Column, b.Value, b.Key))
	}
	return strings.Join(parts, "; ")
}

func TestReadStatement(t *testing.T) {
	const usual = `incoming 2026-11-17 200000.00 RUB ООО "Ромашка"/7701234567`
	for _, c := range []struct{ name, text, want string }{
		{"incoming", statement(document()), usual},
		{"comma in the sum", statement(document("Сумма", "200000,00")), usual},
		{"blanks in the sum", statement(document("Сумма", "200 000.00")), usual},
		{"LF only", strings.ReplaceAll(statement(document()), "\r\n", "\n"), usual},
		{"CR only", strings.ReplaceAll(statement(document()), "\r\n", "\r"), usual},
		{"a section without a kind", strings.Replace(statement(document()), "СекцияДокумент=Платежное поручение", "СекцияДокумент", 1), usual},
		{"no account section", strings.Replace(statement(document()), "СекцияРасчСчет", "СекцияНечто", 1), usual},
		{"the INN stands in the name only", statement(document("ПлательщикИНН", "", "Плательщик", `ИНН 7701234567\770101001 ООО "Ромашка"`)), usual},
		{"the name stands in the second key only", statement(document("Плательщик", "")), usual},
		{"the day is the day of receipt", statement(document("ДатаПоступило", "18.11.2026")), strings.Replace(usual, "11-17", "11-18", 1)},
		{"our account stands in the second key", statement(document("ПолучательСчет", "30101810400000000225", "ПолучательРасчСчет", ours)), usual},
		{"not executed", statement(document("ДатаПоступило", "", "ДатаСписано", "")), strings.Replace(usual, "incoming", "unexecuted", 1)},
		{"on its way", statement(document("ДатаПоступило", "")), strings.Replace(usual, "incoming", "unexecuted", 1)},
		{
			"outgoing", statement(document("ПлательщикСчет", ours, "ПолучательСчет", "40702810500000012345", "ПлательщикИНН", "7709876543", "ПолучательИНН", "7701234567", "ДатаПоступило", "")),
			`outgoing 2026-11-17 200000.00 RUB ООО "Ромашка"/7709876543`,
		},
		{"between our own", statement(document("ПлательщикИНН", "7709876543")), `internal 2026-11-17 200000.00 RUB ООО "Ромашка"/7709876543`},
		{"another account of ours", strings.Replace(statement(document()), "СекцияРасчСчет", "РасчСчет=40702810500000012345\r\nСекцияРасчСчет", 1), strings.Replace(usual, "incoming", "internal", 1)},
		{"a summary among the documents", statement(strings.Replace(document(), "Платежное поручение", "Выписка", 1), document()), usual},
		{"a bad sum loses its document only", statement(document("Сумма", "много"), document()), usual + `; 17 Сумма "много" file.bad.sum`},
		{"a bad date loses its document only", statement(document("Дата", "31.11.2026"), document()), usual + `; 17 Дата "31.11.2026" file.bad.date`},
		{"no end", strings.Replace(statement(document()), "КонецФайла\r\n", "", 1), usual + `; 0  "" file.statement.noend`},
		{"a document that was cut", strings.Replace(statement(document(), document()), "КонецДокумента\r\nКонецФайла\r\n", "", 1), usual + `; 33  "318" file.statement.cut; 0  "" file.statement.noend`},
		{"a document that is not closed", strings.Replace(statement(document(), document()), "КонецДокумента\r\n", "", 1), usual + `; 17  "318" file.statement.cut`},
	} {
		for encoding, data := range encoded(t, c.text) {
			s, bad, err := ReadStatement(data)
			if err != nil {
				t.Errorf("%s, %s: %v", c.name, encoding, err)
			} else if got := told(s, bad); got != c.want {
				t.Errorf("%s, %s:\n got %s\nwant %s", c.name, encoding, got, c.want)
			} else if s.Encoding != strings.TrimSuffix(encoding, " with a mark") {
				t.Errorf("%s: took %s for %s", c.name, encoding, s.Encoding)
			}
		}
	}
}

// encoded is a text in every encoding that banks write.
func encoded(t *testing.T, text string) map[string][]byte {
	t.Helper()
	windows, err := charmap.Windows1251.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	dos, err := charmap.CodePage866.NewEncoder().String(strings.ReplaceAll(text, "№", "N"))
	if err != nil {
		t.Fatal(err)
	}
	return map[string][]byte{
		"utf-8": []byte(text), "utf-8 with a mark": []byte("\ufeff" + text), "windows-1251": []byte(windows), "cp866": []byte(dos),
	}
}

func TestStatementDetails(t *testing.T) {
	s, _, err := ReadStatement([]byte(statement(
		document("НазначениеПлатежа", "Оплата по счету № 125\r\nот 15.10.2026\r\nв т.ч. НДС=20%"),
		document("НазначениеПлатежа", "", "НазначениеПлатежа1", "Оплата", "НазначениеПлатежа2", "по счету 126", "Номер", "319"),
		document("Номер", "320", "Дата", "16.11.2026"),
	)))
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Operations[0].Purpose; got != "Оплата по счету № 125 от 15.10.2026 в т.ч. НДС=20%" {
		t.Errorf("a purpose in three lines became %q", got)
	}
	if got := s.Operations[1].Purpose; got != "Оплата по счету 126" {
		t.Errorf("a purpose in two keys became %q", got)
	}
	if o := s.Operations[2]; o.Issued.String() != "2026-11-16" || o.Day.String() != "2026-11-17" {
		t.Errorf("issued %s, moved %s", o.Issued, o.Day)
	}
	if s.From.String() != "2026-11-17" || s.Until != s.From {
		t.Errorf("period %s–%s", s.From, s.Until)
	}
	if a := s.Accounts[0]; a.Opening.Minor != 25_284_249 || a.Closing.Minor != 45_284_249 || a.Income != crm.Rub(200_000) {
		t.Errorf("account %+v", a)
	}
}

func TestSectionsOfDaysAreOneAccount(t *testing.T) {
	section := func(day, opening, in, closing string) string {
		return "СекцияРасчСчет\r\nДатаНачала=" + day + "\r\nДатаКонца=" + day + "\r\nРасчСчет=" + ours + "\r\nНачальныйОстаток=" + opening +
			"\r\nВсегоПоступило=" + in + "\r\nВсегоСписано=0\r\nКонечныйОстаток=" + closing + "\r\nКонецРасчСчет\r\n"
	}
	text := "1CClientBankExchange\r\n" + section("16.11.2026", "10", "5.50", "15.50") + section("17.11.2026", "15.50", "4.50", "20") + document() + "КонецФайла\r\n"
	s, _, err := ReadStatement([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if a := s.Accounts[0]; len(s.Accounts) != 1 || a.Opening.Minor != 1000 || a.Income.Minor != 1000 || a.Closing.Minor != 2000 {
		t.Errorf("accounts %+v", s.Accounts)
	}
}

func TestAccountsThatTheFileDoesNotName(t *testing.T) {
	bare := func(documents ...string) []byte {
		return []byte("1CClientBankExchange\r\n" + strings.Join(documents, "") + "КонецФайла\r\n")
	}
	s, _, err := ReadStatement(bare(document(), document("ПлательщикСчет", "40702810500000099999")))
	if err != nil || s.Accounts[0].Number != ours {
		t.Errorf("the common account: %+v, %v", s.Accounts, err)
	}
	if _, _, err := ReadStatement(bare(document())); keyOf(t, err) != "file.statement.account" {
		t.Errorf("one document has two accounts, and either could be ours: %v", err)
	}
}

func TestCurrencyOfTheAccount(t *testing.T) {
	text := strings.ReplaceAll(statement(document()), ours, "40702840000000074935")
	s, _, err := ReadStatement([]byte(text))
	if err != nil || s.Operations[0].Sum != (crm.Money{Minor: 20_000_000, Currency: crm.USD}) {
		t.Errorf("%v %v", s.Operations, err)
	}
}

func TestKeysOfOperations(t *testing.T) {
	read := func(d string) string {
		s, _, err := ReadStatement([]byte(statement(d)))
		if err != nil {
			t.Fatal(err)
		}
		return s.Operations[0].Key
	}
	usual := read(document())
	if read(document("НазначениеПлатежа", "Иначе", "ДатаПоступило", "18.11.2026")) != usual {
		t.Error("the text and the day of receipt don't make another operation")
	}
	for _, other := range [][]string{
		{"Номер", "319"}, {"Дата", "17.11.2025"}, {"Сумма", "200000.01"}, {"ПлательщикСчет", "40702810500000012346"},
	} {
		if read(document(other...)) == usual {
			t.Errorf("%v is another operation", other)
		}
	}
}

func TestStatementsThatAreRefused(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "", "file.unknown"},
		{"another file", "Клиент;Сумма\n", "file.unknown"},
		{"no document", statement(), "file.statement.empty"},
		{"a header alone", "1CClientBankExchange", "file.statement.empty"},
		{"no document that can be read", statement(document("Сумма", "")), "file.statement.unreadable"},
		{"too many documents", statement(strings.Repeat("СекцияДокумент\nКонецДокумента\n", maxDocuments+1)), "file.toomany"},
		{"too long", statement() + strings.Repeat(" ", MaxBytes), "file.big"},
	} {
		if _, _, err := ReadStatement([]byte(c.text)); keyOf(t, err) != c.want {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
}

func FuzzReadStatement(f *testing.F) {
	f.Add([]byte(statement(document())))
	f.Add([]byte(statement(document("ДатаПоступило", ""), document("Сумма", "1,5"))))
	f.Add([]byte("1CClientBankExchange\r\nСекцияДокумент\r\nНомер=1\r\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var s Statement
		var err error
		limit.Check(t, func() { s, _, err = ReadStatement(data) })
		if err != nil {
			keyOf(t, err)
			return
		}
		for _, o := range s.Operations {
			if o.Sum.Minor <= 0 || !o.Issued.Valid() || !o.Day.Valid() || o.Key == "" {
				t.Fatalf("an impossible operation: %+v", o)
			}
		}
	})
}
