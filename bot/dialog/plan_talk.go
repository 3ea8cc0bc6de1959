package dialog

// planTalk takes a line that is about settings, colleagues, the whole day or the list of clients, and not about what happened
// to one of them; false when it is none. Such a line stands by itself: it is no piece of a thought and no answer to a question.
func (t *turn) planTalk(text string) (bool, error) {
	for _, take := range []func(*turn, string) (bool, error){
		(*turn).settingTalk, (*turn).awayTalk, (*turn).allTalk, (*turn).askTalk, (*turn).clientsTalk, (*turn).bornTalk, (*turn).mergeTalk,
	} {
		if done, err := take(t, text); done || err != nil {
			return done, err
		}
	}
	return false, nil
}
