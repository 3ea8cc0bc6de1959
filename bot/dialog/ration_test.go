package dialog

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"followup/bot/message"
	"followup/storage"
	"followup/storage/crm"
)

// Whoever has used up his ration hears of every costly thing when to try again, and gets none of them; what he tells of his
// work is kept, and a table that he sends isn't dropped.
func TestRationOfCostlyThings(t *testing.T) {
	f := newForger(t)
	var anna, lead int64
	err := f.store.View(t.Context(), func(tx *storage.Tx) error {
		members, err := tx.System().Members(0)
		for _, m := range members {
			switch m.Name {
			case "Анна":
				anna = m.Telegram
			case "Игорь":
				lead = m.Telegram
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	next := int64(0)
	say := func(who int64, text string) message.In {
		next++
		return message.In{Kind: message.Text, Chat: who, Message: next, Date: crm.MomentOf(forgedNow), From: message.Person{ID: who}, Text: text}
	}
	tap := func(who int64, data string) message.In {
		return message.In{Kind: message.Tap, Chat: who, Message: 1, From: message.Person{ID: who}, Data: data, Query: "q"}
	}
	table := say(anna, "")
	table.Files = []message.File{{ID: "f", Unique: "u", Kind: "document", Name: "клиенты.csv", MIME: "text/csv", Size: 100}}
	costly := map[string]message.In{
		"a search": say(anna, "/find скидка"), "a search in plain words": say(anna, "найди скидка"), "a report": say(lead, "/report"),
		"another period": tap(lead, "report:0:month"), "a digest": say(lead, "/digest"), "its part": tap(lead, "digest:0:red"),
		"a file": tap(anna, "exp:0:clients:xlsx"), "the only form": say(anna, "/export календарь"), "a book": tap(lead, "book:0:2026-11-16/2026-11-22"),
		"a template": tap(lead, "tmpl:0:clients"), "a table to read": table,
	}
	wait := time.Duration(0)
	asked := 0
	f.dialog.o.Ration = func(int64) time.Duration { asked++; return wait }
	for name, in := range costly {
		asked = 0
		if said, _ := f.try([]message.In{in}, anna, lead); asked != 1 || strings.Contains(said, "через 5 секунд") {
			t.Errorf("%s takes %d off the ration and says %q", name, asked, said)
		}
	}
	wait = 4100 * time.Millisecond
	for name, in := range costly {
		said, _ := f.try([]message.In{in}, anna, lead)
		if !strings.Contains(said, "через 5 секунд") || len(leaks(said)) > 0 {
			t.Errorf("%s with the ration used up: %q", name, said)
		}
		if name == "a table to read" && !strings.Contains(said, "клиенты.csv") {
			t.Errorf("the table is dropped: %q", said)
		}
	}
	asked = 0
	for i := range 30 {
		f.try([]message.In{say(anna, fmt.Sprintf("созвонилась с ромашкой, ждут кп номер %d", i))})
	}
	kept := 0
	err = f.store.View(t.Context(), func(tx *storage.Tx) error {
		events, err := tx.System().Timeline(f.client, crm.Moment(1<<40), 1000)
		for _, e := range events {
			if e.Subject.Kind == "interaction" && strings.Contains(e.Text, "номер") {
				kept++
			}
		}
		return err
	})
	if err != nil || kept != 30 || asked != 0 {
		t.Errorf("%d of thirty notes are kept, they took %d off the ration (%v)", kept, asked, err)
	}
}
