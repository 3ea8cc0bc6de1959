package bot

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Rules of reading an answer. Nearly every answer is a message that we sent, of which only the number matters, or a batch of
// updates, each of which is read by itself later. Those two are taken apart by hand when they look as Telegram writes them;
// encoding/json, which reads every answer twice to its end and took a twelfth of an update's CPU for it, reads all others.

// judge tells Telegram's "ok", whose result it reads, from everything else.
func judge(method string, status int, body []byte, result any) error {
	if readOK(body, result) {
		return nil
	}
	a := struct {
		OK          bool   `json:"ok"`
		Result      any    `json:"result"` // a pointer, which is read into
		Code        int    `json:"error_code"`
		Description string `json:"description"`
		Parameters  struct {
			RetryAfter int   `json:"retry_after"`
			MigrateTo  int64 `json:"migrate_to_chat_id"`
		} `json:"parameters"`
	}{Result: result}
	err := json.Unmarshal(body, &a)
	switch {
	case err == nil && a.OK:
		return nil
	case a.OK:
		return &lost{method: method, maybe: true, cause: "the answer can't be read"}
	case err != nil || a.Code == 0:
		return &refusal{method: method, code: status, foreign: true}
	}
	return &refusal{
		method: method, code: a.Code, description: a.Description, migrateTo: a.Parameters.MigrateTo,
		retryAfter: time.Duration(a.Parameters.RetryAfter) * time.Second,
	}
}

// made is a result that may be a message, of which we use the number. The rest is not even read: the library decodes the whole
// of it, and fails on a reply to a kind of message that it doesn't know, though the message was delivered. Other results, such
// as "true", have the number 0.
type made struct{ id int64 }

func (m *made) UnmarshalJSON(raw []byte) error {
	if id, ok := number(raw); ok {
		m.id = id
		return nil
	}
	var message struct {
		ID int64 `json:"message_id"`
	}
	if len(raw) > 0 && raw[0] == '{' {
		_ = json.Unmarshal(raw, &message) // a result without a number was carried out all the same
	}
	m.id = message.ID
	return nil
}

// trim keeps the number alone of a result that is a message, for the library.
func trim(method string, result json.RawMessage) []byte {
	var m made
	if strings.HasPrefix(method, "send") || strings.HasPrefix(method, "edit") {
		_ = m.UnmarshalJSON(result) // it never fails
	}
	if m.id == 0 {
		return result
	}
	return fmt.Appendf(nil, `{"message_id":%d}`, m.id)
}

// readOK reads a usual answer into result. false: nothing was read, and the answer needs a closer look.
func readOK(body []byte, result any) bool {
	rest, ok := bytes.CutPrefix(body, []byte(`{"ok":true,"result":`))
	if !ok {
		return false
	}
	switch result := result.(type) {
	case *made:
		id, ok := number(rest)
		if ok && bytes.HasSuffix(rest, []byte("}}")) {
			result.id = id
			return true
		}
	case *[]json.RawMessage:
		if list, ok := elements(rest); ok {
			*result = list
			return true
		}
	}
	return false
}

// number is that of a message, which Telegram says first.
func number(raw []byte) (int64, bool) {
	rest, ok := bytes.CutPrefix(raw, []byte(`{"message_id":`))
	end := bytes.IndexAny(rest, ",}")
	if !ok || end < 1 {
		return 0, false
	}
	id, err := strconv.ParseInt(string(rest[:end]), 10, 64)
	return id, err == nil
}

// elements takes the objects of a list apart, which is all that an answer has left. They are not checked within.
func elements(list []byte) (found []json.RawMessage, ok bool) {
	if len(list) == 0 || list[0] != '[' {
		return nil, false
	}
	depth, start, quoted := 0, 0, false
	for i := 1; i < len(list); i++ {
		switch c := list[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			if depth++; depth == 1 {
				start = i
			}
		case depth == 0 && c == ']':
			return found, string(list[i:]) == "]}"
		case c == '}' || c == ']':
			if depth--; depth == 0 {
				found = append(found, list[start:i+1:i+1])
			}
		case depth == 0 && c != ',':
			return nil, false
		}
	}
	return nil, false
}
