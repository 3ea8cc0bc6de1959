package crm

import (
	"maps"
	"slices"
)

// Currencies are those of sums kept by currency, rubles first, then by code.
func Currencies(sums map[Currency]Money) []Currency {
	list := slices.Sorted(maps.Keys(sums))
	slices.SortStableFunc(list, func(a, b Currency) int {
		switch {
		case (a == RUB) == (b == RUB):
			return 0
		case a == RUB:
			return -1
		}
		return 1
	})
	return list
}
