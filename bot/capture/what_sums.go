package capture

import (
	"slices"
	"strings"

	"followup/storage/crm"
)

// Which of the sums and numbers of a piece is the money that it is about: no number of a paper, no debt beside a promise, and what only
// a payment makes a sum of.

// sumOf is the first sum of the piece that is no number of a paper.
func (s *scribe) sumOf(p *piece, refs []string) *Sum {
	for _, k := range p.sums {
		sum := &s.sums[k]
		if sum.Bare && s.areRefs(sum, refs) {
			continue
		}
		return sum
	}
	return nil
}

// promisedSum is the sum that is promised; one behind a debt isn't it when another stands behind the promise: «долг миллион, обещают
// половину».
func (s *scribe) promisedSum(p *piece) *Sum {
	word := p.has(actTheyPromise, actPromised)
	first := s.sumOf(p, nil)
	if word == nil || first == nil || first.Span.From > s.tokens[word.tok].From || !s.any(p, overdueWords) && !s.any(p, debtWords) {
		return first
	}
	for _, k := range p.sums {
		if sum := &s.sums[k]; sum.Span.From > s.tokens[word.tok].From {
			return sum
		}
	}
	return first
}

// besideShare is the sum that a share of a payment by name is told beside: «предоплата 30% от айсберга 150 тыс».
func (s *scribe) besideShare(p *piece, share *Sum) *Sum {
	if share == nil || share.Share == 0 || p.has(actPayNoun) == nil {
		return nil
	}
	for _, k := range p.sums {
		if sum := &s.sums[k]; sum.Share == 0 && sum.Span.From > share.Span.From && !s.sumFor(s.tokenOf(sum.Span.From)) {
			return sum
		}
	}
	return nil
}

// areRefs reports whether a bare sum is numbers of papers: «по 126», «по 125,126».
func (s *scribe) areRefs(sum *Sum, refs []string) bool {
	for _, number := range strings.FieldsFunc(s.text[sum.Span.From:sum.Span.To], func(r rune) bool { return r == ',' || r == ' ' }) {
		if !slices.Contains(refs, number) {
			return false
		}
	}
	return true
}

// zero is a sum of nothing, written out: «оплатил 0 по 126» is not all of it.
func (s *scribe) zero(p *piece) *Sum {
	for i := p.from; i < p.to; i++ {
		t := &s.tokens[i]
		if t.text == "0" && s.owners[i].time < 0 && !s.inNumber(i+1) && !s.inNumber(i-1) {
			return &Sum{Span: t.Span, Money: crm.Money{Currency: crm.RUB}, Bare: true}
		}
	}
	return nil
}

// loneFigure is the only number of a piece about money that counts nothing: «заплатила 10 из 40». Its scale is asked.
func (s *scribe) loneFigure(p *piece) *Sum {
	for i := p.from; i < p.to; i++ {
		t := &s.tokens[i]
		if t.kind != numberToken || t.value <= 0 || t.value >= 1_000_000_000 || s.owners[i] != (owner{-1, -1, -1}) || t.glued || i > p.from && (documentWords[s.tokens[i-1].fold] || work[s.tokens[i-1].fold].act == actPaper) {
			continue
		}
		if i+1 < p.to && !figureEnds[s.tokens[i+1].fold] && work[s.tokens[i+1].fold].act != actPaid && s.tokens[i+1].kind != punctToken && s.owners[i+1] == (owner{-1, -1, -1}) || i+1 < p.to && s.tokens[i+1].kind == punctToken && s.tokens[i+1].glued && i+2 < p.to {
			return nil
		}
		if f := s.foldAt(i + 1); (f == "из" || f == "of") && work[s.foldAt(i+3)].act == actPaper {
			return nil // «оплатили 2 из 5 счетов»
		}
		return &Sum{Span: t.Span, Money: crm.Money{Minor: t.value * 100, Currency: s.currency()}, Bare: true}
	}
	return nil
}

// figureEnds may follow a sum without a measure.
var figureEnds = lexicon("из в во на по и за от до с вместо сегодня вчера обещают обещали of from on for and")

// onlyShares reports whether a piece has no sums but parts of the whole: «аванс 30 процентов до 1 декабря».
func (s *scribe) onlyShares(p *piece) bool {
	for _, k := range p.sums {
		if s.sums[k].Share == 0 {
			return false
		}
	}
	return true
}

// thousands is the sum of «300 т» in a piece about money: tonnes are counted elsewhere.
func (s *scribe) thousands(p *piece, refs []string) *Sum {
	for i := p.from; i+1 < p.to; i++ {
		t := &s.tokens[i]
		if t.kind != numberToken || t.value <= 0 || t.value >= 100_000 || s.owners[i] != (owner{-1, -1, -1}) || s.tokens[i+1].fold != "т" || i+2 < p.to && s.owners[i+2].time < 0 && s.tokens[i+2].kind != punctToken {
			continue
		}
		for _, ref := range refs {
			if ref == t.text {
				return nil
			}
		}
		return &Sum{Span: Span{t.From, s.tokens[i+1].To}, Money: crm.Money{Minor: t.value * 1000 * 100, Currency: s.currency()}}
	}
	return nil
}
