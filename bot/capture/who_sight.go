package capture

import "slices"

// What one person may see of a shared index.

// clientSet is a set of clients by their places in the index.
type clientSet []uint64

func newClientSet(n int) clientSet   { return make(clientSet, (n+63)/64) }
func (s clientSet) has(c int32) bool { return s[c/64]&(1<<(c%64)) != 0 }
func (s clientSet) put(c int32, in bool) {
	if in {
		s[c/64] |= 1 << (c % 64)
	}
}

// For is the same portfolio as somebody else sees it: sight says whether a client is his own, and whether he may see more of it
// than its name and aliases. The index is shared.
func (p *Portfolio) For(sight func(id int64) (own, seen bool)) *Portfolio {
	view := &Portfolio{nameIndex: p.nameIndex, own: newClientSet(len(p.clients)), seen: newClientSet(len(p.clients))}
	for i := range p.clients {
		own, seen := sight(p.clients[i].id)
		view.own.put(int32(i), own)
		view.seen.put(int32(i), seen)
	}
	return view
}

// shown reports whether a person's name may lead to his client.
func (p *Portfolio) shown(name int32) bool {
	n := &p.names[name]
	if n.alone {
		return p.own.has(n.client)
	}
	return p.seen.has(n.client)
}

// leads appends the names that a word leads to, at most limit of clients and as many of people.
func (p *Portfolio) leads(word int32, limit int, names []int32) []int32 {
	w := &p.words[word]
	names = append(names, w.names[:min(len(w.names), limit)]...)
	most := len(names) + limit
	for _, n := range w.people {
		if len(names) == most {
			break
		}
		if p.shown(n) && w.finds(&p.names[n]) {
			names = append(names, n)
		}
	}
	return names
}

// common reports whether a word leads to more than limit names.
func (p *Portfolio) common(word int32, limit int) bool {
	w := &p.words[word]
	count := len(w.names)
	for i := 0; i < len(w.people) && count <= limit; i++ {
		if p.shown(w.people[i]) && w.finds(&p.names[w.people[i]]) {
			count++
		}
	}
	return count > limit
}

// leading leaves out hits of words that only people have who aren't shown.
func (p *Portfolio) leading(hits []hit) []hit {
	return slices.DeleteFunc(hits, func(h hit) bool {
		w := &p.words[h.word]
		return !w.named && !slices.ContainsFunc(w.people, p.shown)
	})
}

// numbered are the clients of a taxpayer number.
func (p *Portfolio) numbered(inn string) []int32 {
	var list []int32
	for _, c := range p.byINN[inn] {
		if p.seen.has(c) {
			list = append(list, c)
		}
	}
	return list
}

// cityOf is where a client is, as far as it is shown.
func (p *Portfolio) cityOf(c int32) string {
	if !p.seen.has(c) {
		return ""
	}
	return p.clients[c].city
}
