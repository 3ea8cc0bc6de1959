package capture

import "slices"

// What a joining word leads to is another thing when it has a due time or a fate of its own.

// opensWith reports whether token i is what the joining word before from leads to, maybe behind an article.
func (s *scribe) opensWith(from, i int) bool {
	return from > 1 && (i == from || i == from+1 && articles[s.tokens[from].fold])
}

// dueToo reports whether what is named at i has a due time of its own, as what stands before the joining word has: «КП до пятницы и
// прайс до среды», «позвонить завтра и встреча в пятницу».
func (s *scribe) dueToo(from, i, to int) bool {
	if !s.dueAt(from - 2) {
		return false
	}
	for k := i + 1; k < min(to, i+5); k++ {
		if s.owners[k].time >= 0 {
			return s.dueAt(k)
		}
		if startsNew(s.actOf(k).act) {
			return false
		}
	}
	return false
}

// stateToo reports whether something became of the paper at i, as of the one before the joining word: «акт 5 подписан и акт 6 отправлен».
func (s *scribe) stateToo(from, i, to int) bool {
	became := func(k int) bool {
		a := s.actOf(k).act
		return a == actSigned || a == actSent || a == actReceived
	}
	return became(from-2) && slices.ContainsFunc([]int{i + 1, i + 2}, func(k int) bool { return k < to && became(k) })
}

// dueAt reports whether token i belongs to a time at which something is due.
func (s *scribe) dueAt(i int) bool {
	o := s.owners[i].time
	return o >= 0 && !s.covers(&s.times[o]) && s.ahead(&s.times[o])
}
