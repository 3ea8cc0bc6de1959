package sandbox

import (
	"encoding/json"
	"net/url"
	"strings"
	"unicode/utf8"
)

// Reply markup of one message (https://core.telegram.org/bots/api#inlinekeyboardmarkup).

const (
	maxButtons    = 100
	maxData       = 64  // bytes of callback data
	maxCopy       = 256 // characters a button may copy
	maxMarkupJSON = 10 << 10
)

// markupIn is any reply markup a bot may send; exactly one of its kinds is used.
type markupIn struct {
	Inline      [][]buttonIn    `json:"inline_keyboard"`
	Keyboard    [][]keyButtonIn `json:"keyboard"`
	OneTime     bool            `json:"one_time_keyboard"`
	Remove      bool            `json:"remove_keyboard"`
	ForceReply  bool            `json:"force_reply"`
	Placeholder string          `json:"input_field_placeholder"`
}

// buttonIn lists what the sandbox shows and, to be refused by name, what it doesn't.
type buttonIn struct {
	Text         string          `json:"text"`
	CallbackData *string         `json:"callback_data"`
	URL          string          `json:"url"`
	CopyText     *wireCopy       `json:"copy_text"`
	Style        string          `json:"style"`
	WebApp       json.RawMessage `json:"web_app"`
	LoginURL     json.RawMessage `json:"login_url"`
	Pay          bool            `json:"pay"`
}

type keyButtonIn struct {
	Text     string `json:"text"`
	Contact  bool   `json:"request_contact"`
	Location bool   `json:"request_location"`
}

// UnmarshalJSON also takes a bare text, which is Telegram's short form of a key.
func (b *keyButtonIn) UnmarshalJSON(data []byte) error {
	if json.Unmarshal(data, &b.Text) == nil {
		return nil
	}
	type plain keyButtonIn
	return json.Unmarshal(data, (*plain)(b))
}

// markup reads reply_markup: inline rows, or what happens below the input field.
func (c *call) markup() ([][]Button, *Keyboard, error) {
	if !c.has("reply_markup") || c.str("reply_markup") == "null" {
		return nil, nil, nil
	}
	if len(c.str("reply_markup")) > maxMarkupJSON*4 {
		return nil, nil, badRequest("reply markup is too long")
	}
	if !strings.HasPrefix(strings.TrimSpace(c.str("reply_markup")), "{") {
		return nil, nil, badRequest("object expected as reply markup")
	}
	var in markupIn
	if err := c.json("reply_markup", &in); err != nil {
		return nil, nil, badRequest("can't parse reply keyboard markup JSON object")
	}
	if in.Inline != nil {
		rows, err := inlineRows(in.Inline)
		return rows, nil, err
	}
	rows, err := keyRows(in.Keyboard)
	if err != nil {
		return nil, nil, err
	}
	return nil, &Keyboard{
		Rows: rows, OneTime: in.OneTime, Remove: in.Remove, ForceReply: in.ForceReply, Placeholder: in.Placeholder,
	}, nil
}

func inlineRows(in [][]buttonIn) ([][]Button, error) {
	var rows [][]Button
	count := 0
	for _, row := range in {
		var out []Button
		for _, b := range row {
			button, err := b.check()
			if err != nil {
				return nil, err
			}
			out = append(out, button)
			count++
		}
		if len(out) > 0 {
			rows = append(rows, out)
		}
	}
	if count > maxButtons {
		return nil, badRequest("reply markup is too long")
	}
	return rows, nil
}

// check turns a button into what it does. An empty copy_text beside another action is ignored, as Telegram ignores it.
func (b *buttonIn) check() (Button, error) {
	out := Button{Text: b.Text, URL: b.URL, Style: b.Style}
	if strings.TrimSpace(b.Text) == "" {
		return out, badRequest("inline keyboard button text must be non-empty")
	}
	if b.WebApp != nil || b.LoginURL != nil || b.Pay {
		return out, badRequest("BUTTON_TYPE_INVALID")
	}
	switch {
	case b.CallbackData != nil && *b.CallbackData != "":
		if len(*b.CallbackData) > maxData {
			return out, badRequest("BUTTON_DATA_INVALID")
		}
		out.Data = *b.CallbackData
	case b.URL != "":
		if !validURL(b.URL) {
			return out, badRequest("inline keyboard button URL '" + b.URL + "' is invalid: Wrong HTTP URL")
		}
	case b.CopyText != nil && b.CopyText.Text != "":
		if utf8.RuneCountInString(b.CopyText.Text) > maxCopy {
			return out, badRequest("BUTTON_COPY_TEXT_INVALID")
		}
		out.Copy = b.CopyText.Text
	case b.CallbackData != nil:
		return out, badRequest("BUTTON_DATA_INVALID")
	case b.CopyText != nil:
		return out, badRequest("BUTTON_COPY_TEXT_INVALID")
	default:
		return out, badRequest("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
	}
	return out, nil
}

func keyRows(in [][]keyButtonIn) ([][]KeyButton, error) {
	var rows [][]KeyButton
	count := 0
	for _, row := range in {
		var out []KeyButton
		for _, b := range row {
			if strings.TrimSpace(b.Text) == "" {
				return nil, badRequest("keyboard button text must be non-empty")
			}
			out = append(out, KeyButton(b))
			count++
		}
		rows = append(rows, out)
	}
	if count > 300 {
		return nil, badRequest("reply markup is too long")
	}
	return rows, nil
}

// validURL accepts what a button may open: web addresses, t.me without a scheme, and Telegram's own tg://.
func validURL(text string) bool {
	if !strings.Contains(text, "://") {
		text = "http://" + text
	}
	u, err := url.Parse(text)
	if err != nil {
		return false
	}
	switch u.Scheme {
	case "tg":
		return u.Host != ""
	case "http", "https":
		host := u.Hostname()
		return strings.Contains(host, ".") && !strings.ContainsAny(host, " _") && !strings.HasPrefix(host, ".")
	}
	return false
}
