package rehearsal

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"followup/bot/message"
	"followup/storage/seed"
)

// world are the acts that are not a person's: keyed by their first word, each reads what follows it.
var world = map[string]func(s *Script, rest string) (func(*player) error, error){
	"clock":   readClock,
	"restart": plain((*player).restart),
	"again":   plain((*player).again),
	"off":     plain((*player).off),
	"on":      plain((*player).on),
	"down":    readDown,
	"block":   readBlock(true),
	"unblock": readBlock(false),
}

// deeds are what a person can do, by the word after the name. Each reads what follows the word.
var deeds = map[string]func(d *deed, rest string) error{
	"taps":     readTap,
	"replies":  readReply,
	"edits":    readEdit,
	"forwards": readForward,
	"sends":    readSends,
}

// things are what a person can send beside text.
var things = map[string]func(d *deed, rest string) error{
	"photo":     readFile("photo"),
	"file":      readFile("document"),
	"album":     readAlbum,
	"voice":     readSpeech("voice", "audio/ogg"),
	"videonote": readSpeech("video_note", "video/mp4"),
	"contact":   readContact,
	"place":     readPlace,
	"sticker":   readOdd("sticker"),
	"dice":      readOdd("dice"),
	"game":      readOdd("game"),
	"poll":      readOdd("poll"),
	"story":     readOdd("story"),
}

// deed is one act of a person while it is read: in is what will be sent, and the rest names messages that only the run knows.
type deed struct {
	script *Script
	more   []string // further lines of the text
	in     message.In
	album  []message.File // further photos of an album
	spoken *string        // what a transcriber hears in a voice note
	label  string         // of the button to tap
	target string         // part of the text of the message that the act is about
}

func (s *Script) readAct(raw []string) (func(*player) error, error) {
	if who, rest, ok := s.actor(raw[0]); ok {
		return s.readDeed(who, rest, raw)
	}
	word, rest, _ := strings.Cut(raw[0], " ")
	read := world[word]
	if read == nil {
		return nil, fmt.Errorf("begin with a person of the head, or with clock, restart, again, off, on, down, block, unblock")
	}
	return read(s, strings.TrimSpace(rest))
}

func (s *Script) readDeed(who seed.Person, rest string, raw []string) (func(*player) error, error) {
	d := &deed{script: s, in: message.In{Kind: message.Text, Chat: who.Telegram, From: asPerson(who)}}
	for _, l := range raw[1:] {
		d.more = append(d.more, strings.TrimPrefix(l, "  | "))
	}
	rest, err := d.enterGroup(rest)
	if err != nil {
		return nil, err
	}
	if text, ok := strings.CutPrefix(rest, ":"); ok {
		d.text(text)
		return d.play, nil
	}
	word, after, _ := strings.Cut(strings.TrimSpace(rest), " ")
	read := deeds[word]
	if read == nil {
		return nil, fmt.Errorf("after the name comes a colon and a text, or taps, replies, edits, forwards, sends")
	}
	return d.play, read(d, strings.TrimSpace(after))
}

// enterGroup reads " in GROUP" after the name.
func (d *deed) enterGroup(rest string) (string, error) {
	after, ok := strings.CutPrefix(rest, " in ")
	if !ok {
		return rest, nil
	}
	for _, g := range d.script.Groups {
		if tail, ok := strings.CutPrefix(after, g.Title); ok {
			d.in.Chat, d.in.Group, d.in.Title = g.ID, true, g.Title
			return tail, nil
		}
	}
	return "", fmt.Errorf("no such group: write a line at the top: group NAME | PERSON, PERSON")
}

// text takes the first line and the continuation lines.
func (d *deed) text(first string) {
	d.in.Text = strings.Join(append([]string{strings.TrimSpace(first)}, d.more...), "\n")
}

// afterColon takes what follows ": " as the text.
func (d *deed) afterColon(rest string) error {
	text, ok := strings.CutPrefix(strings.TrimSpace(rest), ":")
	if !ok {
		return fmt.Errorf("a colon and the text are missing at the end")
	}
	d.text(text)
	return nil
}

// quoted reads «…» at the start of s; quotes inside must be balanced.
func quoted(s string) (inner, rest string, err error) {
	if !strings.HasPrefix(s, "«") {
		return "", "", fmt.Errorf("a part of the message in «quotes» is missing")
	}
	depth := 0
	for i, r := range s {
		switch r {
		case '«':
			depth++
		case '»':
			depth--
		}
		if depth == 0 {
			return s[len("«"):i], s[i+len("»"):], nil
		}
	}
	return "", "", fmt.Errorf("the quotes « » are not balanced")
}

// readTap reads "[label]" and "[label] under «part»".
func readTap(d *deed, rest string) (err error) {
	label, ok := strings.CutPrefix(rest, "[")
	if !ok {
		return fmt.Errorf("write the button's whole label: taps [✅ Сделано]")
	}
	label, rest, ok = strings.Cut(label, "]")
	if !ok {
		return fmt.Errorf("the button's label ends with ]")
	}
	d.in.Kind, d.label = message.Tap, label
	under, ok := strings.CutPrefix(strings.TrimSpace(rest), "under ")
	if !ok {
		return nil
	}
	d.target, _, err = quoted(under)
	return err
}

// readReply reads "«part»: text".
func readReply(d *deed, rest string) error {
	part, rest, err := quoted(rest)
	if err != nil {
		return err
	}
	d.target = part
	if thing, ok := strings.CutPrefix(rest, " with "); ok {
		return readSends(d, thing)
	}
	return d.afterColon(rest)
}

// readEdit reads "«part of the old text»: new text".
func readEdit(d *deed, rest string) error {
	d.in.Kind = message.Edit
	return readReply(d, rest)
}

// readForward reads "from «Name» at DAY TIME: text", "from user PERSON at …", "from channel «Name» at …".
func readForward(d *deed, rest string) error {
	rest, ok := strings.CutPrefix(rest, "from ")
	if !ok {
		return fmt.Errorf("write from whom: forwards from «Ирина К.» at 2026-11-17 19:40: text")
	}
	f := &message.Forward{From: "hidden"}
	d.in.Forward = f
	if name, ok := strings.CutPrefix(rest, "user "); ok {
		name, after, found := strings.Cut(name, " at ")
		who, err := d.script.person(name)
		if err != nil || !found {
			return fmt.Errorf("after user come a person of the head and at DAY TIME")
		}
		f.From, f.User, f.Name = "user", who.Telegram, who.Name
		return d.forwarded(after)
	}
	if name, ok := strings.CutPrefix(rest, "channel "); ok {
		f.From, rest = "channel", name
	}
	name, rest, err := quoted(rest)
	if err != nil {
		return err
	}
	f.Name = name
	after, ok := strings.CutPrefix(rest, " at ")
	if !ok {
		return fmt.Errorf("write when it was sent at first: at 2026-11-17 19:40")
	}
	return d.forwarded(after)
}

func (d *deed) forwarded(rest string) (err error) {
	const form = "2006-01-02 15:04"
	if len(rest) < len(form) {
		return fmt.Errorf("write when it was sent at first: at 2026-11-17 19:40")
	}
	if d.in.Forward.Date, err = d.script.moment(rest[:len(form)]); err != nil {
		return err
	}
	return d.afterColon(rest[len(form):])
}

func readSends(d *deed, rest string) error {
	word, after, _ := strings.Cut(rest, " ")
	read := things[word]
	if read == nil {
		return fmt.Errorf("what can be sent is photo, album, file, voice, videonote, contact, place, sticker, dice, game, poll, story")
	}
	return read(d, strings.TrimSpace(after))
}

// readFile reads "NAME «caption»"; both may be missing for a photo.
func readFile(kind string) func(d *deed, rest string) error {
	return func(d *deed, rest string) error {
		name, caption, _ := strings.Cut(rest, "«")
		name = strings.TrimSpace(name)
		if caption != "" {
			inner, _, err := quoted("«" + caption)
			if err != nil {
				return err
			}
			d.text(inner)
		}
		if kind == "document" && name == "" {
			return fmt.Errorf("a file needs a name: sends file выписка.txt «caption»")
		}
		d.in.Files = []message.File{{Kind: kind, Name: name, Size: int64(len(FileBytes(kind, name)))}}
		return nil
	}
}

// readAlbum reads "NAME, NAME «caption»".
func readAlbum(d *deed, rest string) error {
	names, _, _ := strings.Cut(rest, "«")
	list := strings.Split(names, ",")
	if len(list) < 2 {
		return fmt.Errorf("an album is at least two photos: sends album акт1.jpg, акт2.jpg «caption»")
	}
	if err := readFile("photo")(d, strings.TrimSpace(list[0])+" "+rest[len(names):]); err != nil {
		return err
	}
	for _, name := range list[1:] {
		name = strings.TrimSpace(name)
		d.album = append(d.album, message.File{Kind: "photo", Name: name, Size: int64(len(FileBytes("photo", name)))})
	}
	return nil
}

// readSpeech reads "0:23" and "0:23 saying «words»".
func readSpeech(kind, mime string) func(d *deed, rest string) error {
	return func(d *deed, rest string) error {
		long, said, saying := strings.Cut(rest, " saying ")
		minutes, seconds, _ := strings.Cut(long, ":")
		length, err := time.ParseDuration(minutes + "m" + seconds + "s")
		if err != nil {
			return fmt.Errorf("write how long it is: voice 0:23")
		}
		if saying {
			words, _, err := quoted(said)
			if err != nil {
				return err
			}
			d.spoken = &words
		}
		d.in.Files = []message.File{{Kind: kind, Seconds: int(length.Seconds()), MIME: mime}}
		return nil
	}
}

// readContact reads "+79031234567 First Last".
func readContact(d *deed, rest string) error {
	phone, name, ok := strings.Cut(rest, " ")
	if !ok {
		return fmt.Errorf("write the phone and the name: contact +79031234567 Ирина Ковалёва")
	}
	first, last, _ := strings.Cut(name, " ")
	d.in.Contact = &message.Contact{Phone: phone, First: first, Last: last}
	return nil
}

// readPlace reads "56.84 60.61".
func readPlace(d *deed, rest string) error {
	lat, lon, _ := strings.Cut(rest, " ")
	north, err := strconv.ParseFloat(lat, 64)
	if err != nil {
		return fmt.Errorf("write latitude and longitude: place 56.84 60.61")
	}
	east, err := strconv.ParseFloat(lon, 64)
	if err != nil {
		return fmt.Errorf("write latitude and longitude: place 56.84 60.61")
	}
	d.in.Place = &message.Place{Lat: north, Lon: east}
	return nil
}

// readOdd reads what is sent without a word more.
func readOdd(kind string) func(d *deed, rest string) error {
	return func(d *deed, rest string) error {
		d.in.Odd = kind
		if rest != "" {
			return fmt.Errorf("nothing may follow this word")
		}
		return nil
	}
}

func plain(do func(*player) error) func(*Script, string) (func(*player) error, error) {
	return func(_ *Script, rest string) (func(*player) error, error) {
		if rest != "" {
			return nil, fmt.Errorf("nothing may follow this word")
		}
		return do, nil
	}
}

// readClock reads "+1h", "+1d", "15:00" and "2026-11-19 09:00".
func readClock(s *Script, rest string) (func(*player) error, error) {
	if _, err := clockTarget(s.Start, rest); err != nil {
		return nil, err
	}
	return func(p *player) error { return p.clock(rest) }, nil
}

// clockTarget is where the clock goes from now.
func clockTarget(now time.Time, text string) (time.Time, error) {
	if step, ok := strings.CutPrefix(text, "+"); ok {
		days := 0
		if n, rest, found := strings.Cut(step, "d"); found {
			var err error
			if days, err = strconv.Atoi(n); err != nil {
				return now, fmt.Errorf("write clock +1d, +1h30m")
			}
			step = rest
		}
		if step == "" {
			return now.AddDate(0, 0, days), nil
		}
		length, err := time.ParseDuration(step)
		if err != nil {
			return now, fmt.Errorf("write clock +1d, +1h30m")
		}
		return now.AddDate(0, 0, days).Add(length), nil
	}
	if t, err := time.ParseInLocation("2006-01-02 15:04", text, now.Location()); err == nil {
		return t, nil
	}
	t, err := time.Parse("15:04", text)
	if err != nil {
		return now, fmt.Errorf("write clock +1h, clock 15:00 or clock 2026-11-19 09:00")
	}
	return time.Date(now.Year(), now.Month(), now.Day(), t.Hour(), t.Minute(), 0, 0, now.Location()), nil
}

// readDown reads "12:00..15:00".
func readDown(s *Script, rest string) (func(*player) error, error) {
	from, to, ok := strings.Cut(rest, "..")
	if !ok {
		return nil, fmt.Errorf("write down 12:00..15:00")
	}
	for _, t := range []string{from, to} {
		if _, err := clockTarget(s.Start, t); err != nil {
			return nil, err
		}
	}
	return func(p *player) error {
		for _, do := range []func() error{
			func() error { return p.clock(from) }, p.off, func() error { return p.clock(to) }, p.on,
		} {
			if err := do(); err != nil {
				return err
			}
		}
		return nil
	}, nil
}

func readBlock(on bool) func(*Script, string) (func(*player) error, error) {
	return func(s *Script, rest string) (func(*player) error, error) {
		for _, g := range s.Groups {
			if g.Title == strings.TrimSpace(rest) {
				return func(p *player) error { return p.stage.Block(p.ctx, g.ID, on) }, nil
			}
		}
		who, err := s.person(rest)
		if err != nil {
			return nil, err
		}
		return func(p *player) error { return p.stage.Block(p.ctx, who.Telegram, on) }, nil
	}
}
