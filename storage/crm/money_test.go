package crm

import (
	"testing"

	"pgregory.net/rapid"
)

func TestThirds(t *testing.T) {
	whole := Rub(200_000)
	third := whole.Part(333_333)
	if third != (Money{Minor: 66_666_67, Currency: RUB}) {
		t.Errorf("a third of 200 000 is %v, want 66 666,67", third)
	}
	rest := whole.Sub(third)
	if got := third.Add(rest.Part(500_000)).Add(rest.Sub(rest.Part(500_000))); got != whole {
		t.Errorf("a third and two halves of the rest are %v, want the whole", got)
	}
	rapid.Check(t, func(t *rapid.T) {
		whole := Money{Minor: rapid.Int64Range(1, MaxMinor).Draw(t, "whole"), Currency: RUB}
		third, two := whole.Part(333_333), whole.Part(666_667)
		if got := third.Add(two); got != whole {
			t.Fatalf("a third %v and two thirds %v of %v are %v", third, two, whole, got)
		}
		if rest := whole.Sub(third); rest != two {
			t.Fatalf("the rest %v isn't the two thirds %v", rest, two)
		}
	})
}
