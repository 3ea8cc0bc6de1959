package scheduler_test

import (
	"math"
	"testing"
	"time"

	"followup/storage/crm"
)

// yearZones are where the people of the simulated years live: every kind of rule that clocks are set by, in the years that
// starts begin with.
var yearZones = []string{
	"Europe/Moscow",        // abolished in 2011 and set back in 2014
	"Europe/Kaliningrad",   // the same, an hour off
	"Asia/Yekaterinburg",   // the same
	"Europe/Istanbul",      // stayed on summer time in 2016
	"Asia/Pyongyang",       // half an hour back in 2015, forward in 2018
	"America/Caracas",      // half an hour in 2016
	"Africa/Cairo",         // abolished in 2011, back in 2014, once more in 2023; set at midnight
	"Africa/Casablanca",    // clocks back for Ramadan, so that standard time is the exception
	"Africa/El_Aaiun",      // the same
	"Asia/Gaza",            // by decree, in Ramadan too, at odd hours
	"Asia/Beirut",          // set at midnight: the day begins at one
	"Asia/Tehran",          // half an hour off, set at midnight, abolished in 2022
	"Asia/Amman",           // stayed on summer time in 2022
	"Africa/Windhoek",      // winter time as negative saving until 2017
	"Europe/Dublin",        // winter time as negative saving
	"Europe/London",        //
	"Europe/Chisinau",      // at two o'clock rather than at one UTC
	"America/New_York",     //
	"America/St_Johns",     // three and a half hours off; at one past midnight in 2011
	"America/Havana",       // set at midnight
	"America/Santiago",     // southern, set at midnight, its dates moved by decree
	"America/Asuncion",     // southern, stayed on summer time in 2024
	"America/Sao_Paulo",    // southern, abolished in 2019
	"America/Scoresbysund", // changed its offset and its rule at the same night
	"Australia/Lord_Howe",  // southern, by half an hour
	"Australia/Adelaide",   // southern, half an hour off
	"Pacific/Auckland",     // southern, far east
	"Pacific/Chatham",      // southern, twelve and three quarter hours off
	"Pacific/Apia",         // skipped 30 December 2011; summer time until 2021
	"Pacific/Easter",       // southern, west of its country
	"Asia/Kathmandu",       // five and three quarter hours off, never set
	"Antarctica/Troll",     // by two hours
}

// starts are the first days of the simulated years, by seed: by today's rules before the changes of spring, before ten years
// in which many changed their rules, and by today's before the changes of autumn.
var starts = []string{"2026-02-09 10:00", "2011-11-21 10:00", "2026-09-14 10:00"}

// wall is what clocks in a zone show at t, as if it were UTC, so that it can be compared.
func wall(t time.Time, zone *time.Location) time.Time {
	l := t.In(zone)
	return time.Date(l.Year(), l.Month(), l.Day(), l.Hour(), l.Minute(), l.Second(), 0, time.UTC)
}

// localMoment is the promise about local times, said without cleverness: the first minute at which clocks in the zone have
// come to a day and time.
func localMoment(day crm.Date, at crm.Clock, zone *time.Location) time.Time {
	want := time.Date(day.Year, day.Month, day.Day, int(at)/60, int(at)%60, 0, 0, time.UTC)
	t := want.Add(-16 * time.Hour)
	for wall(t.Add(time.Hour), zone).Before(want.Add(-3 * time.Hour)) { // clocks are never set back by so much
		t = t.Add(time.Hour)
	}
	for wall(t, zone).Before(want) {
		t = t.Add(time.Minute)
	}
	return t
}

// TestLocalTimes compares every kind of clock change with that promise.
func TestLocalTimes(t *testing.T) {
	if len(yearZones) != 32 {
		t.Errorf("%d zones", len(yearZones))
	}
	for _, zone := range yearZones {
		place, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		changes := 0
		_, at := time.Date(2011, 10, 1, 0, 0, 0, 0, place).ZoneBounds()
		for ; !at.IsZero() && at.Year() < 2037; _, at = at.ZoneBounds() {
			changes++
			for minutes := -150; minutes <= 150; minutes += 15 {
				l := wall(at, place).Add(time.Duration(minutes) * time.Minute)
				day, c := crm.DateOf(l), crm.ClockOf(l)
				if got, want := day.In(place, c), localMoment(day, c, place); !got.Equal(want) {
					t.Errorf("%s: %s %s is %s, must be %s", zone, day, c, got.UTC(), want)
				}
			}
		}
		if changes == 0 && zone != "Asia/Kathmandu" {
			t.Errorf("%s never changes its clocks", zone)
		}
	}
}

// span is a length of time between a minute and limit, the shorter the likelier.
func (s *simulation) span(limit time.Duration) time.Duration {
	return time.Duration(math.Exp(s.rand.Float64()*math.Log(limit.Minutes())) * float64(time.Minute))
}

const longest = 30 * 24 * time.Hour

// down stops the program for one minute to thirty days.
func (s *simulation) down() {
	s.leap(s.clock.Now().Add(s.span(longest)))
	s.again()
	s.downs++
	s.late()
}

// again is a new process.
func (s *simulation) again() {
	s.add(s.beat.Counts())
	s.restart()
	s.rewire()
}

// set sets the clock of the running program by -24 hours to +30 days.
func (s *simulation) set() {
	now := s.clock.Now()
	s.sets++
	if s.rand.IntN(2) == 0 {
		s.relived = later(s.relived, now)
		s.clock.Move(now.Add(-time.Duration(s.rand.IntN(24*60+1)) * time.Minute))
	} else {
		s.leap(now.Add(s.span(longest)))
	}
	s.late()
}

// leap moves the clock ahead past everything that comes due meanwhile. The plans that will be over four hours late then, and
// must be skipped and counted, are noted.
func (s *simulation) leap(to time.Time) {
	from := s.clock.Now()
	s.clock.Move(to)
	for _, m := range s.people {
		last := crm.Date{} // the last day within the leap whose plan had come
		for day := crm.DateOf(from.In(m.Location())); !day.After(crm.DateOf(to.In(m.Location()))); day = day.AddDays(1) {
			at := localMoment(day, crm.At(9, 0), m.Location())
			if s.cal.Working(day) && !m.Away(day) && at.After(from) && at.After(s.relived) && !at.After(to) && s.moved[m.ID].Before(day) {
				last = day
			}
		}
		if last != (crm.Date{}) && to.Sub(localMoment(last, crm.At(9, 0), m.Location())) > 4*time.Hour+time.Minute {
			s.mustLapse++
		}
	}
}

// late is the first beat after a leap: it skips and counts the plans that were noted, at least.
func (s *simulation) late() {
	before := s.beat.Counts().Lapsed
	s.tick()
	if got := s.beat.Counts().Lapsed - before; got < s.mustLapse {
		s.t.Errorf("%s: %d plans are over four hours late, %d were counted as lapsed", s.clock.Now(), s.mustLapse, got)
	}
	s.mustLapse = 0
	s.check(s.clock.Now())
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
