package capture

// A request to pay later acknowledges the debt (it interrupts limitation, ст. 203 ГК РФ), so it is marked, with the day that
// was asked for. It is told from other requests by a word for a respite («отсрочка», «рассрочка») or by asking to move or to
// wait with a payment.

// deferral reports whether the client asks to pay later.
func (s *scribe) deferral(p *piece) bool {
	if p.has(actAsk) == nil {
		return false
	}
	if s.any(p, deferralWords) {
		return true
	}
	paying := p.has(actPay, actPayNoun) != nil
	return paying && (p.has(actMove) != nil || s.any(p, waitWords))
}

var (
	deferralWords = lexicon("отсрочку отсрочка отсрочки отсрочить рассрочку рассрочка рассрочки deferral extension installments instalments")
	waitWords     = lexicon("подождать повременить потерпеть отложить сдвинуть позже попозже push delay defer hold later more wait")
)

// deferred keeps a request to pay later before it is taken for a promise or for something to do.
func (s *scribe) deferred(p *piece) bool {
	if !s.deferral(p) {
		return false
	}
	s.reading.Deferral, s.reading.Until = true, s.deferredTo(p)
	return p.has(actPaid, actTodo) == nil && s.keep(p)
}

// deferredTo is the day until which the client asks to wait; nil when none is named: «на 10 дней» counts from a day that only
// the invoice knows.
func (s *scribe) deferredTo(p *piece) *Time {
	for _, k := range p.times {
		t := &s.times[k]
		if !s.ahead(t) || t.Bound == After || t.Rule != "" || s.counted(t) {
			continue
		}
		return t
	}
	return nil
}

// counted reports whether a time is a number of days, weeks or months: «на 10 дней».
func (s *scribe) counted(t *Time) bool {
	for i := range s.tokens {
		if s.tokens[i].From < t.Span.From || s.tokens[i].To > t.Span.To {
			continue
		}
		if fold := s.tokens[i].fold; dayWords[fold] || weekWords[fold] && s.foldAt(i-1) != "конца" || monthWords[fold] && s.foldAt(i-1) != "конца" && s.foldAt(i-1) != "of" {
			return true
		}
	}
	return false
}
