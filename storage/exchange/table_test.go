package exchange

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"

	"followup/storage/crm"
)

// flat is a table in one line: headings, then each row after its number.
func flat(t Table) string {
	var b strings.Builder
	b.WriteString(strings.Join(t.Headers, "|"))
	for _, r := range t.Rows {
		fmt.Fprintf(&b, " / %d:%s", r.Number, strings.Join(r.Cells, "|"))
	}
	return b.String()
}

func TestReadCSV(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"semicolons", "Клиент;ИНН\nРомашка;7701\n", "Клиент|ИНН / 2:Ромашка|7701"},
		{"commas", "Клиент,ИНН\nРомашка,7701\n", "Клиент|ИНН / 2:Ромашка|7701"},
		{"tabs", "Клиент\tИНН\nРомашка\t7701\n", "Клиент|ИНН / 2:Ромашка|7701"},
		{"commas in sums don't make a delimiter", "Клиент;Сумма\nРомашка;1 234,50\nВектор;5,00\n", "Клиент|Сумма / 2:Ромашка|1 234,50 / 3:Вектор|5,00"},
		{"a mark glued to the first heading", "\ufeffID;Название сделки\n1;А\n", "ID|Название сделки / 2:1|А"},
		{"Bitrix24: quotes everywhere, a delimiter after the last cell", "\ufeff\"ID\";\"Название сделки\";\n\"1\";\"ООО \"\"А\"\"\";\n", "ID|Название сделки / 2:1|ООО \"А\""},
		{"a break of lines in quotes keeps the numbers right", "Клиент;Комментарий\nА;\"раз\r\nдва\"\nБ;три\n", "Клиент|Комментарий / 2:А|раз\r\nдва / 4:Б|три"},
		{"delimiters in quotes", "Клиент;Комментарий\nА;\"раз; два\"\n", "Клиент|Комментарий / 2:А|раз; два"},
		{"CR alone", "Клиент;ИНН\rА;1\rБ;2\r", "Клиент|ИНН / 2:А|1 / 3:Б|2"},
		{"CRLF", "Клиент;ИНН\r\nА;1\r\n", "Клиент|ИНН / 2:А|1"},
		{"no break at the end", "Клиент;ИНН\nА;1", "Клиент|ИНН / 2:А|1"},
		{"empty lines", "\nКлиент;ИНН\n\n;\nА;1\n", "Клиент|ИНН / 5:А|1"},
		{"Excel names the delimiter", "sep=;\r\nКлиент;ИНН\r\nА;1\r\n", "Клиент|ИНН / 3:А|1"},
		{"a letterhead above", "Отчёт за ноябрь;;\nКлиент;ИНН;Сумма\nА;1;2\n", "Клиент|ИНН|Сумма / 3:А|1|2"},
		{"headings that nobody knows", "Раз;Два\n1;2\n", "Раз|Два / 2:1|2"},
		{"headings that repeat", "Клиент;Источник;Источник\nА;1;2\n", "Клиент|Источник|Источник / 2:А|1|2"},
		{"a quote inside a cell", "Клиент;ИНН\nООО \"А\";1\n", "Клиент|ИНН / 2:ООО \"А\"|1"},
		{"guards come off", "Клиент;Телефон\n'=А1;'+7\n''-x;'просто\n", "Клиент|Телефон / 2:=А1|+7 / 3:'-x|'просто"},
	} {
		got, bad, err := ReadTable("file.csv", []byte(c.text))
		if err != nil || len(bad) > 0 || flat(got) != c.want {
			t.Errorf("%s:\n got %s, %v, %v\nwant %s", c.name, flat(got), bad, err, c.want)
		}
	}
}

func TestCSVEncodings(t *testing.T) {
	for encoding, data := range encoded(t, "Клиент;Комментарий\r\nООО Ромашка;Заказал щебень\r\n") {
		got, _, err := ReadTable("file.csv", data)
		if err != nil || flat(got) != "Клиент|Комментарий / 2:ООО Ромашка|Заказал щебень" || got.Encoding != strings.TrimSuffix(encoding, " with a mark") {
			t.Errorf("%s: %s (%s), %v", encoding, flat(got), got.Encoding, err)
		}
	}
}

func TestStrayQuoteCostsItsLineOnly(t *testing.T) {
	got, bad, err := ReadTable("file.csv", []byte("Клиент;ИНН\nА;1\n\"Б;2\nВ;3\n"))
	if err != nil || flat(got) != "Клиент|ИНН / 2:А|1 / 4:В|3" || len(bad) != 1 || bad[0].Row != 3 || bad[0].Key != "file.bad.quote" {
		t.Errorf("%s, %v, %v", flat(got), bad, err)
	}
}

func TestDetect(t *testing.T) {
	windows, err := charmap.Windows1251.NewEncoder().String(statement(document()))
	if err != nil {
		t.Fatal(err)
	}
	var book bytes.Buffer
	if err := WriteXLSX(&book, Sheet{Name: "Л", Columns: []string{"Клиент"}}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, data string
		want       Kind
	}{
		{"kl_to_1c.txt", windows, KindStatement},
		{"misnamed.csv", "\ufeff" + statement(), KindStatement},
		{"a.vcf", "BEGIN:VCARD\r\n", KindVCard},
		{"deals.xls", "<meta http-equiv=\"Content-type\" content=\"text/html;charset=UTF-8\" />\n<table border=\"1\">", KindHTML},
		{"a.xlsx", book.String(), KindXLSX},
		{"a.csv", "Клиент\nА\n", KindCSV},
		{"a.txt", "Клиент;ИНН\nА;1\n", KindCSV},
		{"a.txt", "Добрый день!\nПришлите, пожалуйста, счёт.\n", KindUnknown},
		{"old.xls", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", KindOldExcel},
		{"a.zip", "PK\x03\x04rest", KindArchive},
		{"a.pdf", "%PDF-1.7\n\x00\x01\x02", KindUnknown},
		{"a.csv", "", KindUnknown},
		{"a.csv", "\x00\x01\x02\x03;\x04\n", KindUnknown},
	} {
		if got := Detect(c.name, []byte(c.data)); got != c.want {
			t.Errorf("%s %.20q: %s, want %s", c.name, c.data, got, c.want)
		}
	}
}

func TestHTMLTables(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{
			"Bitrix24", `<meta charset="UTF-8"><table border="1"><thead><tr><th>ID</th><th>Название сделки</th></tr></thead><tbody><tr><td>1</td><td>ООО &quot;А&quot;<br>два</td></tr></tbody></table>`,
			"ID|Название сделки / 2:1|ООО \"А\"\nдва",
		},
		{"tags that are not closed", "<html><table><tr><td>Клиент<td>ИНН<tr><td>А<td>1</table>", "Клиент|ИНН / 2:А|1"},
		{"spans", "<html><table><tr><td>Клиент<td>ИНН<td>Сумма<tr><td rowspan=2>А<td colspan=2>1<tr><td>2<td>3</table>", "Клиент|ИНН|Сумма / 2:А|1 / 3:|2|3"},
		{"the largest table", "<html><table><tr><td>меню</table><table><tr><td>Клиент<tr><td>А<tr><td>Б</table>", "Клиент / 2:А / 3:Б"},
		{"a table inside", "<html><table><tr><td>Клиент<td>ИНН<tr><td>А<td><table><tr><td>x</table>1<tr><td>Б<td>2</table>", "Клиент|ИНН / 2:А|1 / 3:Б|2"},
	} {
		got, _, err := ReadTable("file.xls", []byte(c.text))
		if err != nil || flat(got) != c.want {
			t.Errorf("%s:\n got %s, %v\nwant %s", c.name, flat(got), err, c.want)
		}
	}
	windows, _ := charmap.Windows1251.NewEncoder().String("<meta charset=utf-8><table><tr><td>Клиент<tr><td>Ромашка</table>")
	if got, _, err := ReadTable("a.xls", []byte(windows)); err != nil || flat(got) != "Клиент / 2:Ромашка" {
		t.Errorf("a charset that lies: %s, %v", flat(got), err)
	}
}

// fields are the meanings of headings, and «?» for those to ask about.
func fields(m Mapping) string {
	words := []string{string(m.Shape) + ":"}
	for i, c := range m.Columns {
		f := string(c.Field)
		if slices.Contains(m.Unsure(), i) {
			f += "?"
		}
		words = append(words, f)
	}
	return strings.Join(words, " ")
}

func TestMap(t *testing.T) {
	for _, c := range []struct{ name, headers, want string }{
		{"our template", "Клиент;ИНН;Договор;Счёт;Дата счёта;Срок оплаты;Сумма;Оплачено;Остаток;Валюта;Ответственный;Комментарий", "receivables: client inn contract invoice issued due sum paid balance currency manager note"},
		{"Bitrix24 deals", "ID;Название сделки;Стадия сделки;Воронка;Сумма;Валюта;Компания;Контакт;Сделка закрыта;Ответственный;Кем создана;Комментарий", "deals: id deal stage skip sum currency client person closed manager skip note"},
		{"Bitrix24 deals with sum and currency together", "ID;Название сделки;Сумма/Валюта;Клиент", "deals: id deal sum client"},
		{"Bitrix24 companies", "ID;Логотип;Название компании;Телефон;E-mail;Сайт;Фактический адрес;Ответственный;Комментарий", "clients: id skip client phone email site address manager note"},
		{"Bitrix24 contacts", "Имя;Фамилия;Отчество;Имя, Фамилия;Компания;Рабочий телефон;Мобильный телефон;Рабочий e-mail;Контакт Telegram;Контакт ВКонтакте ;Должность", "contacts: first last middle person client phone phone email telegram skip position"},
		{"amoCRM, older", "ID;Название сделки;Бюджет;Ответственный;Дата закрытия;Теги;Примечание;Примечание 2;Этап сделки;Полное имя контакта;Компания контакта;Компания;Рабочий телефон;Рабочий email;Источник;Источник;roistat;roistat", "deals: id deal sum manager closed tags note note stage person client client phone email skip skip skip skip"},
		{"amoCRM, newer", "ID;Название сделки;Компания;Основной контакт;Ответственный;Этап сделки;Бюджет ₽;Дата создания;Теги сделки;Ближайшая задача;Дата закрытия", "deals: id deal client person manager stage sum skip tags skip closed"},
		{"amoCRM, with suffixes", "Название сделки;Бюджет;Рабочий телефон (контакт);Мобильный телефон (контакт);Компания (компания)", "deals: deal sum phone phone client"},
		{"1C debts", "Покупатель;Договор;Документ расчетов;Всего задолженность;Просрочено;До 30 дней;Свыше 90 дней", "debts: client contract invoice total overdue skip skip"},
		{"1C debts, intervals of the user's own", "Покупатель;Всего задолженность;От 1 до 15 дней;От 16 до 45;Свыше 45;Не просрочено", "debts: client total skip skip skip ?"},
		{"Megaplan", "Название;ИНН;КПП;Телефон;Электронная почта;Менеджер;Статус;Вид деятельности;Контактное лицо;Должность", "contacts: client inn skip phone email manager skip skip person position"},
		{"a client and what he owes", "Контрагент;Сумма долга;Менеджер", "receivables: client balance manager"},
		{"headings nobody knows", "Раз;Два", ": ? ?"},
		{"English", "Client,INN,Invoice no,Due date,Amount,Balance", "receivables: client inn invoice due sum balance"},
		{"two columns for one sum", "Клиент;Счёт;Сумма;Сумма документа", "receivables: client invoice sum skip?"},
	} {
		sep := ";"
		if c.name == "English" {
			sep = ","
		}
		if got := fields(Map(strings.Split(c.headers, sep))); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

// TestTemplatesAreRead takes what we give out to fill in: every column is understood and the examples are known as such.
func TestTemplatesAreRead(t *testing.T) {
	for shape := range templates {
		for _, lang := range []string{"ru", "en"} {
			sheet, _ := Template(shape, lang, crm.NewDate(2026, 11, 18))
			var book bytes.Buffer
			if err := WriteXLSX(&book, sheet); err != nil {
				t.Fatal(err)
			}
			table, bad, err := ReadTable("a.xlsx", book.Bytes())
			m := Map(table.Headers)
			if err != nil || len(bad) > 0 || m.Shape != shape || len(m.Unsure()) > 0 {
				t.Fatalf("%s %s: %s %v %v", shape, lang, fields(m), bad, err)
			}
			rows, bad := Clients(table, m)
			if len(rows) != 2 || len(bad) > 0 {
				t.Errorf("%s %s: %+v %v", shape, lang, rows, bad)
			}
			for _, r := range rows {
				if !IsExample(r.Name, r.INN) {
					t.Errorf("%s %s: %q is no example", shape, lang, r.Name)
				}
			}
		}
	}
	if IsExample("ООО «Пример»", "7701234560") || IsExample("Пример", "") {
		t.Error("a client with another INN or name is no example")
	}
}

func TestMappingCanBeSet(t *testing.T) {
	m := Map([]string{"Кто", "Сколько", "Когда"})
	m = m.Set(0, FieldClient).Set(1, FieldBalance).Set(2, FieldDue)
	if m.Shape != ShapeReceivables || len(m.Unsure()) != 0 {
		t.Errorf("%s", fields(m))
	}
}

func readTable(t *testing.T, text string) (Table, Mapping) {
	t.Helper()
	table, bad, err := ReadTable("file.csv", []byte(text))
	if err != nil || len(bad) > 0 {
		t.Fatal(bad, err)
	}
	return table, Map(table.Headers)
}

func TestDealsOfSeveralRows(t *testing.T) {
	table, m := readTable(t, `"ID";"Название сделки";"Стадия сделки";"Сумма";"Валюта";"Компания";"Товар";"Сделка закрыта";
"7";"Поставка";"Новая";"100.50";"Российский рубль";"ООО ""А""";"Щебень";"Нет";
"7";"Поставка";"Новая";"200";"Российский рубль";"ООО ""А""";"Песок";"Нет";
"8";"Сервис";"Успех";"5";"Доллар США";"ООО ""Б""";"";"Да";
`)
	deals, bad := Deals(table, m)
	if len(bad) > 0 || len(deals) != 2 || deals[0].Sum != (crm.Money{Minor: 30_050, Currency: crm.RUB}) || deals[0].Closed || deals[1].Sum.Currency != crm.USD || !deals[1].Closed {
		t.Errorf("%+v %v", deals, bad)
	}
	clients, _ := Clients(table, m)
	if len(clients) != 2 || clients[0].Name != `ООО "А"` {
		t.Errorf("%+v", clients)
	}
}

func TestAmoDealsBecomeClientsWithPeople(t *testing.T) {
	table, m := readTable(t, "ID,Название сделки,Бюджет,Дата закрытия,Теги,Этап сделки,Полное имя контакта,Компания контакта,Компания,Рабочий телефон,Рабочий email\r\n"+
		`1,Поставка,486000,не закрыта,"опт, vip",Новая,Ирина Ковалёва,,ООО Ромашка,"8 903 123-45-67, +7 (495) 123-45-67 доб. 12",i@example.org`+"\r\n"+
		"2,Сервис,100,18.11.2026 10:28:35,,Успех,Олег Смирнов,ООО Ромашка,,9161234567,\r\n"+
		"3,Частник,5,не закрыта,,Новая,Пётр Иванов,,,плохой,\r\n")
	clients, bad := Clients(table, m)
	if len(clients) != 2 || len(clients[0].Contacts) != 2 || clients[1].Name != "Пётр Иванов" {
		t.Fatalf("%+v", clients)
	}
	irina := clients[0].Contacts[0]
	if !slices.Equal(irina.Phones, []string{"+79031234567", "+74951234567 доб. 12"}) || !slices.Equal(clients[0].Tags, []string{"опт", "vip"}) {
		t.Errorf("%+v", clients[0])
	}
	if len(bad) != 1 || bad[0].Row != 4 || bad[0].Key != "file.bad.phone" || bad[0].Value != "плохой" {
		t.Errorf("%v", bad)
	}
}

func TestReceivablesTellTheThirdSum(t *testing.T) {
	table, m := readTable(t, "Клиент;ИНН;Счёт;Срок оплаты;Сумма;Оплачено;Остаток;Валюта\n"+
		"А;7707083893;1;30.10.2026;486 000,00;200 000,00;;\nБ;;2;45975;;;15 000 ₽;\nВ;;3;;100;;40;USD\n"+
		"Г;;4;;100;50;40;\nД;;5;30.02.2026;1;;;\nЕ;;6;;;;;\n;;7;;1;;;\nЖ;123;8;;1;;;\nИтого;;;;1000;;;\n")
	rows, bad := Receivables(table, m)
	var got []string
	for _, r := range rows {
		got = append(got, fmt.Sprintf("%s %s %s %s %s", r.Client, r.Due, r.Sum, r.Paid, r.Balance))
	}
	want := []string{
		"А 2026-10-30 486000.00 RUB 200000.00 RUB 286000.00 RUB", "Б 2025-11-14 15000.00 RUB 0.00 RUB 15000.00 RUB",
		"В  100.00 USD 60.00 USD 40.00 USD", "Ж  1.00 RUB 0.00 RUB 1.00 RUB",
	}
	if !slices.Equal(got, want) {
		t.Errorf("\n got %q\nwant %q", got, want)
	}
	var keys []string
	for _, b := range bad {
		keys = append(keys, fmt.Sprintf("%d %s", b.Row, b.Key))
	}
	if want := []string{"5 file.bad.balance", "6 file.bad.date", "7 file.bad.nosum", "8 file.bad.noclient", "9 file.bad.inn"}; !slices.Equal(keys, want) {
		t.Errorf("\n got %q\nwant %q", keys, want)
	}
}

func TestDebtReports(t *testing.T) {
	const want = "ООО Ромашка/Договор 14/26/УТ00-000125/2026-10-15/286000.00 RUB; ООО Ромашка/Договор 14/26/126/2026-10-20/50000.00 RUB; " +
		"ООО Вектор/Договор поставки №7///15000.00 RUB; ИП Иванов////40000.00 RUB; "
	for _, c := range []struct{ name, text string }{
		{"one column", "Задолженность покупателей по срокам долга;;;\nна 18.11.2026;;;\nПокупатель;Задолженность;;\n;Всего задолженность;Просрочено;До 30 дней\n" +
			"ООО Ромашка;336 000,00;336 000,00;\nДоговор 14/26;336 000,00;;\nРеализация товаров УТ00-000125 от 15.10.2026 12:00:00;286 000,00;;\nСчет на оплату № 126 от 20.10.2026;50 000,00;;\n" +
			"ООО Вектор;15 000,00;;\nДоговор поставки №7;15 000,00;;\nИП Иванов;40 000,00;;\nООО Аванс;-5 000,00;;\nИтого;391 000,00;;\n"},
		{"columns of their own", "Покупатель;Договор;Документ расчетов;Всего задолженность;Просрочено\nООО Ромашка;;;336000;\n;Договор 14/26;;336000;\n;;Реализация товаров УТ00-000125 от 15.10.2026;286000;\n" +
			";;Счет на оплату № 126 от 20.10.2026;50000;\nООО Вектор;;;15000;\n;Договор поставки №7;;15000;\nИП Иванов;;;40000;\nИтого;;;391000;\n"},
		{"every cell filled", "Покупатель;Договор;Документ расчетов;Всего задолженность;Просрочено\nООО Ромашка;Договор 14/26;Реализация УТ00-000125 от 15.10.2026;286000;\n" +
			"ООО Ромашка;Договор 14/26;Счет № 126 от 20.10.2026;50000;\nООО Вектор;Договор поставки №7;;15000;\nИП Иванов;;;40000;\n"},
	} {
		table, m := readTable(t, c.text)
		rows, bad := Receivables(table, m)
		got := ""
		for _, r := range rows {
			got += fmt.Sprintf("%s/%s/%s/%s/%s; ", r.Client, r.Contract, r.Number, r.Issued, r.Balance)
		}
		if got != want || len(bad) > 0 {
			t.Errorf("%s:\n got %s %v\nwant %s", c.name, got, bad, want)
		}
	}
}

func TestNamesakesStayApart(t *testing.T) {
	table, m := readTable(t, "Клиент;ИНН;Телефон\nООО Вектор;7707083893;84951234567\nВектор;500100732259;\n«Вектор» ООО;7707083893;84957654321\n")
	clients, bad := Clients(table, m)
	if len(bad) > 0 || len(clients) != 2 || len(clients[0].Phones) != 2 {
		t.Errorf("%+v %v", clients, bad)
	}
}
