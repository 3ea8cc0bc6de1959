package capture

import "strings"

// Rules of the words that are kept.
//
// What is kept of a piece is what the person wrote, in his order, without the client and the preposition before it, without
// the times that became a field and without words that only said what kind of thing it is. Nothing is left dangling: no
// comma, joining word or preposition at either end. «кп», «упд» and «тз» are written as the trade writes them.

// keeper says what of a piece is dropped beside the client.
type keeper struct {
	acts    []act // words of these acts
	times   bool  // times stay
	leads   bool  // words that may not begin it stay
	numbers bool  // sums, papers and their numbers go
}

var (
	keepWords = keeper{}
	keepTimes = keeper{times: true}
	keepVerbs = keeper{leads: true}
	keepNote  = keeper{numbers: true}
)

func dropActs(acts ...act) keeper { return keeper{acts: acts} }

// tradeCaps are abbreviations that are written in capitals.
var tradeCaps = map[string]string{"кп": "КП", "упд": "УПД", "тз": "ТЗ", "инн": "ИНН", "нк": "НК"}

// leadWords may not begin what is kept.
var leadWords = lexicon("это и а но потом затем также плюс же что hey hi привет здравствуйте здравствуй just чтобы о об пожалуйста плиз запиши запишите зафиксируй log ️ \u200d мне нам меня я мы надо нужно for our then and but that to please me us we",
	"бы ли не-забыть на i they'll i'll we'll ну так короче значит надиктовываю кстати слушай смотри блин well so anyway")

// tailWords may not end what is kept: prepositions and joining words.
var tailWords = lexicon("и а но с со are у к ко в во на по за до от для про о об из при через the a an with to from for at by on of and but is в- я мы они он она там потом затем i we they he she then")

// cut is what is kept of a piece.
func (s *scribe) cut(p *piece, keep keeper) string {
	var out strings.Builder
	last := -1
	drop := s.dropped(p, keep)
	for i := p.from; i < p.to; i++ {
		if drop[i-p.from] {
			continue
		}
		t := &s.tokens[i]
		if last >= 0 && (!t.glued || last != i-1) && !(t.kind == punctToken && strings.Contains(",.;:!?)", t.text)) {
			out.WriteByte(' ')
		}
		if caps, ok := tradeCaps[t.fold]; ok {
			out.WriteString(caps)
		} else {
			out.WriteString(t.text)
		}
		last = i
	}
	return out.String()
}

// dropped marks the tokens of a piece that aren't kept.
func (s *scribe) dropped(p *piece, keep keeper) []bool {
	drop := make([]bool, p.to-p.from)
	for i := p.from; i < p.to; i++ {
		t, o := &s.tokens[i], s.owners[i]
		switch {
		case o.mention >= 0 && inAddress(s.tokens, &s.named[o.mention]): // a mail address stays whole
		case o.mention >= 0 && s.named[o.mention].contact && (len(keep.acts) == 0 || !s.says(p, i)): // whom to call is worth keeping
		case o.mention >= 0 && len(p.named) == 0: // a person of the client before the colon
		case o.mention >= 0:
			lead := s.named[o.mention].lead
			if s.negatedName(o.mention) && lead-1 > p.from {
				if lead--; s.foldAt(lead-1) == "а" {
					lead--
				}
			}
			for k := max(p.from, lead); k <= i; k++ {
				drop[k-p.from] = true
			}
		case t.fold == "ни" && i+2 < len(s.owners) && (s.owners[i+1].mention >= 0 || nameCases[s.foldAt(i+1)] != 0 && s.owners[i+2].mention >= 0):
			drop[i-p.from] = true
		case i >= s.unknown[0] && i < s.unknown[1]:
			drop[i-p.from] = true
		case o.time >= 0 && !keep.times && !s.covers(&s.times[o.time]) && !s.atOnce(&s.times[o.time]):
			drop[i-p.from] = true
		case keep.numbers && (termWords[t.fold] || dayWords[t.fold] || workingWords[t.fold] || i > p.from && t.glued && drop[i-1-p.from] && t.kind == wordToken):
			drop[i-p.from] = true
		case keep.numbers && i > p.from && (s.tokens[i-1].is("№") || work[s.tokens[i-1].fold].act == actPaper) && t.kind == numberToken:
			_, to := s.numberAt(i, p.to)
			for k := i; k < max(to, i+1); k++ {
				drop[k-p.from] = true
			}
		case keep.numbers && (o.sum >= 0 || t.kind == numberToken || t.is("№") || t.is("/") || work[t.fold].act == actPaper || work[t.fold].act == actIssued):
			drop[i-p.from] = true
		case len(keep.acts) > 0 && (s.droppedAct(p, i, keep.acts) || pronouns[t.fold]):
			drop[i-p.from] = true
		case fromUs[[2]string{s.foldAt(i - 1), t.fold}] && len(keep.acts) > 0 && i > p.from:
			drop[i-1-p.from], drop[i-p.from] = true, true
		}
	}
	s.joints(p, drop)
	s.trim(p, drop, keep)
	return drop
}

// atOnce reports whether a time is no more than haste, «asap»: it becomes no field and stays with the words.
func (s *scribe) atOnce(t *Time) bool { return t.Bound == After && t.Start.Equal(s.w.Now) }

// says reports whether a name is the subject of what the piece says: it stands before every word of the trade.
func (s *scribe) says(p *piece, i int) bool {
	return s.subjectAt(i) && (len(p.acts) == 0 || p.acts[0].tok > i)
}

// opened reports whether a bracket opens between two tokens of the piece.
func (s *scribe) opened(p *piece, from, to int) bool {
	for i := from; i < to; i++ {
		if s.tokens[p.from+i].is("(") {
			return true
		}
	}
	return false
}

// joints drops what joined two names that are gone: «с Вектором и Ромашкой».
func (s *scribe) joints(p *piece, drop []bool) {
	for i := 1; i+1 < len(drop); i++ {
		t := &s.tokens[p.from+i]
		if !drop[i] && (joinWords[t.fold] || t.is(",")) && drop[i-1] && drop[i+1] && s.owners[p.from+i-1].mention >= 0 {
			drop[i] = true
		}
	}
}

// pronouns of the client go with the verb that they belong to; «от нас» says whose it is, which the kind of item says too.
var (
	pronouns = lexicon("им ему ей они он она they he she is are they're they’re he's he’s she's she’s")
	fromUs   = map[[2]string]bool{{"с", "нас"}: true, {"с", "меня"}: true, {"за", "нами"}: true, {"от", "нас"}: true, {"за", "мной"}: true, {"we", "owe"}: true, {"i", "owe"}: true, {"from", "us"}: true}
)

func (s *scribe) droppedAct(p *piece, i int, acts []act) bool {
	for _, a := range p.acts {
		if a.tok != i {
			continue
		}
		for _, want := range acts {
			if a.act == want && !a.not {
				return a.act == actRemind || s.leads(p, i)
			}
		}
	}
	return false
}

// trim drops what dangles at either end.
func (s *scribe) trim(p *piece, drop []bool, keep keeper) {
	first, last := 0, len(drop)-1
	for ; first <= last; first++ {
		t := &s.tokens[p.from+first]
		if t.fold == "не" && first < last && (s.foldAt(p.from+first+1) == "забыть" || s.foldAt(p.from+first+1) == "забудь") {
			drop[first], drop[first+1] = true, true
		}
		if t.fold == "в" && first < last && s.foldAt(p.from+first+1) == "общем" {
			drop[first], drop[first+1] = true, true
		}
		if drop[first] || t.kind == punctToken && !strings.Contains("№#+$€₽", t.text) || !keep.leads && leadWords[t.fold] {
			drop[first] = true
			continue
		}
		break
	}
	for ; last >= first; last-- {
		t := &s.tokens[p.from+last]
		if drop[last] || t.is(")") && !s.opened(p, first, last) || t.kind == punctToken && !strings.Contains("%$€₽)»\"", t.text) || tailWords[t.fold] && !t.glued {
			drop[last] = true
			continue
		}
		break
	}
}
