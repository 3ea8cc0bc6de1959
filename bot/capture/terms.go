package capture

// ReadTerms reads a text that is the answer to a question about a contract's terms: «автопролонгация на год», «отказ за 20
// рабочих дней», «до 31.01.2027». It is false when no term is written.
func ReadTerms(text string, w World) (ContractTerms, bool) {
	w.Clients = nil
	for _, item := range Read("договор № 1, "+text, w).Items {
		if item.Kind == Contract && *item.Contract != (ContractTerms{}) {
			return *item.Contract, true
		}
	}
	return ContractTerms{}, false
}
