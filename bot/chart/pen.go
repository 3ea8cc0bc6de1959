package chart

import (
	"image"
	"image/color"
	"image/draw"
	"strings"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// The Go fonts have Latin and Cyrillic and are a part of golang.org/x/image, but have no sign of the ruble: it is drawn as
// the letter Р with a bar through its stem, which is what it is. A character that the fonts don't have, such as an emoji
// in a name, is left out.

type weight int

const (
	plain weight = iota
	bold
)

const ruble, stem = '₽', 'Р'

var fonts = sync.OnceValue(func() [2]*sfnt.Font {
	var list [2]*sfnt.Font
	for i, raw := range [][]byte{goregular.TTF, gobold.TTF} {
		f, err := opentype.Parse(raw)
		if err != nil {
			panic(err) // the fonts are built in
		}
		list[i] = f
	}
	return list
})

// newFace makes a face; it belongs to one pen, for it is not safe to share.
func newFace(w weight, size int) font.Face {
	f, err := opentype.NewFace(fonts()[w], &opentype.FaceOptions{Size: float64(size), DPI: 72, Hinting: font.HintingNone})
	if err != nil {
		panic(err) // the options are ours
	}
	return f
}

// Has reports whether a character can be drawn.
func Has(r rune) bool {
	if r == ruble {
		return true
	}
	var b sfnt.Buffer
	for _, f := range fonts() {
		if i, err := f.GlyphIndex(&b, r); err != nil || i == 0 {
			return false
		}
	}
	return true
}

// drawable is text without what can't be drawn; a no-break space is a space, so that it can be drawn by any font.
func drawable(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\u00a0' || r == '\u202f' || r == '\n':
			return ' '
		case !Has(r):
			return -1
		}
		return r
	}, text)
}

func lineHeight(size int) int { return size * 13 / 10 }

// pen draws on an image, or only measures while there is none.
type pen struct {
	ink
	img   *image.RGBA
	faces map[[2]int]font.Face
}

func (p *pen) face(w weight, size int) font.Face {
	key := [2]int{int(w), size}
	if p.faces == nil {
		p.faces = map[[2]int]font.Face{}
	}
	if p.faces[key] == nil {
		p.faces[key] = newFace(w, size)
	}
	return p.faces[key]
}

func (p *pen) width(text string, w weight, size int) int {
	return font.MeasureString(p.face(w, size), strings.ReplaceAll(drawable(text), string(ruble), string(stem))).Ceil()
}

// line draws one line with its top at y and returns the top of the next.
func (p *pen) line(text string, w weight, size, x, y int, c color.RGBA) int {
	if p.img == nil {
		return y + lineHeight(size)
	}
	d := font.Drawer{Dst: p.img, Src: image.NewUniform(c), Face: p.face(w, size), Dot: fixed.P(x, y+size)}
	part, found := drawable(text), true
	for found {
		var head string
		head, part, found = strings.Cut(part, string(ruble))
		d.DrawString(head)
		if found {
			left := d.Dot.X.Round()
			d.DrawString(string(stem))
			p.rect(left-size/16, y+size-size*22/100, size*44/100, max(2, size/12), c)
		}
	}
	return y + lineHeight(size)
}

func (p *pen) rect(x, y, w, h int, c color.RGBA) {
	if p.img != nil && w > 0 {
		draw.Draw(p.img, image.Rect(x, y, x+w, y+h), image.NewUniform(c), image.Point{}, draw.Src)
	}
}

// wrap cuts a text into lines of at most room pixels: at blanks that may break, so that a sum stays whole, and inside a word
// that is longer than a line.
func (p *pen) wrap(text string, w weight, size, room int) []string {
	var lines []string
	line := ""
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '\n' }) {
		word = strings.TrimSpace(drawable(word))
		joined := strings.TrimSpace(line + " " + word)
		if p.width(joined, w, size) <= room {
			line = joined
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		for p.width(word, w, size) > room {
			head := p.fits(word, w, size, room)
			lines = append(lines, head)
			word = word[len(head):]
		}
		line = word
	}
	return append(lines, line)
}

// fits is the longest beginning of a word that has room; at least one character.
func (p *pen) fits(word string, w weight, size, room int) string {
	end := 0
	for i, r := range word {
		next := i + len(string(r))
		if end > 0 && p.width(word[:next], w, size) > room {
			break
		}
		end = next
	}
	return word[:end]
}
