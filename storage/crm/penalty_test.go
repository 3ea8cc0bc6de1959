package crm

import (
	"math/big"
	"math/rand/v2"
	"testing"
)

// TestWorkedExample is the example of the trade: a payment in the middle of a delay.
func TestWorkedExample(t *testing.T) {
	d := Delay{
		Sum: Rub(486_000), Due: NewDate(2026, 10, 30), On: NewDate(2026, 11, 18),
		Settled: []Settled{{NewDate(2026, 11, 10), Rub(200_000)}},
	}
	p := ContractPenalty(d, 1000, 0)
	if p.Sum != Rub(7634) || len(p.Lines) != 2 || p.Lines[0].Days != 11 || p.Lines[1].Days != 8 {
		t.Errorf("the penalty is %s by %+v, want 7634.00 in 11 and 8 days", p.Sum, p.Lines)
	}
	if p := ContractPenalty(d, 1000, 10_000); p.Sum != Rub(4860) || !p.Capped {
		t.Errorf("capped at 1 %% the penalty is %s", p.Sum)
	}
	for on, want := range map[Date]int64{d.Due: 0, d.Due.AddDays(1): 486, NewDate(2026, 11, 10): 5346, NewDate(2026, 11, 11): 5632} {
		d.On = on
		if p := ContractPenalty(d, 1000, 0); p.Sum != Rub(want) {
			t.Errorf("on %s the penalty is %s, want %d", on, p.Sum, want)
		}
	}
}

func TestInterestIsSplitAtRatesAndYears(t *testing.T) {
	table := KeyRates{Rates: []KeyRate{{NewDate(2023, 12, 18), 160_000}, {NewDate(2024, 7, 29), 180_000}}, Until: NewDate(2024, 8, 5)}
	d := Delay{Sum: Rub(1_000_000), Due: NewDate(2023, 12, 10), On: NewDate(2024, 8, 10)}
	p := Interest395(d, table)
	want := []PenaltyLine{
		{From: NewDate(2023, 12, 18), To: NewDate(2023, 12, 31), Days: 14, Year: 365, Rate: 160_000, Amount: Money{6136_99, RUB}},
		{From: NewDate(2024, 1, 1), To: NewDate(2024, 7, 28), Days: 210, Year: 366, Rate: 160_000, Amount: Money{91803_28, RUB}},
		{From: NewDate(2024, 7, 29), To: NewDate(2024, 8, 5), Days: 8, Year: 366, Rate: 180_000, Amount: Money{3934_43, RUB}},
		{From: NewDate(2024, 8, 6), To: NewDate(2024, 8, 10), Days: 5, Year: 366, Rate: 180_000, Assumed: true, Amount: Money{2459_02, RUB}},
	}
	if p.Uncounted != 7 || len(p.Lines) != len(want) {
		t.Fatalf("%d days uncounted, lines %+v", p.Uncounted, p.Lines)
	}
	for i, l := range p.Lines {
		want[i].Balance = d.Sum
		if l != want[i] {
			t.Errorf("line %d is %+v, want %+v", i, l, want[i])
		}
	}
}

// TestPenaltyIsTheSumOfItsDays compares 10,000 random delays with a sum of exact fractions, day by day.
func TestPenaltyIsTheSumOfItsDays(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 1))
	table := BuiltInKeyRates()
	for n := range 10_000 {
		d := randomDelay(r)
		rate := Rate(r.IntN(20_000))
		contract, interest := new(big.Rat), new(big.Rat)
		for day := d.Due.AddDays(1); !day.After(d.On); day = day.AddDays(1) {
			owed := d.Sum.Minor
			for _, s := range d.Settled {
				if s.Day.Before(day) {
					owed -= s.Sum.Minor
				}
			}
			contract.Add(contract, big.NewRat(owed*int64(rate), millionth))
			for i := len(table.Rates) - 1; i >= 0; i-- {
				if !table.Rates[i].From.After(day) {
					year := int64(365)
					if day.Year%4 == 0 && (day.Year%100 != 0 || day.Year%400 == 0) {
						year = 366
					}
					interest.Add(interest, new(big.Rat).SetFrac(product(owed, int64(table.Rates[i].Rate)), product(millionth, year)))
					break
				}
			}
		}
		for what, got := range map[string][2]string{
			"penalty":  {rounded(contract), big.NewInt(ContractPenalty(d, rate, 0).Sum.Minor).String()},
			"interest": {rounded(interest), big.NewInt(Interest395(d, table).Sum.Minor).String()},
		} {
			if got[0] != got[1] {
				t.Fatalf("case %d, %+v at %d: the %s is %s, day by day %s", n, d, rate, what, got[1], got[0])
			}
		}
	}
}

func randomDelay(r *rand.Rand) Delay {
	d := Delay{Sum: Money{1 + r.Int64N(1_000_000_00), RUB}, Due: NewDate(2016, 1, 1).AddDays(r.IntN(4500))}
	d.On = d.Due.AddDays(r.IntN(80) * r.IntN(6))
	left := d.Sum.Minor
	for range r.IntN(6) {
		part := r.Int64N(left + 1)
		left -= part
		d.Settled = append(d.Settled, Settled{d.Due.AddDays(r.IntN(400) - 20), Money{part, RUB}})
	}
	return d
}

// rounded is the nearest whole number, a half upwards.
func rounded(x *big.Rat) string { return x.FloatString(0) }

func TestKeyRates(t *testing.T) {
	table := BuiltInKeyRates()
	for day, want := range map[Date]Rate{
		NewDate(2016, 8, 1): 105_000, NewDate(2022, 2, 27): 95_000, NewDate(2022, 2, 28): 200_000, NewDate(2025, 12, 31): 160_000,
	} {
		if got, _, ok := table.At(day); !ok || got != want {
			t.Errorf("on %s the rate is %d, want %d", day, got, want)
		}
	}
	if _, _, ok := table.At(NewDate(2016, 7, 31)); ok {
		t.Error("there is a rate before the table")
	}
	more := table.With(KeyRate{NewDate(2026, 2, 16), 155_000}).With(KeyRate{NewDate(2025, 12, 22), 165_000})
	again, err := ParseKeyRates(more.String())
	if err != nil || again.String() != more.String() || again.Until != NewDate(2026, 2, 16) {
		t.Errorf("%v: %s", err, again)
	}
	for _, bad := range []string{"", "2026-01-01", "2026-01-01 x", "x 5", "2026-01-02 5\n2026-01-01 6", "until x\n2026-01-01 5", "2026-01-01 101"} {
		if _, err := ParseKeyRates(bad); err == nil {
			t.Errorf("%q is read", bad)
		}
	}
}
