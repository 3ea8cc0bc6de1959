package rehearsal

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"followup/bot/message"
)

// Stage is where a script is played. Every method returns when all that follows from it was seen: the program has nothing
// left to do and everything it said was delivered. While the program is off, what people do waits.
type Stage interface {
	// Act lets a person do something. It fills in.Message of a new message.
	Act(ctx context.Context, in *message.In) error
	// Again delivers the last update once more.
	Again(ctx context.Context) error
	// Move moves the clock; every heartbeat with something due on the way runs, when the program is on.
	Move(ctx context.Context, to time.Time) error
	// Power closes or opens the program on the same database.
	Power(ctx context.Context, on bool) error
	// Block lets a person block or unblock the bot, or a group take it out or bring it back.
	Block(ctx context.Context, chat int64, on bool) error
	// Seen takes what was seen since it was last asked.
	Seen() []Sight
	// Close ends the program for good.
	Close() error
}

// Opened is a stage on which the portfolio stands, with the codes of its invitations.
type Opened struct {
	Stage Stage
	Codes []string
}

// Play plays a script on the stage that open gives and returns the whole file as it should read. The error tells of acts
// that could not be played and of everything seen that no person should see.
func Play(ctx context.Context, s *Script, open func(context.Context, *Script) (Opened, error)) (_ string, err error) {
	opened, err := open(ctx, s)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, opened.Stage.Close()) }()
	p := &player{ctx: ctx, script: s, stage: opened.Stage, now: s.Start, codes: opened.Codes}
	p.out = append(p.out, s.head...)
	p.look(0)
	for _, a := range s.acts {
		p.out = append(append(p.out, a.lead...), a.raw...)
		p.chat, p.since = 0, p.now
		if err := a.play(p); err != nil {
			return "", errors.Join(fmt.Errorf("line %d: %q: %w", a.no, a.raw[0], err), p.wrong)
		}
		p.look(a.no)
	}
	p.out = append(p.out, s.tail...)
	return strings.Join(p.out, "\n") + "\n", p.wrong
}

// player is a script on the way through.
type player struct {
	ctx    context.Context
	script *Script
	stage  Stage
	now    time.Time
	since  time.Time // when the act began
	chat   int64     // of the act
	said   []*said
	codes  []string
	out    []string
	wrong  error
	albums int
	files  int // photos and voices that came without a name
}

// said is a message of a chat as it looks now, with every button it ever had.
type said struct {
	chat, id int64
	bot      bool
	from     int64
	text     string
	buttons  []message.Button
	former   []message.Button
}

// look takes what was seen, keeps it for later acts, and prints it.
func (p *player) look(no int) {
	seen := p.stage.Seen()
	p.script.arrange(seen, p.chat)
	for _, v := range seen {
		v = typable(v)
		p.remember(v)
		if v.Kind == Toast && v.Text == "" {
			continue
		}
		if err := Check(v); err != nil {
			p.wrong = errors.Join(p.wrong, fmt.Errorf("after line %d: %s %s: %w", no, v.Kind, p.script.chatName(v.Chat), err))
		}
		for _, l := range p.script.lines(v, p.since) {
			p.out = append(p.out, p.mask(l))
		}
	}
}

// typable has plain spaces in the place of those that keep a number on one line, so that a file can be typed and searched.
func typable(v Sight) Sight {
	plain := strings.NewReplacer("\u00a0", " ", "\u202f", " ")
	v.Text = plain.Replace(v.Text)
	rows := make([][]message.Button, len(v.Buttons))
	for i, row := range v.Buttons {
		rows[i] = append([]message.Button(nil), row...)
		for j := range rows[i] {
			rows[i][j].Text = plain.Replace(rows[i][j].Text)
		}
	}
	v.Buttons = rows
	return v
}

func (p *player) remember(v Sight) {
	var buttons []message.Button
	for _, row := range v.Buttons {
		buttons = append(buttons, row...)
	}
	switch v.Kind {
	case Said:
		p.said = append(p.said, &said{chat: v.Chat, id: v.Message, bot: true, text: v.Text, buttons: buttons})
	case Edited:
		if m := p.message(v.Chat, v.Message); m != nil {
			m.former = append(m.former, m.buttons...)
			m.text, m.buttons = v.Text, buttons
		}
	}
}

func (p *player) message(chat, id int64) *said {
	for _, m := range p.said {
		if m.chat == chat && m.id == id {
			return m
		}
	}
	return nil
}

// newest finds the newest message of a chat that ok accepts.
func (p *player) newest(chat int64, ok func(*said) bool) *said {
	for i := len(p.said) - 1; i >= 0; i-- {
		if m := p.said[i]; m.chat == chat && ok(m) {
			return m
		}
	}
	return nil
}

// play does what a person does.
func (d *deed) play(p *player) error {
	in := d.in
	p.chat = in.Chat
	in.Text = p.unmask(in.Text)
	in.Files = p.nameFiles(in.Files)
	if d.spoken != nil {
		p.script.spoken[in.Files[0].ID] = *d.spoken
	}
	if in.Kind == message.Tap {
		return d.tap(p, in)
	}
	if d.target != "" {
		own := in.Kind == message.Edit
		m := p.newest(in.Chat, func(m *said) bool {
			return strings.Contains(m.text, d.target) && (!own || !m.bot && m.from == in.From.ID)
		})
		if m == nil {
			return fmt.Errorf("no message with «%s» was seen in this chat", d.target)
		}
		if own {
			in.Message, m.text = m.id, in.Text
		} else {
			in.Reply = m.id
		}
	}
	if len(d.album) > 0 {
		p.albums++
		in.Album = fmt.Sprintf("album-%d", p.albums)
	}
	if err := p.stage.Act(p.ctx, &in); err != nil {
		return err
	}
	for _, photo := range p.nameFiles(d.album) {
		more := in
		more.Text, more.Files = "", []message.File{photo}
		if err := p.stage.Act(p.ctx, &more); err != nil {
			return err
		}
	}
	if in.Kind == message.Text {
		p.said = append(p.said, &said{chat: in.Chat, id: in.Message, from: in.From.ID, text: in.Text})
	}
	return nil
}

// tap finds the newest message that shows the button now; a message that once showed it does too: an old screen may still
// have it.
func (d *deed) tap(p *player, in message.In) error {
	for _, list := range []func(*said) []message.Button{
		func(m *said) []message.Button { return m.buttons },
		func(m *said) []message.Button { return m.former },
	} {
		var found message.Button
		m := p.newest(in.Chat, func(m *said) bool {
			if !strings.Contains(m.text, d.target) {
				return false
			}
			for _, b := range list(m) {
				if b.Text == d.label {
					found = b
					return true
				}
			}
			return false
		})
		if m == nil {
			continue
		}
		if found.Data == "" {
			return fmt.Errorf("the button [%s] opens or copies something: it does not speak to the bot", d.label)
		}
		in.Message, in.Data = m.id, found.Data
		return p.stage.Act(p.ctx, &in)
	}
	return fmt.Errorf("no button [%s] was seen in this chat%s", d.label, p.labels(in.Chat))
}

// labels lists the buttons of the newest message that has any, for a mistake.
func (p *player) labels(chat int64) string {
	m := p.newest(chat, func(m *said) bool { return len(m.buttons) > 0 })
	if m == nil {
		return ""
	}
	out := "; the newest are"
	for _, b := range m.buttons {
		out += " [" + b.Text + "]"
	}
	return out
}

// nameFiles gives photos and voices without a name one of their own, so that each is another file.
func (p *player) nameFiles(files []message.File) []message.File {
	named := append([]message.File(nil), files...)
	for i := range named {
		f := &named[i]
		if f.Name == "" {
			p.files++
			f.ID = fmt.Sprintf("%s-%d", f.Kind, p.files)
		} else {
			f.ID = f.Kind + "-" + f.Name
		}
		f.Unique = "u-" + f.ID
	}
	return named
}

func (p *player) clock(text string) error {
	to, err := clockTarget(p.now, text)
	if err != nil {
		return err
	}
	if to.Before(p.now) {
		return fmt.Errorf("the clock shows %s already: write the day too", p.now.Format("2006-01-02 15:04"))
	}
	p.now = to
	return p.stage.Move(p.ctx, to)
}

func (p *player) again() error { return p.stage.Again(p.ctx) }
func (p *player) off() error   { return p.stage.Power(p.ctx, false) }
func (p *player) on() error    { return p.stage.Power(p.ctx, true) }

func (p *player) restart() error {
	if err := p.off(); err != nil {
		return err
	}
	return p.on()
}
