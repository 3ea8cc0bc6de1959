package dialog

// planTalk takes a line that is about colleagues or about the whole day, and not about one client; false when it is none.
// Such a line stands by itself: it is no piece of a thought and no answer to a question.
func (t *turn) planTalk(text string) (bool, error) {
	for _, take := range []func(*turn, string) (bool, error){(*turn).awayTalk, (*turn).allTalk, (*turn).askTalk} {
		if done, err := take(t, text); done || err != nil {
			return done, err
		}
	}
	return false, nil
}
