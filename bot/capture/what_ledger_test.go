package capture

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"followup/storage/crm"
)

// TestLedgerLines says what lines of the ledger mean, and which lines are none.
func TestLedgerLines(t *testing.T) {
	w := World{
		Now: time.Date(2026, 11, 18, 10, 12, 0, 0, crm.Zone("Europe/Moscow")), Language: "ru",
		Clients: NewPortfolio([]Entry{{ID: 1, Name: "ООО «Ромашка»", Own: true}, {ID: 2, Name: "ООО «Вектор»", Own: true}}),
	}
	for _, c := range []struct{ text, want string }{
		{"ромашка оплатила 300к по 125 и 126", "payment 300000 [125 126]"},
		{"вектор закрыл 118, 119", "payment [118 119]"},
		{"вектор закрыл 118 и 119, завтра позвонить", "payment [118 119]; followup"},
		{"ромашка оплатила 300к по 125, 126 и 127", "payment 300000 [125 126 127]"},
		{"пришло 200 тыс от ромашки по 125,126", "payment 200000 [125 126]"},
		{"ромашка оплатила 120 000,50 по 125", "payment 120000.5 [125]"},
		{"вектор оплатил по 126", "payment [126]"},
		{"вектор оплатил 0 по 126", "payment 0 [126]"},
		{"вектор закрыл 3 вопроса", "touch"},
		{"рассрочка ромашке по 125: 100к до 1.12, 100к до 1.01, остаток до 1.02", "plan [125] 100000@2026-12-01 100000@2027-01-01 rest@2027-02-01"},
		{"рассрочка ромашке по счету 125: 1 декабря 100 тыс, 1 февраля остальное", "plan [125] 100000@2026-12-01 rest@2027-02-01"},
		{"ромашка: рассрочка по 125, 100к до 1.12, остаток до 1.01", "plan [125] 100000@2026-12-01 rest@2027-01-01"},
		{"рассрочка ромашке по 125", "plan [125]"},
		{"installment plan for ромашка on 125: 100k by 1 Dec, rest by 1 Feb", "plan [125] 100000@2026-12-01 rest@2027-02-01"},
		{"ромашка просит рассрочку", "touch"},
		{"скидка ромашке по 125 10 тыс за просрочку поставки", "concession 10000 [125] discount: за просрочку поставки"},
		{"корректировка по 125 ромашка 15к брак", "concession 15000 [125] correction: брак"},
		{"возврат ромашке по счету 125 20 000", "concession 20000 [125] return:"},
		{"скидка 5% ромашке по счету 125", "concession 5% [125] discount:"},
		{"discount for ромашка on 125 10k late delivery", "concession 10000 [125] discount: late delivery"},
		{"скидка ромашке 5% на следующий заказ", "touch"},
		{"дали ромашке скидку 5%", "touch"},
		{"списать долг ромашки по 125: ликвидация", "concession [125] writeoff: ликвидация"},
		{"write off ромашка invoice 125: liquidated", "concession [125] writeoff: liquidated"},
		{"зачти аванс ромашки на 126", "apply [126]"},
		{"apply advance of ромашка to 126", "apply [126]"},
		{"ромашка обещает треть в пятницу", "promise 33.3333%"},
		{"обещала Ирина Сергеевна половину в пятницу", "promise 50% by Ирина Сергеевна"},
		{"ромашка обещала заплатить половину 25-го, обещала Ирина Сергеевна", "promise 50% by Ирина Сергеевна"},
	} {
		var got []string
		for _, i := range Read(c.text, w).Items {
			got = append(got, ledgerLine(i))
		}
		if line := strings.Join(got, "; "); line != c.want {
			t.Errorf("%s\n is  %s\nnot %s", c.text, line, c.want)
		}
	}
}

// ledgerLine is an item of money in one line.
func ledgerLine(i Item) string {
	line := string(i.Kind)
	if i.Sum != nil {
		line += " " + shownSum(i.Sum)
	}
	if len(i.Refs) > 0 {
		line += fmt.Sprint(" ", i.Refs)
	}
	if i.By != "" {
		line += " by " + i.By
	}
	for _, p := range i.Parts {
		line += " " + shownSum(p.Sum) + "@" + p.When.Day.String()
	}
	if i.Kind == Concession {
		line += strings.TrimRight(" "+string(i.Concede)+": "+i.Text, " ")
	}
	return line
}

func shownSum(s *Sum) string {
	if s == nil {
		return "rest"
	}
	if s.Share > 0 {
		return s.Share.Percent() + "%"
	}
	return strconv.FormatFloat(float64(s.Money.Minor)/100, 'f', -1, 64)
}
