// Package message holds our own shapes of what comes in from a chat and what goes out to it, without any library's types:
// the door translates between these and Telegram, and everything else speaks only these.
package message

import "followup/storage/crm"

// Kind is what an incoming update is.
type Kind string

// Kinds of updates that the bot acts on.
const (
	Text    Kind = "text"   // a message with anything in it
	Edit    Kind = "edit"   // an earlier message was changed
	Tap     Kind = "tap"    // an inline button
	Stopped Kind = "stop"   // the person blocked the bot
	Started Kind = "start"  // the person unblocked the bot
	Added   Kind = "added"  // the bot was put into a group
	Removed Kind = "gone"   // the bot was taken out of a group
	Moved   Kind = "moved"  // the group became a supergroup: Chat is the old id, NewChat the new one
	Ignored Kind = "ignore" // anything the bot has no use for; it still counts as handled
)

// In is one update.
type In struct {
	Update  int64
	Kind    Kind
	Chat    int64
	Group   bool
	Title   string // of a group
	Thread  int64  // forum topic
	NewChat int64
	From    Person
	Message int64 // id of the message, or of the message under the tapped button
	Date    crm.Moment
	Text    string // text or caption; in a group without the mention of the bot
	Called  bool   // in a group: the bot was mentioned, replied to or given a command
	Reply   int64  // id of the message replied to, 0 when none
	Query   string // id of a tap, to answer
	Data    string // of a tap
	Forward *Forward
	Album   string
	Files   []File
	Contact *Contact
	Place   *Place
	Odd     string // what the message is when there are no words and nothing of it can be kept: sticker, dice, game, poll, story, other
}

// Person is a Telegram user.
type Person struct {
	ID       int64
	Name     string
	Username string
	Language string // language_code, as Telegram gave it
}

// Forward is where a forwarded message came from. A hidden sender has a Name only.
type Forward struct {
	From string // user, hidden, chat, channel
	User int64
	Name string
	Date crm.Moment
}

// File is an attachment by Telegram's ids.
type File struct {
	Kind    string // photo, document, voice, video_note, audio, video
	ID      string
	Unique  string
	Name    string
	MIME    string
	Size    int64
	Seconds int
}

// Contact is a shared contact card.
type Contact struct {
	Phone, First, Last string
	User               int64
	VCard              string
}

// Place is a location in degrees.
type Place struct{ Lat, Lon float64 }

// Class is the priority of an outgoing message: answers to people go ahead of reminders, and those ahead of digests.
type Class int

// Classes in the order they are sent.
const (
	Answer Class = iota
	Reminder
	Digest
)

// Out is one outgoing call. An Edit with an empty Text changes only the buttons of that message.
type Out struct {
	Chat    int64
	Thread  int64       `json:",omitempty"`
	Class   Class       `json:",omitempty"`
	Edit    int64       `json:",omitempty"` // id of our message to change instead of sending a new one
	Delete  int64       `json:",omitempty"` // id of a message to delete
	Query   string      `json:",omitempty"` // answers this tap; Text is then the toast
	Alert   bool        `json:",omitempty"` // the toast is a dialog
	Reply   int64       `json:",omitempty"` // id of the message this answers
	Text    string      `json:",omitempty"`
	Styles  []Style     `json:",omitempty"`
	Buttons [][]Button  `json:",omitempty"`
	Ask     []string    `json:",omitempty"` // reply keyboard: "location" asks for a location; "-" removes the keyboard
	File    *Upload     `json:",omitempty"`
	Fetch   *Fetch      `json:",omitempty"` // nothing is sent: the file is fetched and handed back to the conversation
	Make    *Make       `json:",omitempty"` // text and file are made when it is sent, by the conversation
	Subject crm.Subject // what a reply to this message is about
	Silent  bool        `json:",omitempty"`
	Once    bool        `json:",omitempty"` // must not be repeated when it is unknown whether it arrived: files
}

// Style marks part of the text. Offset and Length count UTF-16 units.
type Style struct {
	Kind   string // bold, italic, code, pre, text_link, blockquote
	Offset int
	Length int
	URL    string `json:",omitempty"`
}

// Button is an inline button with exactly one of Data, URL and Copy.
type Button struct {
	Text string
	Data string `json:",omitempty"` // at most 64 bytes
	URL  string `json:",omitempty"`
	Copy string `json:",omitempty"` // at most 256 characters
}

// Fetch is a file of Telegram's that the conversation wants to read, for a draft of its own.
type Fetch struct {
	File   string
	About  string `json:",omitempty"` // what the conversation needs to read it; its own
	Speech bool   // its words are wanted, not its bytes
	Draft  int64
	After  int64 `json:",omitempty"` // the parcel of the message that says so: the file is handed over once that was sent
}

// Make is a file that is made of the records when it is sent: the turn that asks for it isn't held up, nobody's data lie in the
// outbox, and what its reader may see is asked at that moment. From and To bound the days of a report.
type Make struct {
	Member   int64 // on whose behalf, by our number
	What     string
	Form     string
	From, To crm.Date
}

// Upload is a file that we send.
type Upload struct {
	Name  string
	Photo bool
	Bytes []byte
}

// Telegram's limits, in UTF-16 units but for button data, which counts bytes.
const (
	MaxText    = 4096
	MaxCaption = 1024
	MaxToast   = 200
	MaxData    = 64
	MaxCopy    = 256
)
