package dialog

import (
	"slices"
	"testing"

	"followup/storage/crm"
)

// TestColleaguesAreFoundInAnyCase reads names as people write them. The expected text lists each place: who, and in which
// case the word may stand.
func TestColleaguesAreFoundInAnyCase(t *testing.T) {
	names := []string{"Анна", "Пётр Смирнов", "Игорь Орлов", "Мария Кузнецова", "Peter Brown", "Павел Львов", "Лев Зайцев", "Дарья", "Василий Островский", "Пётр Ким"}
	var members []crm.Member
	for i, n := range names {
		members = append(members, crm.Member{ID: int64(i + 1), Name: n})
	}
	for _, test := range []struct {
		text string
		want [][]int64
		last grammar
	}{
		{"передай клиентов анны петру смирнову", [][]int64{{1}, {2}}, dative},
		{"отдай Петру клиентов Анны", [][]int64{{2, 10}, {1}}, genitive},
		{"hand over Anna clients to peter brown", [][]int64{{5}}, nominative},
		{"Brown's clients", [][]int64{{5}}, genitive},
		{"за меня Кузнецова", [][]int64{{4}}, nominative},
		{"попроси Кузнецову", [][]int64{{4}}, accusative},
		{"паше и льву", [][]int64{{6}, {7}}, dative},
		{"даше", [][]int64{{8}}, dative},
		{"Марии", [][]int64{{4}}, dative},
		{"островскому", [][]int64{{9}}, dative},
		{"игорю орлову", [][]int64{{3}}, dative},
		{"смирнву", [][]int64{{2}}, dative},
		{"клиентов, встречу и акт", nil, 0},
	} {
		found := colleagues(wordsOf(test.text), members)
		var got [][]int64
		for _, f := range found {
			var ids []int64
			for _, m := range f.members {
				ids = append(ids, m.ID)
			}
			got = append(got, ids)
		}
		if !slices.EqualFunc(got, test.want, slices.Equal) {
			t.Errorf("%q: found %v, want %v", test.text, got, test.want)
			continue
		}
		if len(found) > 0 && found[len(found)-1].cases&test.last == 0 {
			t.Errorf("%q: the last name stands in %b, want %b", test.text, found[len(found)-1].cases, test.last)
		}
	}
}
