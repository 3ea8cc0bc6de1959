package dialog

import (
	"regexp"
	"strings"

	"followup/bot/capture"
	"followup/bot/message"
	"followup/scheduler/rules"
	"followup/storage/crm"
)

// A claim (претензия) is sent by the manager; here its day, channel and tracking number are kept, and from the day its clock
// runs: 30 days (ч. 5 ст. 4 АПК РФ) or as many as the contract says. It brings the debt to L4 and is logged as a letter.

// claimChannels are the ways of sending, with the words that name them.
var claimChannels = []struct {
	name  string
	words []string
}{
	{"edo", []string{"эдо", "диадок", "сбис", "edi"}},
	{"courier", []string{"курьер", "сдэк", "cdek", "courier", "dhl"}},
	{"email", []string{"e-mail", "email", "имейл", "емейл", "электрон"}},
	{"hand", []string{"нарочн", "лично", "под роспись", "by hand", "in person"}},
	{"post", []string{"почт", "заказн", "post", "mail", "рпо"}},
}

// trackNumber is what parcels are traced by: Russian Post's 14 digits, an S10 number, or ten digits and more.
var trackNumber = regexp.MustCompile(`\b(?:[A-Za-z]{2}\d{9}[A-Za-z]{2}|\d{10,20})\b`)

// tapClaim asks when and how a claim was sent.
func (t *turn) tapClaim(id int64, channel string) error {
	i, err := t.unclaimed(id)
	if err != nil {
		return err
	}
	if channel != "" {
		return t.claim(i, t.today, channel, "")
	}
	s := t.screen("claim.ask", "number", t.number(i.Number), "sum", i.Balance)
	s.row(t.button("claim.post", "claim", id, "post"), t.button("claim.courier", "claim", id, "courier"))
	s.row(t.button("claim.email", "claim", id, "email"), t.button("claim.edo", "claim", id, "edo"))
	return t.open("claim", formData{ID: id}, s)
}

// unclaimed is a bill that owes something and has no claim yet.
func (t *turn) unclaimed(id int64) (crm.Invoice, error) {
	i, err := t.owing(id)
	if err == nil && !i.Claimed.IsZero() {
		err = crm.Say("already")
	}
	return i, err
}

// formClaim reads «вчера почтой 80093412345678», «20.11 курьером».
func (t *turn) formClaim(d formData, text string) error {
	i, err := t.unclaimed(d.ID)
	if err != nil {
		return err
	}
	track := trackNumber.FindString(text)
	said := strings.ToLower(strings.Replace(text, track, " ", 1))
	channel := channelIn(said)
	w, err := t.world(crm.MomentOf(t.now))
	if err != nil {
		return err
	}
	times := capture.ReadTimes(said, w)
	if len(strings.Fields(said)) > 8 || channel == "" && track == "" && len(times) == 0 {
		return errNotMine
	}
	day := t.today
	if len(times) > 0 {
		day = pastDay(times[0], t.today)
	}
	return t.claim(i, day, channel, track)
}

func channelIn(said string) string {
	for _, c := range claimChannels {
		if says(said, c.words) {
			return c.name
		}
	}
	return ""
}

// pastDay is the day of a time, and of a day without a year the one that is over.
func pastDay(when capture.Time, today crm.Date) crm.Date {
	day := when.Day
	if when.Ask != nil {
		for _, c := range when.Ask.Choices {
			if !c.Day.After(today) {
				day = c.Day
			}
		}
	}
	if day.After(today) && day.AddMonths(-12).After(today.AddMonths(-6)) && !when.Relative {
		return day.AddMonths(-12)
	}
	return day
}

func (t *turn) claim(i crm.Invoice, day crm.Date, channel, track string) error {
	if channel != "" && channelTitle(channel) == "" {
		return crm.Say("button.unknown")
	}
	if day.After(t.today) {
		return crm.Say("claim.future", "day", day)
	}
	if day.Before(i.Due) {
		return crm.Say("claim.early", "day", day, "due", i.Due)
	}
	if err := t.closeForm(); err != nil {
		return err
	}
	st, err := t.standing(i)
	if err != nil {
		return err
	}
	t.invoiceChange("claimed", i)
	i.Claimed, i.ClaimChannel, i.ClaimTrack = day, channel, track
	t.reach(&i, max(st.level, rules.LeadLevel+1))
	i.Sent = max(i.Sent, rules.LeadLevel+1)
	if err := t.tx.SaveInvoice(&i); err != nil {
		return err
	}
	touch := crm.Interaction{
		Client: i.Client, Author: t.me.ID, Kind: crm.TouchMail, Happened: crm.MomentOf(t.now), Chat: t.in.Chat, Message: t.in.Message,
		Text: message.Cut(t.Say("claim.text", "number", t.number(i.Number), "sum", i.Balance, "line", t.claimLine(i)), 500),
	}
	if err := t.tx.SaveInteraction(&touch); err != nil {
		return err
	}
	if st, err = t.standing(i); err != nil {
		return err
	}
	line := t.Say("claim.done", "end", t.Date(rules.ClaimEnds(st.subject, t.d.o.Calendar), "full"))
	if track == "" && (channel == "post" || channel == "courier") {
		line += " " + t.Say("claim.track.ask")
		if err := t.keepForm("track", formData{ID: i.ID}); err != nil {
			return err
		}
	}
	return t.showChanged(line, i.ID)
}

func channelTitle(name string) string {
	for _, c := range claimChannels {
		if c.name == name {
			return name
		}
	}
	return ""
}

// reach lifts a bill to a level; it never falls.
func (t *turn) reach(i *crm.Invoice, level int) {
	if level > i.Level {
		i.Level, i.LevelSet = level, crm.MomentOf(t.now)
	}
}

// formTrack takes the tracking number of a claim that was sent.
func (t *turn) formTrack(d formData, text string) error {
	track := trackNumber.FindString(strings.ReplaceAll(text, " ", ""))
	if track == "" || len(strings.Fields(text)) > 6 {
		return errNotMine
	}
	i, err := t.tx.Invoice(d.ID)
	if err != nil {
		return err
	}
	if err := t.closeForm(); err != nil {
		return err
	}
	if i.Claimed.IsZero() || i.ClaimTrack == track {
		return crm.Say("already")
	}
	t.invoiceChange("claimed", i)
	i.ClaimTrack = track
	if err := t.tx.SaveInvoice(&i); err != nil {
		return err
	}
	return t.showChanged(t.Say("claim.track.done"), i.ID)
}
