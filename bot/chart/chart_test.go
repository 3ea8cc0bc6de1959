package chart

import (
	"bytes"
	"flag"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
)

var update = flag.Bool("update", false, "draw the golden pictures anew: look at every one before you keep it")

// samples have the longest names and sums that people have.
var samples = map[string]Chart{
	"touches-ru": {
		Title: "Касания за неделю", Note: "Север · 16.11–22.11.2026",
		Legend: []string{"Звонок", "Недозвон", "Встреча", "Письмо", "Сообщение", "Визит", "Презентация", "Заметка"},
		Bars: []Bar{
			{"Константинопольская-Заболоцкая Александра Всеволодовна", "148", []int64{60, 21, 12, 30, 20, 1, 2, 2}},
			{"Пётр", "31", []int64{10, 2, 3, 9, 5, 0, 1, 1}},
			{"Анна Ёлкина", "1", []int64{1}},
			{"Олег", "0", nil},
		},
	},
	"aging-ru": {
		Title: "Дебиторка по срокам", Note: "Всего 12 345 678 901,23 ₽, просрочено 33 %", Palette: Ages,
		Bars: []Bar{
			{"Срок не наступил", "8 345 678 901,23 ₽", []int64{8345678901}},
			{"1–30 дней", "2 000 000 000,00 ₽", []int64{0, 2000000000}},
			{"31–60 дней", "1 000 000,00 ₽", []int64{0, 0, 1000000}},
			{"61–90 дней", "0,00 ₽", nil},
			{"Больше 90 дней", "1 999 000 000,00 ₽", []int64{0, 0, 0, 0, 1999000000}},
		},
	},
	"aging-en": {
		Title: "Receivables by age", Note: "12,345,678,901.23 ₽ in all, 33 % overdue", Palette: Ages,
		Bars: []Bar{
			{"Not due", "8,345,678,901.23 ₽", []int64{8345678901}},
			{"1–30 days", "$2,000,000,000.00", []int64{0, 2000000000}},
			{"31–60 days", "€1,000,000.00", []int64{0, 0, 1000000}},
			{"61–90 days", "0.00 ₽", nil},
			{"Over 90 days", "1,999,000,000.00 ₽", []int64{0, 0, 0, 0, 1999000000}},
		},
	},
	"renewals-ru": {
		Title: "Решения по договорам впереди", Note: "Константинопольско-Преображенская команда по работе с ключевыми клиентами", Palette: One,
		Bars: []Bar{{"Ноябрь 2026", "3 · 1,2 млн ₽", []int64{3}}, {"Декабрь 2026", "14 · 12 345 678 901,23 ₽", []int64{14}}, {"Январь 2027", "0", nil}},
	},
	"renewals-en": {
		Title: "Contract renewals ahead", Note: "North · decisions by month", Palette: One,
		Bars: []Bar{{"November 2026", "3 · 1.2 M ₽", []int64{3}}, {"December 2026", "14 · $3,410,000.00", []int64{14}}, {"January 2027", "0", nil}},
	},
	"touches-en": {
		Title: "Touches in the week", Note: "North · 16–22 Nov 2026", Legend: []string{"Call", "Missed call", "Meeting"},
		Bars: []Bar{{"Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissenhaft", "12", []int64{7, 1, 4}}, {"Anna", "3", []int64{3}}},
	},
	"empty-ru": {Title: "Продления впереди", Note: "Север", Empty: "Решать ничего не нужно"},
}

func TestPicturesAreTheGoldenOnes(t *testing.T) {
	for name, c := range samples {
		for theme, suffix := range map[Theme]string{Light: "light", Dark: "dark"} {
			c.Theme = theme
			got, err := c.PNG()
			if err != nil {
				t.Fatal(err)
			}
			file := filepath.Join("testdata", name+"-"+suffix+".png")
			if *update {
				if err := os.WriteFile(file, got, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if far := apart(t, got, want); far > 0.001 {
				t.Errorf("%s: %.2f %% of the picture differ", file, far*100)
			}
		}
	}
}

// apart is the share of pixels that differ visibly.
func apart(t *testing.T, a, b []byte) float64 {
	t.Helper()
	x, y := decoded(t, a), decoded(t, b)
	if x.Bounds() != y.Bounds() {
		return 1
	}
	differ := 0
	for py := range x.Bounds().Dy() {
		for px := range x.Bounds().Dx() {
			r1, g1, b1, _ := x.At(px, py).RGBA()
			r2, g2, b2, _ := y.At(px, py).RGBA()
			if away(r1, r2) || away(g1, g2) || away(b1, b2) {
				differ++
			}
		}
	}
	return float64(differ) / float64(x.Bounds().Dx()*x.Bounds().Dy())
}

func away(a, b uint32) bool { return max(a, b)-min(a, b) > 0x0800 }

func decoded(t *testing.T, raw []byte) image.Image {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// TestNothingReachesTheEdge: what is cut off would leave ink in the margins.
func TestNothingReachesTheEdge(t *testing.T) {
	for name, c := range samples {
		raw, err := c.PNG()
		if err != nil {
			t.Fatal(err)
		}
		img := decoded(t, raw)
		ground := color.RGBAModel.Convert(img.At(0, 0))
		for y := range img.Bounds().Dy() {
			for _, x := range []int{margin / 2, width - margin/2} {
				if color.RGBAModel.Convert(img.At(x, y)) != ground {
					t.Fatalf("%s: ink in the margin at %d,%d", name, x, y)
				}
			}
		}
	}
}

// TestNoLabelIsMissingAGlyph reads what the catalogs put into pictures, with all letters, signs and currencies.
func TestNoLabelIsMissingAGlyph(t *testing.T) {
	text := "абвгдеёжзийклмнопрстуфхцчшщъыьэюяABCXYZabcxyz0123456789₽$€£¥%№«»“”–—−·…,.()+/"
	for _, file := range []string{"../locale/ru.txt", "../locale/en.txt"} {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(raw)) {
			if strings.HasPrefix(line, "chart.") {
				text += strings.TrimSpace(line)
			}
		}
	}
	for _, r := range text {
		if !Has(r) || !Has(unicode.ToUpper(r)) {
			t.Errorf("no glyph for %q", r)
		}
	}
}

// TestLongWordsAreShownWhole: wrapping loses no character.
func TestLongWordsAreShownWhole(t *testing.T) {
	p := &pen{}
	const name = "Константинопольская-Заболоцкая-Воскресенская-Преображенская Александра"
	for _, room := range []int{60, 200, 500, 2000} {
		lines := p.wrap(name, plain, textAt, room)
		if got := strings.ReplaceAll(strings.Join(lines, ""), " ", ""); got != strings.ReplaceAll(name, " ", "") {
			t.Errorf("%d px: %q", room, got)
		}
		for _, l := range lines {
			if p.width(l, plain, textAt) > room {
				t.Errorf("%d px: %q is too long", room, l)
			}
		}
	}
}

// TestSumsAreNotBroken: a line ends before a sum, not inside it.
func TestSumsAreNotBroken(t *testing.T) {
	p := &pen{}
	for _, line := range p.wrap("Дебиторка сейчас: 12\u00a0400,00\u00a0€, просрочено 12\u00a0400,00\u00a0€ (100\u00a0%)", plain, textAt, p.width("просрочено 12 40", plain, textAt)) {
		if strings.HasSuffix(line, "12") || strings.HasPrefix(line, "400") || strings.HasPrefix(line, "€") {
			t.Errorf("a sum is broken at %q", line)
		}
	}
}

func BenchmarkPNG(b *testing.B) {
	for b.Loop() {
		if _, err := samples["touches-ru"].PNG(); err != nil {
			b.Fatal(err)
		}
	}
}
