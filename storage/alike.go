package storage

import (
	"cmp"
	"math/bits"
	"slices"

	"followup/storage/crm"
)

// Rules of likeness.
//
// Two clients are taken for one, in this order of trust: one INN; one name but for its legal form, case and quotes, also by an
// alias; a phone or an e-mail of people in both; names that differ by one slip in five letters or two in twelve. Different INNs, or
// different cities with one name, make them different, and so does a person who said so. Only clients that Me may merge are
// told.

// Likeness is why two clients look like one.
type Likeness string

// Likenesses from the surest.
const (
	LikeINN   Likeness = "inn"
	LikeName  Likeness = "name"
	LikePhone Likeness = "phone"
	LikeEmail Likeness = "email"
	LikeSlip  Likeness = "slip"
)

var likenessOrder = []Likeness{LikeINN, LikeName, LikePhone, LikeEmail, LikeSlip}

// Look is what a client looks like. ID is 0 for one that is not entered yet.
type Look struct {
	ID             int64
	Name           string
	Aliases        []string
	INN, City      string
	Phones, Emails []string
}

// Alike is a client that looks like another one.
type Alike struct {
	ID   int64
	Name string
	Why  Likeness
}

// Lookalikes finds clients that look like one. It holds the clients that Me may merge as they were when it was made.
type Lookalikes struct {
	looks map[int64]Look
	by    map[Likeness]map[string][]int64
	names map[int][]spelt // by how many letters their keys have
	apart map[[2]int64]bool
}

// spelt is a name's key with the set of its letters, by which most others are told from it at a glance.
type spelt struct {
	id      int64
	letters []rune
	set     uint64
}

func spell(id int64, key string) spelt {
	s := spelt{id: id, letters: []rune(key)}
	for _, r := range s.letters {
		s.set |= 1 << (r % 64)
	}
	return s
}

// Lookalikes reads what clients look like.
func (tx *Tx) Lookalikes() (*Lookalikes, error) {
	l := &Lookalikes{looks: map[int64]Look{}, by: map[Likeness]map[string][]int64{}, names: map[int][]spelt{}, apart: map[[2]int64]bool{}}
	for _, why := range likenessOrder {
		l.by[why] = map[string][]int64{}
	}
	var w where
	tx.visibleClients(&w)
	err := tx.each("SELECT r.id, r.name, r.aliases, r.inn, r.city, COALESCE(r.manager_id, 0), COALESCE(r.team_id, 0) FROM clients r "+w.String(), w.args,
		func(scan func(...any) error) error {
			var k Look
			var manager, team int64
			err := scan(&k.ID, &k.Name, listCell{&k.Aliases}, &k.INN, &k.City, &manager, &team)
			if tx.may(crm.Merge, tx.relation(manager, team)) {
				l.looks[k.ID] = k
			}
			return err
		})
	if err != nil {
		return nil, err
	}
	w = where{}
	tx.visible(&w, "r")
	err = tx.each("SELECT r.client_id, r.phones, r.email FROM contacts r "+w.String(), w.args, func(scan func(...any) error) error {
		var client int64
		var email string
		var phones []string
		err := scan(&client, listCell{&phones}, &email)
		if k, ok := l.looks[client]; ok {
			k.Phones = append(k.Phones, phones...)
			if email != "" {
				k.Emails = append(k.Emails, email)
			}
			l.looks[client] = k
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	for id, k := range l.looks {
		for why, keys := range k.keys() {
			for _, key := range keys {
				l.by[why][key] = append(l.by[why][key], id)
			}
		}
		name := spell(id, crm.NameKey(k.Name))
		l.names[len(name.letters)] = append(l.names[len(name.letters)], name)
	}
	err = tx.each("SELECT one_id, other_id FROM apart", nil, func(scan func(...any) error) error {
		var pair [2]int64
		err := scan(&pair[0], &pair[1])
		l.apart[pair] = true
		return err
	})
	return l, err
}

// keys are what a client is found by, for each likeness.
func (k Look) keys() map[Likeness][]string {
	names := []string{crm.NameKey(k.Name)}
	for _, a := range k.Aliases {
		names = append(names, crm.NameKey(a))
	}
	keys := map[Likeness][]string{LikeName: names, LikePhone: k.Phones, LikeEmail: k.Emails}
	if k.INN != "" {
		keys[LikeINN] = []string{k.INN}
	}
	return keys
}

// Lengths of a name's key at which one slip and two are overlooked.
const (
	oneSlip  = 5
	twoSlips = 12
)

// slipsOf is how many slips are overlooked in a key of so many letters.
func slipsOf(letters int) int {
	switch {
	case letters < oneSlip:
		return 0
	case letters < twoSlips:
		return 1
	}
	return 2
}

// Of finds who looks like k, the surest first, each once.
func (l *Lookalikes) Of(k Look) []Alike {
	var found []Alike
	seen := map[int64]bool{k.ID: true}
	keys := k.keys()
	for _, why := range likenessOrder {
		var some []Alike
		take := func(id int64) {
			if !seen[id] && l.may(k, l.looks[id], why) {
				seen[id] = true
				some = append(some, Alike{id, l.looks[id].Name, why})
			}
		}
		for _, key := range keys[why] {
			for _, id := range l.by[why][key] {
				if key != "" {
					take(id)
				}
			}
		}
		if why == LikeSlip {
			for _, id := range l.near(spell(0, keys[LikeName][0])) {
				take(id)
			}
		}
		slices.SortFunc(some, func(a, b Alike) int { return cmp.Compare(a.ID, b.ID) })
		found = append(found, some...)
	}
	return found
}

// may reports whether nothing speaks against two clients being one.
func (l *Lookalikes) may(a, b Look, why Likeness) bool {
	if l.apart[[2]int64{min(a.ID, b.ID), max(a.ID, b.ID)}] || differ(a.INN, b.INN) {
		return false
	}
	return why != LikeName && why != LikeSlip || !differ(crm.NameKey(a.City), crm.NameKey(b.City))
}

// near are the clients whose names differ from name by no more slips than its length allows. Keys that differ in a digit never do:
// «Склад 1» is not «Склад 2».
func (l *Lookalikes) near(name spelt) []int64 {
	var found []int64
	limit := slipsOf(len(name.letters))
	for n := len(name.letters) - limit; n <= len(name.letters)+limit && limit > 0; n++ {
		for _, other := range l.names[n] {
			if bits.OnesCount64(name.set^other.set) <= 2*limit && distance(name.letters, other.letters) <= limit && digits(name.letters) == digits(other.letters) {
				found = append(found, other.id)
			}
		}
	}
	return found
}

func digits(letters []rune) string {
	var d []rune
	for _, r := range letters {
		if r >= '0' && r <= '9' {
			d = append(d, r)
		}
	}
	return string(d)
}

// distance counts the letters to put in, take out or change to make b of a.
func distance(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, x := range a {
		last := row[0]
		row[0] = i + 1
		for j, y := range b {
			cost := last
			if x != y {
				cost++
			}
			last = row[j+1]
			row[j+1] = min(row[j+1]+1, row[j]+1, cost)
		}
	}
	return row[len(b)]
}
