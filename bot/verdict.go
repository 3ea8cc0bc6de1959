package bot

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
)

// Rules of how Telegram's answers to an outgoing call are understood. Descriptions are matched by their stable part;
// whatever matches nothing is a refusal for good, kept with its code.

// verdict is what follows from one call.
type verdict int

const (
	delivered  verdict = iota
	wait               // 429: everybody waits, then the same again
	again              // 5xx or no connection: the same again, later and later
	unsure             // no answer: it may have arrived
	unwelcome          // the person can't be spoken to
	migrated           // the group has another id
	sendNew            // the message to edit is gone: send it as a new one
	noTopic            // the forum topic is gone or closed: send it to the group itself
	hopeless           // refused for good
	keyInvalid         // the token isn't valid any more
)

var verdictNames = map[verdict]string{
	delivered: "delivered", wait: "wait", again: "again", unsure: "unsure", unwelcome: "unwelcome", migrated: "migrated",
	sendNew: "send new", noTopic: "no topic", hopeless: "refused", keyInvalid: "token invalid",
}

func (v verdict) String() string { return verdictNames[v] }

// answers are matched in order. A code of 0 is any.
var answers = []struct {
	code    int
	part    string // of the description, lower case
	verdict verdict
}{
	{400, "message is not modified", delivered},
	{400, "message to delete not found", delivered},
	{400, "message can't be deleted", delivered}, // older than 48 hours: nothing better can be done
	{400, "query is too old", delivered},
	{400, "query id is invalid", delivered},
	{400, "message to edit not found", sendNew},
	{400, "message can't be edited", sendNew},
	{400, "message_id_invalid", sendNew},
	{400, "there is no text in the message to edit", sendNew},
	{400, "message thread not found", noTopic},
	{400, "topic_closed", noTopic},
	{400, "topic_deleted", noTopic},
	{400, "group chat was upgraded", migrated},
	{400, "chat not found", unwelcome},
	{400, "user not found", unwelcome},
	{400, "peer_id_invalid", unwelcome},
	{400, "chat_write_forbidden", unwelcome},
	{400, "not enough rights", unwelcome},
	{403, "", unwelcome},
	{401, "", keyInvalid},
	{429, "", wait},
}

// judgeCall turns the error of one outgoing call into what follows. The refusal is nil unless Telegram answered.
func judgeCall(err error) (verdict, *refusal) {
	if err == nil {
		return delivered, nil
	}
	var r *refusal
	var l *lost
	switch {
	case errors.As(err, &l) && l.maybe:
		return unsure, nil
	case !errors.As(err, &r):
		return again, nil
	case r.migrateTo != 0:
		return migrated, r
	case r.foreign && r.code >= 500:
		return unsure, r // a proxy answered; what is behind it may have done the work
	case r.code >= 500, r.foreign:
		return again, r
	}
	description := strings.ToLower(r.description)
	for _, a := range answers {
		if a.code == r.code && strings.Contains(description, a.part) {
			return a.verdict, r
		}
	}
	return hopeless, r
}

// codeOf is a refusal for logs and for the outbox: the code, and what Telegram says up to the first thing it quotes, which
// may be a person's.
func codeOf(r *refusal) string {
	if r == nil {
		return "no answer"
	}
	said := r.description
	for _, quote := range []string{`"`, " '", "«", "“", "`", ": http"} {
		said, _, _ = strings.Cut(said, quote)
	}
	for _, c := range said {
		if c > unicode.MaxASCII {
			said = ""
			break
		}
	}
	return strings.TrimSpace(fmt.Sprintf("%d %s", r.code, said[:min(len(said), 100)]))
}

// reasonOf is why a call has to be repeated.
func reasonOf(err error) string {
	var r *refusal
	var l *lost
	if errors.As(err, &r) {
		return codeOf(r)
	}
	if errors.As(err, &l) {
		return l.cause
	}
	return classOf(err)
}
