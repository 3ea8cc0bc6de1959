package crm

// MemberSettings are a person's hours; every zero value means the default of DefaultMemberSettings, so that a new setting
// needs no migration.
type MemberSettings struct {
	DayStart  *Clock `json:",omitempty"`
	DayEnd    *Clock `json:",omitempty"`
	QuietFrom *Clock `json:",omitempty"`
	QuietTo   *Clock `json:",omitempty"`
	Plan      *Clock `json:",omitempty"` // the morning plan
	Digest    *Clock `json:",omitempty"` // a lead's evening digest
	Weekly    *Clock `json:",omitempty"` // a lead's report of the week
	AfterNoon *Clock `json:",omitempty"`
	PlanOff   bool   `json:",omitempty"`
	DigestOff bool   `json:",omitempty"`
	WeeklyOff bool   `json:",omitempty"`
	Dark      bool   `json:",omitempty"` // pictures are for a dark chat
	HideSums  bool   `json:",omitempty"`
	Days      []int  `json:",omitempty"` // weekdays of plan and digests, 0 is Sunday; none: the calendar's working days
}

// Hours are a person's settings with the defaults filled in.
type Hours struct {
	DayStart, DayEnd, QuietFrom, QuietTo, Plan, Digest, Weekly, AfterNoon Clock
}

// DefaultHours of a new member.
func DefaultHours() Hours {
	return Hours{
		DayStart: At(9, 0), DayEnd: At(18, 0), QuietFrom: At(20, 0), QuietTo: At(8, 0),
		Plan: At(9, 0), Digest: At(18, 30), Weekly: At(9, 15), AfterNoon: At(14, 0),
	}
}

// Hours fills in the defaults.
func (s MemberSettings) Hours() Hours {
	h := DefaultHours()
	for _, f := range []struct {
		set *Clock
		to  *Clock
	}{
		{s.DayStart, &h.DayStart},
		{s.DayEnd, &h.DayEnd},
		{s.QuietFrom, &h.QuietFrom},
		{s.QuietTo, &h.QuietTo},
		{s.Plan, &h.Plan},
		{s.Digest, &h.Digest},
		{s.Weekly, &h.Weekly},
		{s.AfterNoon, &h.AfterNoon},
	} {
		if f.set != nil {
			*f.to = *f.set
		}
	}
	return h
}

// TeamSettings are a team's ladders and thresholds; nil and zero mean the default.
type TeamSettings struct {
	NoticeSteps  []int  `json:",omitempty"` // days before the decision day
	NoticeStepsA []int  `json:",omitempty"` // of tier A
	Overdue      []int  `json:",omitempty"` // days after the due day of L1..L4
	CareDays     int    `json:",omitempty"` // days before the due day
	Threshold    int64  `json:",omitempty"` // minor units; smaller balances are not reminded of
	CadenceA     int    `json:",omitempty"`
	CadenceB     int    `json:",omitempty"`
	CadenceC     int    `json:",omitempty"`
	ExtraOff     []Date `json:",omitempty"` // regional days off

	Letters map[string]string `json:",omitempty"` // the team's own texts to clients, by "ru.firm.2"
}

// Ladders are a team's settings with the defaults filled in.
type Ladders struct {
	Notice    []int
	NoticeA   []int
	Overdue   []int
	Care      int
	Threshold int64
	Cadence   map[Tier]int
}

// Ladders fills in the defaults.
func (s TeamSettings) Ladders() Ladders {
	l := Ladders{
		Notice: []int{90, 60, 30, 14, 3, 0}, NoticeA: []int{120, 90, 60, 30, 14, 3, 0}, Overdue: []int{1, 5, 14, 30}, Care: 3,
		Threshold: 1000_00, Cadence: map[Tier]int{TierA: 14, TierB: 30, TierC: 90},
	}
	for _, f := range []struct {
		set []int
		to  *[]int
	}{{s.NoticeSteps, &l.Notice}, {s.NoticeStepsA, &l.NoticeA}, {s.Overdue, &l.Overdue}} {
		if len(f.set) > 0 {
			*f.to = f.set
		}
	}
	if s.CareDays > 0 {
		l.Care = s.CareDays
	}
	if s.Threshold > 0 {
		l.Threshold = s.Threshold
	}
	for tier, days := range map[Tier]int{TierA: s.CadenceA, TierB: s.CadenceB, TierC: s.CadenceC} {
		if days > 0 {
			l.Cadence[tier] = days
		}
	}
	return l
}
