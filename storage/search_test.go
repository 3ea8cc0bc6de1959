package storage

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"followup/storage/crm"
	"followup/storage/pgtest"
)

func (w *world) find(m crm.Member, text string) (found []string) {
	w.t.Helper()
	if err := w.Index(context.Background()); err != nil {
		w.t.Fatal(err)
	}
	w.as(m, func(tx *Tx) error {
		hits, err := tx.Search(text, 20)
		for _, h := range hits {
			found = append(found, h.Subject.Kind)
		}
		return err
	})
	return found
}

func TestSearchFindsAsPeopleAsk(t *testing.T) {
	w := newWorld(t)
	c := crm.Client{Name: "ООО «Ёлочка-Сервис»", City: "Тула", INN: "7707083893", Aliases: []string{"ёлки"}}
	w.as(w.anna, func(tx *Tx) error {
		if err := tx.SaveClient(&c); err != nil {
			return err
		}
		return errors.Join(
			tx.SaveContact(&crm.Contact{Client: c.ID, Name: "Ирина Ковалёва", Phones: []string{"+79161234567"}, Email: "kov@yolka.ru"}),
			tx.SaveInteraction(&crm.Interaction{Client: c.ID, Kind: crm.TouchCall, Text: "просят скидку на договоры поставки", Outcome: "думаем"}),
			tx.SaveFollowUp(&crm.FollowUp{Client: c.ID, Text: "выслать реквизиты", Day: crm.NewDate(2026, 11, 19)}),
			tx.SaveContract(&crm.Contract{Client: c.ID, Number: "14/26", Subject: "обслуживание лифтов"}),
			tx.SaveInvoice(&crm.Invoice{Client: c.ID, Number: "А-125", Sum: crm.Rub(5)}),
			tx.SaveDocument(&crm.Document{Client: c.ID, Kind: crm.PaperAct, Number: "77", Title: "акт за октябрь"}),
		)
	})
	abroad := w.client(w.anna, "Northwind Deliveries Ltd")
	w.as(w.anna, func(tx *Tx) error {
		return errors.Join(
			tx.SaveContact(&crm.Contact{Client: abroad.ID, Name: "Molly O’Brien", Position: "Purchasing manager"}),
			tx.SaveInteraction(&crm.Interaction{Client: abroad.ID, Kind: crm.TouchCall, Text: "Discussed discounts, two pallets were shipped", Outcome: "they replied"}),
			tx.SaveFollowUp(&crm.FollowUp{Client: abroad.ID, Text: "отправить прайс Northwind", Day: crm.NewDate(2026, 11, 19)}),
		)
	})
	for text, want := range map[string]string{
		"елочка": "client", "ЁЛОЧКУ": "client", "елка": "client", "тула": "client", "7707083893": "client", "7707": "client",
		"ковалева": "contact", "Ковалёвой": "contact", "4567": "contact", "8 (916) 123-45-67": "contact", "123-45-67": "contact", "kov@yolka": "contact",
		"скидка": "interaction", "договор поставки": "interaction", "скидки думаем": "interaction", "скидок": "interaction", "скид": "interaction",
		"delivery": "client", "NORTHWIND DELIVER": "client", "managers": "contact", "purchase": "contact", "o'brien": "contact",
		"discuss": "interaction", "discussing discount": "interaction", "shipping": "interaction", "ship": "interaction",
		"pallet reply": "interaction", "прайсы northwind": "followup",
		"реквизиты": "followup", "14/26": "contract", "лифт": "contract", "а-125": "invoice", "акт октября": "document",
	} {
		if got := w.find(w.anna, text); !cmp.Equal(got, []string{want}) {
			t.Errorf("%q finds %v, want %s", text, got, want)
		}
	}
	for _, text := range []string{"", "!!!", "скидка лифт", "ромашка", `"`, `"*`, "NEAR(", "words:скидк", "-", "\x00"} {
		if got := w.find(w.anna, text); got != nil {
			t.Errorf("%q finds %v", text, got)
		}
	}
}

// Words of one meaning have one stem, and each stem is a beginning of its word.
func TestStems(t *testing.T) {
	for _, words := range []string{
		"договор договора договоры договорам договором", "поставка поставки поставку поставок", "скидка скидку скидки скидок", "звонок звонки звонков", "заявка заявок", "список списка",
		"поток потоки потока", "владивосток владивостока", "человек человека", "срок сроки сроком", "заказчик заказчики", "ромашка ромашек", "ипотека ипотек",
		"новый нового новому новые", "оплатить оплатили",
		"invoice invoices invoiced invoicing", "company companies", "reply replies replied", "delivery deliveries", "box boxes", "price prices pricing",
		"ship ships shipped shipping", "plan plans planned planning", "call calls called calling", "discuss discusses discussed discussing",
		"address addresses", "status statuses", "bonus bonuses", "meeting meetings", "signed sign signing", "agree agrees", "spring springs",
	} {
		list := strings.Fields(words)
		for _, w := range list {
			if got, want := searchWords(w)[0], searchWords(list[0])[0]; got != want || !strings.HasPrefix(w, got) {
				t.Errorf("%s has the stem %s, and %s has %s", w, got, list[0], want)
			}
		}
	}
	for _, w := range []string{"feed", "string", "king", "red", "bus", "а", "лет", "125s", "kov", "ооо"} {
		if got := stem(w); got != w {
			t.Errorf("%s became %s", w, got)
		}
	}
}

func TestSearchFollowsTheRecords(t *testing.T) {
	w := newWorld(t)
	c := w.client(w.anna, "Ромашка")
	i := crm.Interaction{Client: c.ID, Kind: crm.TouchCall, Text: "скидка"}
	w.as(w.anna, func(tx *Tx) error { return tx.SaveInteraction(&i) })
	if got := w.find(w.anna, "скидка"); len(got) != 1 {
		t.Errorf("found %v", got)
	}
	w.as(w.anna, func(tx *Tx) error { i.Text = "отсрочка"; return tx.SaveInteraction(&i) })
	if was, is := w.find(w.anna, "скидка"), w.find(w.anna, "отсрочку"); len(was) != 0 || len(is) != 1 {
		t.Errorf("after the edit: %v, %v", was, is)
	}
	w.as(w.anna, func(tx *Tx) error {
		last, _, err := tx.LastChange()
		_, err2 := tx.Undo(last.ID)
		return errors.Join(err, err2)
	})
	if was, is := w.find(w.anna, "отсрочка"), w.find(w.anna, "скидка"); len(was) != 0 || len(is) != 1 {
		t.Errorf("after the undo: %v, %v", was, is)
	}
	w.as(w.lead, func(tx *Tx) error { return tx.HandOver(c.ID, w.boris.ID) })
	if was, is := w.find(w.anna, "скидка"), w.find(w.boris, "скидка"); len(was) != 0 || len(is) != 1 {
		t.Errorf("after it was handed over: %v, %v", was, is)
	}
}

// PostgreSQL settles on one plan for what is prepared, whatever its words, so a search isn't.
func TestASearchIsNotPrepared(t *testing.T) {
	pgtest.ServerOnly(t)
	w := newWorld(t)
	w.client(w.anna, "Ромашка")
	err := w.View(t.Context(), func(tx *Tx) error {
		for range 3 {
			if _, err := tx.As(w.anna).Search("скидка ромашки", 5); err != nil {
				return err
			}
		}
		const kept = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE $1"
		all, err := tx.count(kept, "%")
		searches, err2 := tx.count(kept, "%FROM search_n%")
		if all == 0 || searches > 0 {
			t.Errorf("%d of %d prepared statements are searches", searches, all)
		}
		return errors.Join(err, err2)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A database from before the stems of today is indexed anew by them: the records that were indexed, and each once.
func TestAnUpgradeIndexesAnew(t *testing.T) {
	w := newWorld(t)
	c := w.client(w.anna, "Ромашка")
	w.as(w.anna, func(tx *Tx) error {
		return errors.Join(
			tx.SaveInteraction(&crm.Interaction{Client: c.ID, Kind: crm.TouchCall, Text: "the invoices"}),
			tx.SaveFollowUp(&crm.FollowUp{Client: c.ID, Text: "ask for the invoice", Day: crm.NewDate(2026, 11, 19)}),
		)
	})
	if got := w.find(w.anna, "invoicing"); len(got) != 2 {
		t.Fatal("before:", got)
	}
	w.turn(func(tx *Tx) error {
		docs, err := tx.ids("SELECT id FROM search_docs WHERE kind IN ('interaction', 'followup')")
		for _, d := range docs {
			_, err2 := tx.exec(w.dialect.index["search_notes"].drop, d)
			_, err3 := tx.exec(w.dialect.index["search_notes"].add, d, "the old words")
			err = errors.Join(err, err2, err3)
		}
		return err
	})
	if got := w.find(w.anna, "invoicing"); len(got) != 0 {
		t.Fatal("the old words:", got)
	}
	step, err := fs.ReadFile(filled{migrations(), w.dialect.tokens}, "00016_search.sql")
	if err != nil {
		t.Fatal(err)
	}
	w.turn(func(tx *Tx) (err error) {
		for statement := range strings.SplitSeq(strings.TrimSpace(string(step)), ";\n") {
			_, err2 := tx.exec(statement)
			err = errors.Join(err, err2)
		}
		return err
	})
	if got := w.find(w.anna, "invoicing"); len(got) != 2 {
		t.Error("after the upgrade:", got)
	}
	if got := w.find(w.anna, "old words"); len(got) != 0 {
		t.Error("the old words are found still:", got)
	}
}

func TestNamesAreFoundBeforeNotes(t *testing.T) {
	w := newWorld(t)
	c := w.client(w.anna, "Ромашка")
	w.as(w.anna, func(tx *Tx) error {
		err := tx.SaveContact(&crm.Contact{Client: c.ID, Name: "Ирина Ромашкина"})
		for n := range 30 {
			err = errors.Join(err, tx.SaveInteraction(&crm.Interaction{
				Client: c.ID, Kind: crm.TouchCall, Text: "созвонилась с ромашкой", Happened: crm.MomentOf(w.now()) - crm.Moment(n),
			}))
		}
		return err
	})
	w.as(w.anna, func(tx *Tx) error {
		return tx.SaveInteraction(&crm.Interaction{Client: c.ID, Kind: crm.TouchCall, Text: "ромашке счёт"})
	})
	got := w.find(w.anna, "ромашка")
	if len(got) != 20 || !slices.Contains(got[:2], "client") || !slices.Contains(got[:2], "contact") || got[2] != "interaction" {
		t.Errorf("found %v", got)
	}
	if err := w.Index(context.Background()); err != nil {
		t.Fatal(err)
	}
	w.as(w.anna, func(tx *Tx) error {
		hits, err := tx.Search("ромашка", 3)
		if hits[2].Snippet != "ромашке счёт" {
			t.Errorf("the newest note is not the first: %v", hits)
		}
		return err
	})
}

func TestIndexCatchesUpByItself(t *testing.T) {
	w := newWorld(t)
	w.client(w.anna, "Ромашка")
	if err := w.Index(context.Background()); err != nil {
		t.Fatal(err)
	}
	if r, err := w.Check(context.Background()); err != nil || r.Unindexed != 0 {
		t.Errorf("%d records wait, %v", r.Unindexed, err)
	}
}

func TestSnippetShowsWhereItWasFound(t *testing.T) {
	long := strings.Repeat("вода ", 60) + "просят скидку пять процентов " + strings.Repeat("вода ", 60)
	got := snippet(long, searchWords("скидка"))
	if !strings.Contains(got, "скидку") || len([]rune(got)) > snippetLength || !strings.HasPrefix(got, "…") || !strings.HasSuffix(got, "…") {
		t.Errorf("got %q", got)
	}
	if got := snippet("  просят\n скидку ", nil); got != "просят скидку" {
		t.Errorf("got %q", got)
	}
}

// What begins with a common word isn't gathered; with another word beside it, that one's beginnings are.
func TestCommonWordsAreFoundWhole(t *testing.T) {
	w := newWorld(t)
	c := w.client(w.anna, "Ромашка")
	far := w.client(w.far, "Лютик")
	w.as(w.anna, func(tx *Tx) error {
		return tx.SaveInteraction(&crm.Interaction{Client: c.ID, Kind: crm.TouchCall, Text: "бетоном займутся монтажники"})
	})
	if got := w.find(w.anna, "бет монт"); len(got) != 1 {
		t.Error("before:", got)
	}
	w.fill(commonWord, "INSERT INTO search_docs (id, kind, record_id, client_id, at) VALUES ($1, 'interaction', $1, $2, 0)", func(i int) []any {
		return []any{1000 + i, far.ID}
	})
	w.fill(commonWord, w.dialect.index["search_notes"].add, func(i int) []any { return []any{1000 + i, "бет"} })
	for text, want := range map[string]int{"бет": 0, "бет монт": 0, "бетон": 1, "бетон монт": 1, "монт": 1} {
		if got := w.find(w.anna, text); len(got) != want {
			t.Errorf("%q finds %v, want %d", text, got, want)
		}
	}
}
