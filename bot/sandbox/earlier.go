package sandbox

// What people did before the box was opened, and what an old screen of theirs still shows.

// Know makes the bot known to a person, as if he had written to it some day before: it may write to him from now on.
func (s *Server) Know(person int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.private[person]; p != nil {
		p.started = true
		s.touch()
	}
}

// TapOld presses a button that a message once had and an old screen still shows. It returns the id of the query.
func (s *Server) TapOld(person, chat int64, message int, b Button) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.mayWrite(person, chat); err != nil {
		return "", err
	}
	m := s.find(chat, message)
	if m == nil {
		return "", errNoReply
	}
	return s.press(person, m, b), nil
}
