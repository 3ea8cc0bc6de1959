package dialog

import (
	"strings"

	"followup/bot/message"
	"followup/storage"
	"followup/storage/crm"
)

// Rules of feeds.
//
// A feed is a link that a calendar or a spreadsheet reads by itself. It is made by its own member in his private chat, shown
// once, and read until it is revoked or replaced. There are none where the program has no public address.

// feedKinds are what can be read by a link, and in which form.
var feedKinds = []struct{ kind, form string }{
	{"calendar", "ics"},
	{"clients", "sheets"},
	{"contacts", "sheets"},
	{"interactions", "sheets"},
	{"followups", "sheets"},
	{"contracts", "sheets"},
	{"receivables", "sheets"},
}

// FeedForm is the form in which a kind of feed is made; false for a kind that there is none of.
func FeedForm(kind string) (string, bool) {
	for _, k := range feedKinds {
		if k.kind == kind {
			return k.form, true
		}
	}
	return "", false
}

// justMade is how many seconds a new link is safe from being replaced.
const justMade = 10

// tapFeed lists the feeds ("") or does something about one: "calendar", "calendar:new", "calendar:off".
func (t *turn) tapFeed(_ int64, arg string) error {
	if t.d.o.Feeds() == "" {
		return crm.Say("feeds.off")
	}
	kind, act, _ := strings.Cut(arg, ":")
	if kind == "" {
		return t.showFeeds()
	}
	form, ok := FeedForm(kind)
	if !ok {
		return crm.Say("button.unknown")
	}
	feed, has, err := t.feedOf(kind)
	if err != nil {
		return err
	}
	switch {
	case act == "off":
		return t.revokeFeed(feed)
	case act == "new" && has && crm.MomentOf(t.now) < feed.Created+justMade:
		return crm.Say("already") // a second tap, which would end the link that was just shown
	case act == "new" || !has:
		return t.newFeed(kind, form)
	}
	s := t.screen("feed.is", "what", t.Say("export."+kind), "line", t.feedLine(feed))
	s.row(t.button("feed.again", "feed", 0, kind, "new"), t.button("feed.revoke", "feed", 0, kind, "off"))
	return t.show(s.row(t.button("back", "feed", 0)))
}

func (t *turn) feedOf(kind string) (storage.Feed, bool, error) {
	list, err := t.tx.Feeds()
	for _, f := range list {
		if f.Kind == kind {
			return f, true, err
		}
	}
	return storage.Feed{}, false, err
}

func (t *turn) showFeeds() error {
	s := t.screen("feeds.head")
	s.Break()
	some := false
	var buttons []message.Button
	for _, k := range feedKinds {
		f, has, err := t.feedOf(k.kind)
		if err != nil {
			return err
		}
		if has {
			some = true
			s.Line(t.feedLine(f))
		}
		buttons = append(buttons, labelled(t.Say("export."+k.kind), "feed", 0, k.kind))
	}
	if !some {
		s.Line(t.Say("feeds.none"))
	}
	return t.show(s.rows(2, buttons...).row(t.button("back", "exp", 0)))
}

// feedLine is a feed with when it was made and last read.
func (t *turn) feedLine(f storage.Feed) string {
	what := t.Say("export." + f.Kind)
	if f.Read == 0 {
		return t.Say("feed.unread", "what", what, "made", t.when(f.Created).Day)
	}
	return t.Say("feed.read", "what", what, "made", t.when(f.Created).Day, "read", t.when(f.Read))
}

// newFeed makes the link and shows it, in the private chat, this once.
func (t *turn) newFeed(kind, form string) error {
	_, secret, err := t.tx.CreateFeed(kind, t.Say("export."+kind))
	if err != nil {
		return err
	}
	name := kind + ".csv"
	key := "feed.link.table"
	if form == "ics" {
		name, key = kind+".ics", "feed.link.calendar"
	}
	link := t.d.o.Feeds() + "/feed/" + secret + "/" + name
	s := t.screen(key, "what", t.Say("export."+kind), "link", link)
	s.row(message.Button{Text: t.Say("feed.copy"), Copy: link})
	if formula := `=IMPORTDATA("` + link + `")`; form == "sheets" && len(formula) <= message.MaxCopy {
		s.row(message.Button{Text: t.Say("feed.formula"), Copy: formula})
	}
	return t.send(s.row(t.button("feed.revoke", "feed", 0, kind, "off")))
}

func (t *turn) revokeFeed(f storage.Feed) error {
	if f.ID == 0 {
		return crm.Say("already")
	}
	if err := t.tx.RevokeFeed(f.ID, t.Say("export."+f.Kind)); err != nil {
		return err
	}
	s := t.screen("feed.revoked", "what", t.Say("export."+f.Kind))
	return t.show(s.row(t.button("feed.again", "feed", 0, f.Kind, "new"), t.button("feeds.all", "feed", 0)))
}
