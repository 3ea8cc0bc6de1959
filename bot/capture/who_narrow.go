package capture

import "slices"

// What the mentions of one text say of each other.

// narrow lets a number or a contact decide between the matches of a name in the same text.
func narrow(mentions []mention) {
	for i := range mentions {
		name := &mentions[i]
		if name.number || name.Sure {
			continue
		}
		for k := range mentions {
			other := &mentions[k]
			if k == i || !other.Sure {
				continue
			}
			for _, match := range name.Matches {
				if match.Client == other.Matches[0].Client && (other.number || other.contact || match.How == "contact") {
					name.Matches, name.Sure = []Match{match}, true
					name.contact = name.contact || match.How == "contact" // «ромашка, Ковалёва просит счёт»
					break
				}
			}
		}
	}
}

// dropWeak drops what a sure mention beside it makes unlikely: an everyday word without anything that speaks for it, and a
// contact of another company than the one named in the same clause.
func dropWeak(tokens []token, mentions []mention) []mention {
	sure := func(i int) bool {
		for k := range mentions {
			if k != i && mentions[k].Sure && !mentions[k].contact && (mentions[i].weak || sameClause(tokens, &mentions[i], &mentions[k])) {
				return true
			}
		}
		return false
	}
	kept := make([]mention, 0, len(mentions))
	for i := range mentions {
		m := &mentions[i]
		switch {
		case m.weak && !m.Sure && sure(i), m.number && !m.Sure && slices.ContainsFunc(mentions, func(x mention) bool { return x.Sure }): // «звонили из гаммы, номер 4567»
		case personOf(tokens, mentions, i): // «рите из вектора» is nobody of the client «Рита»
		case m.contact && sure(i) && !sameClient(mentions, i):
		case m.given && !m.ofContact(): // the name of a client alone is too little
		case m.given && !ofNamed(mentions, i): // «альфа: новый контакт, Мария» is nobody of another client
		default:
			kept = append(kept, *m)
		}
	}
	return kept
}

// personOf reports whether a mention is a given name in front of the client whose person it is: «рите из вектора», "nick from acme".
func personOf(tokens []token, mentions []mention, i int) bool {
	m := &mentions[i]
	if m.contact || m.to != m.from+1 || givenForms[tokens[m.from].fold] == 0 || m.to >= len(tokens) || tokens[m.to].fold != "из" && tokens[m.to].fold != "from" {
		return false
	}
	return i+1 < len(mentions) && mentions[i+1].lead == m.to
}

// ofContact reports whether one of those that a given name may mean is a contact.
func (m *mention) ofContact() bool {
	return m.contact || slices.ContainsFunc(m.Matches, func(x Match) bool { return x.How == "contact" })
}

// ofNamed narrows a given name to the client that the text names for sure; false when it names others.
func ofNamed(mentions []mention, i int) bool {
	m, others := &mentions[i], false
	for k := range mentions {
		if k == i || !mentions[k].Sure || mentions[k].contact {
			continue
		}
		client := mentions[k].Matches[0].Client
		at := slices.IndexFunc(m.Matches, func(x Match) bool { return x.Client == client })
		if at >= 0 {
			m.Matches, m.Sure, m.contact = m.Matches[at:at+1:at+1], true, true
			return true
		}
		others = true
	}
	return !others
}

func sameClause(tokens []token, a, b *mention) bool {
	for i := min(a.to, b.to); i < max(a.from, b.from); i++ {
		if breaksClause(tokens, i) {
			return false
		}
	}
	return true
}

// sameClient reports whether another mention of the text is of the same client.
func sameClient(mentions []mention, i int) bool {
	for k := range mentions {
		if k != i && mentions[k].Matches[0].Client == mentions[i].Matches[0].Client {
			return true
		}
	}
	return false
}

// inAddress reports whether a mention stands inside a mail address or a link: "zakup@rassvet.ru".
func inAddress(tokens []token, m *mention) bool {
	glued := func(i int) bool { return i >= 0 && i+1 < len(tokens) && tokens[i].glued && tokens[i+1].glued }
	if glued(m.from-1) && tokens[m.from-1].is("@") || glued(m.to) && tokens[m.to].is("@") {
		return true
	}
	return glued(m.to) && tokens[m.to].is(".") && siteEnds[tokens[m.to+1].fold]
}

// siteEnds end the address of a site.
var siteEnds = lexicon("com ru net org io co uk de su biz info eu kz by ua us рф")

// outsideAddresses drops names inside addresses beside others; a name that only an address has is asked.
func outsideAddresses(tokens []token, mentions []mention) []mention {
	outside := slices.ContainsFunc(mentions, func(m mention) bool { return !inAddress(tokens, &m) })
	kept := mentions[:0]
	for i := range mentions {
		m := mentions[i]
		if inAddress(tokens, &m) {
			if outside {
				continue
			}
			m.Sure = false
		}
		kept = append(kept, m)
	}
	return kept
}
