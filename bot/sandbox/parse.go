package sandbox

import (
	"fmt"
	"html"
	"slices"
	"strings"
	"unicode/utf8"
)

// parse_mode texts become plain text and entities. What Telegram refuses is refused with its words
// (https://core.telegram.org/bots/api#formatting-options).

// formatted reads a text argument with its parse_mode or its list of entities.
func (c *call) formatted(text, list string) (string, []Entity, error) {
	raw := c.str(text)
	if !utf8.ValidString(raw) {
		return "", nil, badRequest("strings must be encoded in UTF-8")
	}
	var entities []Entity
	var err error
	switch strings.ToLower(c.str("parse_mode")) {
	case "":
		if err = c.json(list, &entities); err != nil {
			return "", nil, badRequest("can't parse entities: " + err.Error())
		}
		err = checkEntities(raw, entities)
	case "html":
		raw, entities, err = parseHTML(raw)
	case "markdownv2":
		raw, entities, err = parseMarkdown(raw)
	default:
		err = badRequest("unsupported parse_mode")
	}
	if err != nil {
		return "", nil, err
	}
	raw, entities = trim(raw, entities)
	return raw, autoEntities(raw, entities), nil
}

func cantParse(format string, args ...any) error {
	return badRequest("can't parse entities: " + fmt.Sprintf(format, args...))
}

// tags are the HTML tags Telegram knows.
var tags = map[string]string{
	"b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline", "s": "strikethrough",
	"strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler", "span": "spoiler", "a": "text_link", "code": "code",
	"pre": "pre", "blockquote": "blockquote", "tg-emoji": "custom_emoji",
}

type open struct {
	tag    string
	entity Entity
	at     int // byte offset of the start in the source
}

// output collects the plain text and knows its length in UTF-16 units.
type output struct {
	text     strings.Builder
	units    int
	entities []Entity
}

func (o *output) write(s string) {
	o.text.WriteString(s)
	o.units += units(s)
}

// end closes an entity; one without text vanishes, as at Telegram.
func (o *output) end(e Entity) {
	if e.Length = o.units - e.Offset; e.Length > 0 {
		o.entities = append(o.entities, e)
	}
}

func (o *output) result() (string, []Entity, error) {
	sortEntities(o.entities)
	return o.text.String(), o.entities, nil
}

func parseHTML(src string) (string, []Entity, error) {
	var out output
	var stack []open
	for i := 0; i < len(src); {
		switch src[i] {
		case '&':
			n := strings.IndexByte(src[i:], ';')
			if n > 0 && n < 12 {
				if decoded := html.UnescapeString(src[i : i+n+1]); decoded != src[i:i+n+1] {
					out.write(decoded)
					i += n + 1
					continue
				}
			}
			out.write("&")
			i++
		case '<':
			end := strings.IndexByte(src[i:], '>')
			if end < 0 {
				return "", nil, cantParse("Unclosed start tag at byte offset %d", i)
			}
			inner := src[i+1 : i+end]
			var err error
			if stack, err = htmlTag(&out, stack, inner, i); err != nil {
				return "", nil, err
			}
			i += end + 1
		default:
			n := strings.IndexAny(src[i:], "&<")
			if n < 0 {
				n = len(src) - i
			}
			out.write(src[i : i+n])
			i += n
		}
	}
	if len(stack) > 0 {
		return "", nil, cantParse("Can't find end tag corresponding to start tag %q", stack[len(stack)-1].tag)
	}
	return out.result()
}

// htmlTag opens or closes one tag and returns the tags that are open after it.
func htmlTag(out *output, stack []open, inner string, at int) ([]open, error) {
	if name, closing := strings.CutPrefix(inner, "/"); closing {
		name = strings.ToLower(strings.TrimSpace(name))
		if len(stack) == 0 {
			return nil, cantParse("Unexpected end tag at byte offset %d", at)
		}
		top := stack[len(stack)-1]
		if top.tag != name {
			return nil, cantParse("Unmatched end tag at byte offset %d, expected \"</%s>\", found \"</%s>\"", at, top.tag, name)
		}
		stack = stack[:len(stack)-1]
		if name == "code" && len(stack) > 0 && stack[len(stack)-1].tag == "pre" {
			stack[len(stack)-1].entity.Language = top.entity.Language
			return stack, nil
		}
		out.end(top.entity)
		return stack, nil
	}
	name, rest, _ := strings.Cut(inner, " ")
	name = strings.ToLower(strings.TrimSpace(name))
	kind, known := tags[name]
	if !known {
		return nil, cantParse("Unsupported start tag %q at byte offset %d", name, at)
	}
	e := Entity{Type: kind, Offset: out.units}
	switch name {
	case "a":
		e.URL = html.UnescapeString(attribute(rest, "href"))
	case "span":
		if attribute(rest, "class") != "tg-spoiler" {
			return nil, cantParse("Tag \"span\" must have class \"tg-spoiler\" at byte offset %d", at)
		}
	case "code":
		e.Language = strings.TrimPrefix(attribute(rest, "class"), "language-")
	case "tg-emoji":
		e.EmojiID = attribute(rest, "emoji-id")
	case "blockquote":
		if strings.Contains(rest, "expandable") {
			e.Type = "expandable_blockquote"
		}
	}
	return append(stack, open{tag: name, entity: e, at: at}), nil
}

func attribute(rest, name string) string {
	_, value, ok := strings.Cut(rest, name+"=")
	if !ok || value == "" {
		return ""
	}
	if q := value[0]; q == '"' || q == '\'' {
		value, _, _ = strings.Cut(value[1:], string(q))
		return value
	}
	value, _, _ = strings.Cut(value, " ")
	return value
}

// marks are MarkdownV2's, longer ones first.
var marks = []struct{ mark, kind, name string }{
	{"```", "pre", "Pre"},
	{"__", "underline", "Underline"},
	{"||", "spoiler", "Spoiler"},
	{"*", "bold", "Bold"},
	{"_", "italic", "Italic"},
	{"~", "strikethrough", "Strikethrough"},
	{"`", "code", "Code"},
}

// reserved characters must be escaped where they mean nothing.
const reserved = "_*[]()~`>#+-=|{}.!"

func parseMarkdown(src string) (string, []Entity, error) {
	var out output
	var stack []open
	lineStart := true
	for i := 0; i < len(src); {
		c := src[i]
		top := ""
		if len(stack) > 0 {
			top = stack[len(stack)-1].tag
		}
		raw := top == "`" || top == "```"
		switch {
		case c == '\\' && i+1 < len(src) && src[i+1] < 127 && src[i+1] > 32:
			out.write(src[i+1 : i+2])
			i += 2
			lineStart = false
			continue
		case c == '\n' && top == ">":
			if !strings.HasPrefix(src[i+1:], ">") {
				out.end(stack[len(stack)-1].entity)
				stack = stack[:len(stack)-1]
			} else {
				i++
			}
			out.write("\n")
			i++
			lineStart = i > 0 && top != ">"
			continue
		case c == '>' && lineStart && !raw:
			stack = append(stack, open{tag: ">", entity: Entity{Type: "blockquote", Offset: out.units}, at: i})
			i++
			continue
		case c == '[' && !raw:
			stack = append(stack, open{tag: "[", entity: Entity{Type: "text_link", Offset: out.units}, at: i})
			i++
			continue
		case c == ']' && top == "[":
			n := strings.IndexByte(src[i:], ')')
			if !strings.HasPrefix(src[i:], "](") || n < 0 {
				return "", nil, cantParse("Can't find end of a URL at byte offset %d", i)
			}
			link := stack[len(stack)-1].entity
			link.URL = strings.ReplaceAll(src[i+2:i+n], "\\", "")
			stack = stack[:len(stack)-1]
			out.end(link)
			i += n + 1
			continue
		}
		if n, next, found := markAt(&out, stack, src[i:], top, raw, i); found {
			stack = next
			i += n
			lineStart = false
			continue
		}
		if !raw && strings.IndexByte(reserved, c) >= 0 {
			return "", nil, cantParse("Character '%c' is reserved and must be escaped with the preceding '\\'", c)
		}
		_, n := utf8.DecodeRuneInString(src[i:])
		out.write(src[i : i+n])
		lineStart = c == '\n'
		i += n
	}
	if len(stack) > 0 && stack[len(stack)-1].tag == ">" {
		out.end(stack[len(stack)-1].entity)
		stack = stack[:len(stack)-1]
	}
	if len(stack) > 0 {
		last := stack[len(stack)-1]
		return "", nil, cantParse("Can't find end of %s entity at byte offset %d", markName(last.tag), last.at)
	}
	return out.result()
}

// markAt opens or closes a mark at the start of src. It returns the bytes used and the marks open after it.
func markAt(out *output, stack []open, src, top string, raw bool, at int) (int, []open, bool) {
	for _, m := range marks {
		if !strings.HasPrefix(src, m.mark) || raw && top != m.mark {
			continue
		}
		n := len(m.mark)
		if top == m.mark {
			out.end(stack[len(stack)-1].entity)
			return n, stack[:len(stack)-1], true
		}
		if slices.ContainsFunc(stack, func(o open) bool { return o.tag == m.mark }) {
			continue // closed out of order: falls through to the reserved character
		}
		e := Entity{Type: m.kind, Offset: out.units}
		if m.kind == "pre" {
			line, _, ok := strings.Cut(src[n:], "\n")
			if ok && !strings.ContainsAny(line, " `") {
				e.Language = line
				n += len(line) + 1
			}
		}
		return n, append(stack, open{tag: m.mark, entity: e, at: at}), true
	}
	return 0, nil, false
}

func markName(tag string) string {
	for _, m := range marks {
		if m.mark == tag {
			return m.name
		}
	}
	return "TextUrl"
}
