package dialog_test

import (
	"testing"

	"followup/bot/dialog"
	"followup/bot/message"
	"followup/scheduler/calendar"
	"followup/storage"
	"followup/storage/crm"
)

// TestATopicIsBoundAndOthersLearnNothing plays what conversation files have no words for: the topic of a forum, a member of the group
// whom nobody invited, and a tap whose data was made up.
func TestATopicIsBoundAndOthersLearnNothing(t *testing.T) {
	store, lead := company(t, 1, 1)
	d := dialog.New(dialog.Options{Calendar: calendar.Russia(), Zone: "Europe/Moscow", Language: "ru", BotName: func() string { return "followup_bot" }})
	const forum, topic = -100900, 42
	play := func(in message.In) []storage.Parcel {
		t.Helper()
		if err := store.Update(t.Context(), func(tx *storage.Tx) error { return d.Turn(tx, in) }); err != nil {
			t.Fatal(err)
		}
		parcels, err := store.NextParcels(t.Context(), 50)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range parcels {
			if err := store.Update(t.Context(), func(tx *storage.Tx) error { return tx.System().Delivered(p, p.ID) }); err != nil {
				t.Fatal(err)
			}
		}
		return parcels
	}
	group := message.In{Kind: message.Text, Chat: forum, Thread: topic, Group: true, Called: true, Title: "Форум", Message: 5, Text: "/bind"}
	stranger := group
	stranger.From = message.Person{ID: 777, Name: "Чужой"}
	for _, text := range []string{"/bind", "/debts", "кто должен", "/unbind"} {
		stranger.Text = text
		if parcels := play(stranger); len(parcels) != 0 {
			t.Errorf("%q of a stranger in the group is answered: %v", text, parcels[0].Out.Text)
		}
	}
	ours := group
	ours.From = message.Person{ID: lead.Telegram}
	toTopic := 0
	for _, p := range play(ours) {
		if p.Out.Chat == forum && p.Out.Thread == topic {
			toTopic++
		}
	}
	var team crm.Team
	if err := store.View(t.Context(), func(tx *storage.Tx) (err error) {
		team, _, err = tx.TeamByChat(forum)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if team.Thread != topic || toTopic != 1 {
		t.Errorf("bound to topic %d, %d messages there", team.Thread, toTopic)
	}
	tap := message.In{Kind: message.Tap, Chat: forum, Thread: topic, Group: true, Called: true, From: message.Person{ID: 777}, Query: "q", Message: 6, Data: "debts:0"}
	for _, p := range play(tap) {
		if p.Out.Query == "" {
			t.Errorf("a made-up tap of a stranger shows %q", p.Out.Text)
		}
	}
}
