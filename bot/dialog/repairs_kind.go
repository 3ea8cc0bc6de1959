package dialog

import (
	"strings"
	"unicode"

	"followup/bot/capture"
	"followup/storage/crm"
)

// «Это встреча, а не звонок» right after a card mends what kind of touch it was, or which kind a step is of when nothing
// happened yet. Only words of the tables below make such a message; whatever else is in it makes it work talk.

// kindStems are how words for a kind of touch begin.
var kindStems = []struct {
	stem string
	kind crm.TouchKind
}{
	{"звон", crm.TouchCall},
	{"созвон", crm.TouchCall},
	{"call", crm.TouchCall},
	{"phone", crm.TouchCall},
	{"недозвон", crm.TouchMissed},
	{"missed", crm.TouchMissed},
	{"voicemail", crm.TouchMissed},
	{"встреч", crm.TouchMeeting},
	{"meeting", crm.TouchMeeting},
	{"письм", crm.TouchMail},
	{"email", crm.TouchMail},
	{"e-mail", crm.TouchMail},
	{"mail", crm.TouchMail},
	{"letter", crm.TouchMail},
	{"сообщен", crm.TouchMessage},
	{"переписк", crm.TouchMessage},
	{"message", crm.TouchMessage},
	{"chat", crm.TouchMessage},
	{"визит", crm.TouchVisit},
	{"выезд", crm.TouchVisit},
	{"visit", crm.TouchVisit},
	{"презентац", crm.TouchPresentation},
	{"демо", crm.TouchPresentation},
	{"presentation", crm.TouchPresentation},
	{"demo", crm.TouchPresentation},
	{"заметк", crm.TouchNote},
	{"note", crm.TouchNote},
}

// mendOpeners are words of which a correction has at least one; kindFill adds nothing.
var (
	mendOpeners = wordSet("это не нет ой упс был была было it it's its was not no oops actually sorry")
	kindFill    = wordSet("а же просто вообще-то точнее вернее но a an the but just rather is")
)

// kindMended reads which kind it was, and which it wasn't; right is empty when the text says something else.
func kindMended(text string) (right, wrong crm.TouchKind) {
	opened, negated := false, false
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.IsLetter(r) && r != '-' && r != '\''
	})
	if len(words) < 2 || strings.ContainsAny(text, "0123456789\n") {
		return "", ""
	}
	for _, w := range words {
		kind := kindOf(w)
		switch {
		case kind != "" && negated:
			wrong, negated = kind, false
		case kind != "":
			right = kind
		case w == "не" || w == "not":
			opened, negated = true, true
		case mendOpeners[w]:
			opened = true
		case !kindFill[w]:
			return "", ""
		}
	}
	if !opened {
		return "", ""
	}
	return right, wrong
}

func kindOf(word string) crm.TouchKind {
	for _, k := range kindStems {
		if strings.HasPrefix(word, k.stem) {
			return k.kind
		}
	}
	return ""
}

// kindTalk mends the kind of what was just saved, or of what is replied to; false when the text is about something else.
func (t *turn) kindTalk(about crm.Subject) (bool, error) {
	right, wrong := kindMended(t.in.Text)
	if right == "" {
		return false, nil
	}
	f, err := t.cardOf(about)
	if f == nil || err != nil {
		return false, err
	}
	if err := f.read(); err != nil {
		return false, err
	}
	touched := crm.TouchKind("")
	for _, item := range f.reading.Items {
		if item.Kind == capture.Touch && touched == "" {
			touched = item.Touch
		}
	}
	switch {
	case touched == right:
		return true, crm.Say("already")
	case touched != "" && (wrong == "" || wrong == touched):
		f.state.Force = string(right)
		return true, f.refile()
	}
	for i, item := range f.reading.Items {
		verb := verbOfTouch[right]
		if item.Kind == capture.FollowUp && verb != "" && (wrong == "" || item.Verb == verbOfTouch[wrong]) {
			put(&f.state.Rekinds, f.keys[i], verb)
			return true, f.refile()
		}
	}
	return false, nil
}

// retitled puts the name of another kind of step in the place of the first word, when that names a kind.
func (t *turn) retitled(text, verb string) string {
	first, rest, _ := strings.Cut(strings.TrimSpace(text), " ")
	for _, stem := range []string{"звон", "созвон", "позвон", "перезвон", "набра", "встре", "пис", "напис", "през", "демо", "call", "ring", "meet", "write", "mail", "demo", "phone", "visit"} {
		if strings.HasPrefix(strings.ToLower(first), stem) {
			return strings.TrimSpace(t.Say("verb."+verb) + " " + rest)
		}
	}
	return text
}
