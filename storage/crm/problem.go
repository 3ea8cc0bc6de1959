package crm

// Fact is a named value of a message: a name, a sum, a date. locale turns the value into words.
type Fact struct {
	Name  string
	Value any
}

// Problem is an error that a person may hear: a catalog key and the facts of its sentence. Every other error is
// "something broke" with an incident number.
type Problem struct {
	Key   string
	Facts []Fact
}

// Error is for logs: the key alone, because facts may hold people's data.
func (p *Problem) Error() string { return p.Key }

// Say makes a Problem; names and values of facts alternate: Say("client.unknown", "name", "Вектор").
func Say(key string, pairs ...any) *Problem {
	return &Problem{key, Facts(pairs...)}
}

// Facts makes a list of alternating names and values. It panics on an odd list or a name that is no string: a bug.
func Facts(pairs ...any) []Fact {
	if len(pairs)%2 != 0 {
		panic("crm: facts come in pairs")
	}
	facts := make([]Fact, 0, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		facts = append(facts, Fact{pairs[i].(string), pairs[i+1]})
	}
	return facts
}
