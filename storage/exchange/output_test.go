package exchange

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"followup/storage/crm"
)

// hostile are records with every nasty text in every column of words.
func hostile() (clients []ClientRow, people []ContactRow, touches []InteractionRow, steps []FollowUpRow, contracts []ContractRow, bills []ReceivableRow) {
	day := crm.NewDate(2026, 11, 18)
	for i, s := range nasty {
		c := crm.RUB
		if i%2 == 0 {
			c = crm.USD
		}
		clients = append(clients, ClientRow{Name: s, City: s, Tags: []string{s}, Manager: s, Phones: []string{"+79031234567"}, Emails: []string{s}, Site: s, Address: s, Note: s})
		people = append(people, ContactRow{Client: s, Name: s, Position: s, Phones: []string{"+79031234567", "+375291234567"}, Emails: []string{s}, Telegram: s, Manager: s, Note: s})
		touches = append(touches, InteractionRow{Client: s, Kind: crm.TouchCall, Day: day, Clock: crm.At(10, 0), Timed: true, Text: s, Outcome: s, Author: s})
		steps = append(steps, FollowUpRow{Client: s, Text: s, Day: day, Assignee: s, Status: crm.FollowUpOpen, Outcome: s, Rule: s})
		contracts = append(contracts, ContractRow{Client: s, Number: s, Subject: s, Start: day, Sum: crm.Rub(-5), Manager: s, Note: s})
		bills = append(bills, ReceivableRow{
			Client: s, Contract: s, Number: s, Issued: day, Due: day, Sum: crm.Money{Minor: 100, Currency: c}, Balance: crm.Money{Minor: 100, Currency: c}, Manager: s, Note: s,
		})
	}
	return clients, people, touches, steps, contracts, bills
}

// everySheet is every sheet that can be written, of hostile records, and the flavours of CSV that it is written in.
func everySheet() map[string]struct {
	sheet    Sheet
	flavours []Flavour
} {
	type of = struct {
		sheet    Sheet
		flavours []Flavour
	}
	clients, people, touches, steps, contracts, bills := hostile()
	own := []Flavour{ForExcel, ForSheets}
	all := map[string]of{
		"clients of Bitrix24": {BitrixCompanies(clients), []Flavour{ForBitrix}}, "contacts of Bitrix24": {BitrixContacts(people), []Flavour{ForBitrix}},
		"deals of Bitrix24": {BitrixDeals(bills), []Flavour{ForBitrix}}, "clients of amoCRM": {AmoCompanies(clients), []Flavour{ForAmo}},
		"contacts of amoCRM": {AmoContacts(people), []Flavour{ForAmo}}, "deals of amoCRM": {AmoDeals(bills), []Flavour{ForAmo}},
		"a name of a sheet and headings": {Sheet{Name: "=1+1", Columns: nasty}, own},
	}
	for _, lang := range []string{"ru", "en"} {
		for name, s := range map[string]Sheet{
			"clients": ClientSheet(lang, clients), "contacts": ContactSheet(lang, people), "interactions": InteractionSheet(lang, touches),
			"follow-ups": FollowUpSheet(lang, steps), "contracts": ContractSheet(lang, contracts), "receivables": ReceivableSheet(lang, bills),
		} {
			all[name+" "+lang] = of{s, own}
		}
		for shape := range templates {
			s, _ := Template(shape, lang, crm.NewDate(2026, 11, 18))
			all["template of "+string(shape)+" "+lang] = of{s, own}
		}
	}
	return all
}

// number is a number as a file of ours has it.
var number = regexp.MustCompile(`^-?\d+([.,]\d+)?$`)

// TestNoLiveFormula scans every cell of every writer: none begins as a formula does, and no workbook has one.
func TestNoLiveFormula(t *testing.T) {
	cells := 0
	for name, s := range everySheet() {
		for _, flavour := range s.flavours {
			var b bytes.Buffer
			if err := WriteCSV(&b, s.sheet, flavour); err != nil {
				t.Fatal(name, err)
			}
			r := csv.NewReader(strings.NewReader(strings.TrimPrefix(b.String(), "\ufeff")))
			r.Comma = rune(csvForms[flavour].delimiter[0])
			rows, err := r.ReadAll()
			if err != nil {
				t.Fatal(name, flavour, err)
			}
			for _, row := range rows {
				for _, c := range row {
					if cells++; c != "" && strings.ContainsRune(formulaSigns, []rune(c)[0]) && !number.MatchString(c) {
						t.Errorf("%s for %s has the cell %q", name, flavour, c)
					}
				}
			}
		}
		var b bytes.Buffer
		if err := WriteXLSX(&b, s.sheet); err != nil {
			t.Fatal(name, err)
		}
		cells += scanBook(t, name, b.Bytes())
	}
	if cells < 10_000 {
		t.Errorf("only %d cells were scanned", cells)
	}
}

var (
	formulaElement = regexp.MustCompile(`<(?:\w+:)?f[ />]|<(?:\w+:)?(?:definedName|externalReference|oleObject|hyperlink|dde)`)
	cellElement    = regexp.MustCompile(`<c [^>]*>`)
	plainCell      = regexp.MustCompile(`^<c r="[A-Z]+\d+"(?: s="\d+")?(?: t="(?:inlineStr|s|n)")?/?>$`)
)

// scanBook looks through all parts of a workbook and returns how many cells there are.
func scanBook(t *testing.T, name string, raw []byte) (cells int) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(name, err)
	}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(name, err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(name, err)
		}
		if found := formulaElement.Find(text); found != nil {
			t.Errorf("%s: %s has %s", name, f.Name, found)
		}
		if !strings.HasPrefix(f.Name, "xl/worksheets/") {
			continue
		}
		for _, c := range cellElement.FindAllString(string(text), -1) {
			if cells++; !plainCell.MatchString(c) {
				t.Errorf("%s: %s has the cell %s", name, f.Name, c)
			}
		}
	}
	return cells
}

// office converts files with LibreOffice into a folder; the test is skipped where there is none.
func office(t *testing.T, to, inFilter string, files ...string) string {
	t.Helper()
	program, err := exec.LookPath("soffice")
	if err != nil {
		t.Skip("LibreOffice (soffice) is not installed: whether other programs read our files was not tried")
	}
	out := t.TempDir()
	args := []string{"-env:UserInstallation=file://" + t.TempDir(), "--headless", "--norestore", "--convert-to", to, "--outdir", out}
	if inFilter != "" {
		args = append(args, "--infilter="+inFilter)
	}
	if text, err := exec.CommandContext(t.Context(), program, append(args, files...)...).CombinedOutput(); err != nil {
		t.Fatalf("soffice: %v: %s", err, text)
	}
	return out
}

// TestOfficeKeepsWorkbooks: LibreOffice opens our workbooks and saves them again, and every record is as it was.
func TestOfficeKeepsWorkbooks(t *testing.T) {
	dir := t.TempDir()
	_, people, touches, steps, _, bills := hostile()
	for name, s := range map[string]Sheet{
		"contacts": ContactSheet("ru", people), "interactions": InteractionSheet("ru", touches), "followups": FollowUpSheet("en", steps), "receivables": ReceivableSheet("ru", bills),
	} {
		var b bytes.Buffer
		if err := WriteXLSX(&b, s); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name+".xlsx"), b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	out := office(t, "xlsx:Calc MS Excel 2007 XML", "", files...)
	for _, f := range files {
		before, after := tableIn(t, f), tableIn(t, filepath.Join(out, filepath.Base(f)))
		if !reflect.DeepEqual(before.Headers, after.Headers) || len(before.Rows) != len(after.Rows) {
			t.Errorf("%s: headings %q, %d rows; were %q, %d", filepath.Base(f), after.Headers, len(after.Rows), before.Headers, len(before.Rows))
			continue
		}
		for i := range before.Rows {
			if !reflect.DeepEqual(before.Rows[i].Cells, after.Rows[i].Cells) {
				t.Errorf("%s, row %d:\n got %q\nwant %q", filepath.Base(f), i+2, after.Rows[i].Cells, before.Rows[i].Cells)
			}
		}
	}
}

func tableIn(t *testing.T, file string) Table {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	table, bad, err := ReadTable(file, raw)
	if err != nil || len(bad) > 0 {
		t.Fatal(file, err, bad)
	}
	return table
}

// TestOfficeReadsCSV: the CSV for Russian Excel opens in a Russian LibreOffice with sums as numbers and dates as dates, and the
// records that it saves as a workbook are the same.
func TestOfficeReadsCSV(t *testing.T) {
	var bills []ReceivableRow
	for i := range 20 {
		sum, paid := crm.Money{Minor: int64(48_600_050 + i), Currency: crm.RUB}, crm.Money{Minor: int64(i * 100), Currency: crm.RUB}
		bills = append(bills, ReceivableRow{
			Client: fmt.Sprintf("ООО «Ромашка; %d»", i), INN: innOf(i), Contract: "д-14/26", Number: fmt.Sprint("А-", i), Issued: crm.NewDate(2026, 10, 1+i), Due: crm.NewDate(2026, 11, 1+i),
			Sum: sum, Paid: paid, Balance: sum.Sub(paid), Overdue: crm.Money{Currency: crm.RUB}, Manager: "Анна", Note: "=не формула\nвторая строка",
		})
	}
	file := filepath.Join(t.TempDir(), "receivables.csv")
	var b bytes.Buffer
	if err := WriteCSV(&b, ReceivableSheet("ru", bills), ForExcel); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	out := office(t, "xlsx:Calc MS Excel 2007 XML", "Text - txt - csv (StarCalc):59,34,76,1,,1049,false,true", file)
	saved := filepath.Join(out, "receivables.xlsx")
	table := tableIn(t, saved)
	got, bad := Receivables(table, Map(table.Headers))
	if len(bad) > 0 {
		t.Fatal(bad)
	}
	for i := range got {
		got[i].Row = 0
		got[i].Note = unguard(got[i].Note) // what a spreadsheet took for text keeps its guard
		if !reflect.DeepEqual(got[i], bills[i]) {
			t.Errorf("\n got %+v\nwant %+v", got[i], bills[i])
		}
	}
	raw, err := os.ReadFile(saved)
	if err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	r, err := z.Open("xl/worksheets/sheet1.xml")
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), "<v>486000.5</v>") || strings.Contains(string(text), "<f") {
		t.Error("the sums are no numbers, or a text became a formula")
	}
}
