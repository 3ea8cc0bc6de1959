package bot

import (
	"errors"
	"fmt"
	"testing"
)

// TestVerdicts: what follows from how a call ended.
func TestVerdicts(t *testing.T) {
	for _, c := range []struct {
		err  error
		want verdict
	}{
		{errors.New("no route"), again},
		{&lost{maybe: true, cause: "reset"}, unsure},
		{&lost{cause: "refused"}, again},
		{&refusal{code: 500}, again},
		{&refusal{code: 502, foreign: true}, unsure}, // what is behind the proxy may have done the work
		{&refusal{code: 404, foreign: true}, again},
		{&refusal{code: 401, description: "Unauthorized"}, keyInvalid},
		{&refusal{code: 429, description: "Too Many Requests: retry after 5"}, wait},
		{&refusal{code: 403, description: "Forbidden: bot was blocked by the user"}, unwelcome},
		{&refusal{code: 400, description: "Bad Request: chat not found"}, unwelcome},
		{&refusal{code: 400, description: "Bad Request: group chat was upgraded to a supergroup chat", migrateTo: -100}, migrated},
		{&refusal{code: 400, description: "Bad Request: message is not modified: specified new message content"}, delivered},
		{&refusal{code: 400, description: "Bad Request: message to edit not found"}, sendNew},
		{&refusal{code: 400, description: "Bad Request: message thread not found"}, noTopic},
		{&refusal{code: 400, description: "Bad Request: query is too old and response timeout expired"}, delivered},
		{&refusal{code: 400, description: "Bad Request: can't parse entities"}, hopeless},
	} {
		if got, _ := judgeCall(fmt.Errorf("call: %w", c.err)); got != c.want {
			t.Errorf("%+v is %v, want %v", c.err, got, c.want)
		}
	}
	if got, _ := judgeCall(nil); got != delivered {
		t.Errorf("no error is %v", got)
	}
}
