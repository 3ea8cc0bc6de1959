package sandbox

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Telegram counts text in UTF-16 units: Cyrillic letters are one, most emoji two.

const (
	maxText    = 4096
	maxCaption = 1024
)

// units is the length of a text in UTF-16 units.
func units(text string) int {
	n := 0
	for _, r := range text {
		n += max(utf16.RuneLen(r), 1)
	}
	return n
}

// found are the things Telegram marks by itself in anybody's text, in the order of precedence: an e-mail's
// domain looks like a link, so e-mails go first.
var found = []struct {
	kind    string
	pattern *regexp.Regexp
}{
	{"email", regexp.MustCompile(`[\w.+-]+@[\w-]+(?:\.[\w-]+)+`)},
	{"url", regexp.MustCompile(`(?i)\b(?:https?://[^\s<>"«»]+|(?:[\p{L}\d][\p{L}\d-]*\.)+(?:ru|com|org|net|me|io|su|dev|рф)\b(?:/[^\s<>"«»]*)?)`)},
	{"bot_command", regexp.MustCompile(`/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?`)},
	{"mention", regexp.MustCompile(`@[A-Za-z0-9_]{3,32}`)},
	{"hashtag", regexp.MustCompile(`#[\p{L}\d_]*\p{L}[\p{L}\d_]*`)},
	{"phone_number", regexp.MustCompile(`\+\d[\d\s()-]{8,17}\d`)},
}

// startsWord are the kinds that count only at the start of a word.
var startsWord = map[string]bool{"bot_command": true, "mention": true, "hashtag": true, "phone_number": true}

// autoEntities adds what Telegram marks by itself to the entities that are already there, where nothing overlaps.
func autoEntities(text string, given []Entity) []Entity {
	out := slices.Clone(given)
	taken := func(from, to int) bool {
		return slices.ContainsFunc(out, func(e Entity) bool {
			outer := e.Type == "bold" || e.Type == "italic" || e.Type == "underline" || e.Type == "strikethrough" ||
				e.Type == "spoiler" || strings.HasSuffix(e.Type, "blockquote")
			return !outer && e.Offset < to && from < e.Offset+e.Length
		})
	}
	for _, f := range found {
		for _, span := range f.pattern.FindAllStringIndex(text, -1) {
			from, to := span[0], span[1]
			if f.kind == "url" {
				to = from + len(strings.TrimRight(text[from:to], ".,;:!?)»\"'"))
			}
			if startsWord[f.kind] && from > 0 {
				if r, _ := utf8.DecodeLastRuneInString(text[:from]); unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' || r == '/' {
					continue
				}
			}
			if f.kind == "bot_command" && to < len(text) {
				if r, _ := utf8.DecodeRuneInString(text[to:]); unicode.IsLetter(r) || r == '/' {
					continue
				}
			}
			offset, length := units(text[:from]), units(text[from:to])
			if !taken(offset, offset+length) {
				out = append(out, Entity{Type: f.kind, Offset: offset, Length: length})
			}
		}
	}
	sortEntities(out)
	return out
}

func sortEntities(list []Entity) {
	slices.SortStableFunc(list, func(a, b Entity) int {
		if a.Offset != b.Offset {
			return a.Offset - b.Offset
		}
		return b.Length - a.Length
	})
}

// entityTypes are those a bot may name itself.
var entityTypes = []string{
	"mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bold", "italic", "underline", "strikethrough",
	"spoiler", "blockquote", "expandable_blockquote", "code", "pre", "text_link", "text_mention", "custom_emoji", "date_time",
}

// checkEntities refuses entities that don't fit the text. Error texts are the Bot API's.
func checkEntities(text string, list []Entity) error {
	total := units(text)
	for _, e := range list {
		switch {
		case !slices.Contains(entityTypes, e.Type):
			return badRequest(fmt.Sprintf("can't parse entities: Unsupported type %q specified", e.Type))
		case e.Offset < 0 || e.Length <= 0:
			return badRequest("can't parse entities: entity has invalid offset or length")
		case e.Offset >= total:
			return badRequest(fmt.Sprintf("entity beginning at UTF-16 offset %d is outside of the text of %d UTF-16 units", e.Offset, total))
		case e.Offset+e.Length > total:
			return badRequest(fmt.Sprintf("entity beginning at UTF-16 offset %d ends after the end of the text at UTF-16 offset %d", e.Offset, total))
		case !atBoundary(text, e.Offset):
			return badRequest(fmt.Sprintf("entity begins in a middle of a UTF-16 symbol at UTF-16 offset %d", e.Offset))
		case !atBoundary(text, e.Offset+e.Length):
			return badRequest(fmt.Sprintf("entity ends in a middle of a UTF-16 symbol at UTF-16 offset %d", e.Offset+e.Length))
		case e.Type == "text_link" && !validURL(e.URL):
			return badRequest("can't parse entities: wrong HTTP URL specified")
		}
	}
	return nil
}

// atBoundary says whether an offset lies between two characters rather than inside a surrogate pair.
func atBoundary(text string, offset int) bool {
	at := 0
	for _, r := range text {
		if at >= offset {
			break
		}
		at += max(utf16.RuneLen(r), 1)
	}
	return at == offset
}

// cut returns the part of a text between two UTF-16 offsets.
func cut(text string, offset, length int) string {
	u := utf16.Encode([]rune(text))
	from := min(max(offset, 0), len(u))
	to := min(max(offset+length, from), len(u))
	return string(utf16.Decode(u[from:to]))
}

// trim takes the white space off both ends, as Telegram does, and moves the entities with the text.
func trim(text string, list []Entity) (string, []Entity) {
	left := strings.TrimLeftFunc(text, unicode.IsSpace)
	shift := units(text[:len(text)-len(left)])
	text = strings.TrimRightFunc(left, unicode.IsSpace)
	total := units(text)
	var out []Entity
	for _, e := range list {
		from, to := max(e.Offset-shift, 0), min(e.Offset-shift+e.Length, total)
		if from < to {
			e.Offset, e.Length = from, to-from
			out = append(out, e)
		}
	}
	return text, out
}
