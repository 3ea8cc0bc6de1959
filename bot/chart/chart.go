// Package chart turns figures into pictures for a phone: bars under their labels, a legend above, nothing cut. It promises
// that a label of any length is shown whole, wrapped where it has to be, that every value stands beside its bar, and that
// the same figures give the same picture. It knows no language: labels and values come printed.
package chart

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"strings"
)

// Theme is the ground that a picture is drawn on.
type Theme int

// Themes of the chat.
const (
	Light Theme = iota
	Dark
)

// Palette says what the colours of the parts mean.
type Palette int

// Palettes: kinds differ, ages get worse from the first to the last, one is all the same.
const (
	Kinds Palette = iota
	Ages
	One
)

// Bar is a row: a label, the value as it is printed, and the parts that the bar is stacked of, none negative.
type Bar struct {
	Label string
	Value string
	Parts []int64
}

// Chart is a picture. Legend names the parts, and is left out when empty. Note stands under the title. A chart without bars
// shows Empty in their place.
type Chart struct {
	Title, Note, Empty string
	Legend             []string
	Bars               []Bar
	Palette            Palette
	Theme              Theme
}

// Measures in pixels. A phone shows the picture at a third of this width, where the smallest text is still ten points.
const (
	width   = 1080
	margin  = 48
	titleAt = 46
	textAt  = 34
	bar     = 34
	gap     = 34
	chip    = 26
)

// ink is what a theme draws with.
type ink struct {
	ground, text, faint, track color.RGBA
}

var inks = map[Theme]ink{
	Light: {rgb(0xffffff), rgb(0x1c2430), rgb(0x5f6b7a), rgb(0xe9edf2)},
	Dark:  {rgb(0x17212b), rgb(0xf2f5f8), rgb(0x9db0c1), rgb(0x25323f)},
}

// palettes are told apart on both grounds, and by their lightness without colours too.
var palettes = map[Palette][]color.RGBA{
	Kinds: {rgb(0x2f80d0), rgb(0x9aa7b4), rgb(0x27a067), rgb(0xe2a400), rgb(0x8e5bd0), rgb(0xd9603b), rgb(0x25b0b8), rgb(0x6b7785)},
	Ages:  {rgb(0x27a067), rgb(0xe2c044), rgb(0xe89a2c), rgb(0xe0652f), rgb(0xc62f3b)},
	One:   {rgb(0x2f80d0)},
}

func rgb(v uint32) color.RGBA { return color.RGBA{uint8(v >> 16), uint8(v >> 8), uint8(v), 255} }

func (c Chart) colour(part int) color.RGBA {
	p := palettes[c.Palette]
	return p[part%len(p)]
}

// PNG draws the picture.
func (c Chart) PNG() ([]byte, error) {
	p := &pen{ink: inks[c.Theme]}
	height := c.draw(p) // the first time only measures
	p.img = image.NewRGBA(image.Rect(0, 0, width, height))
	draw.Draw(p.img, p.img.Bounds(), image.NewUniform(p.ink.ground), image.Point{}, draw.Src)
	c.draw(p)
	var b bytes.Buffer
	err := png.Encode(&b, p.img)
	return b.Bytes(), err
}

// draw puts everything from the top down and returns the height.
func (c Chart) draw(p *pen) int {
	y := margin
	for _, line := range p.wrap(c.Title, bold, titleAt, width-2*margin) {
		y = p.line(line, bold, titleAt, margin, y, p.ink.text)
	}
	if c.Note != "" {
		for _, line := range p.wrap(c.Note, plain, textAt, width-2*margin) {
			y = p.line(line, plain, textAt, margin, y, p.ink.faint)
		}
	}
	y = c.legend(p, y)
	if len(c.Bars) == 0 {
		return p.line(c.Empty, plain, textAt, margin, y+gap, p.ink.faint) + margin
	}
	longest := c.longest()
	for _, b := range c.Bars {
		y = c.bar(p, b, longest, y+gap)
	}
	return y + margin
}

// legend is a row of chips with their names, as many rows as it takes.
func (c Chart) legend(p *pen, y int) int {
	if len(c.Legend) == 0 {
		return y
	}
	y += gap / 2
	x := margin
	for i, name := range c.Legend {
		name = strings.TrimSpace(drawable(name)) // an emoji before it leaves a blank
		wide := chip + 12 + p.width(name, plain, textAt)
		if x > margin && x+wide > width-margin {
			x, y = margin, y+lineHeight(textAt)
		}
		p.rect(x, y+(lineHeight(textAt)-chip)/2, chip, chip, c.colour(i))
		p.line(name, plain, textAt, x+chip+12, y, p.ink.text)
		x += wide + 36
	}
	return y + lineHeight(textAt)
}

func (c Chart) longest() int64 {
	longest := int64(1)
	for _, b := range c.Bars {
		longest = max(longest, b.sum())
	}
	return longest
}

func (b Bar) sum() int64 {
	sum := int64(0)
	for _, n := range b.Parts {
		sum += n
	}
	return sum
}

// bar is a label with its value on the right, and the stack under them. A label that leaves no room for the value is
// wrapped beside it.
func (c Chart) bar(p *pen, b Bar, longest int64, y int) int {
	value := p.width(b.Value, bold, textAt)
	p.line(b.Value, bold, textAt, width-margin-value, y, p.ink.text)
	for _, line := range p.wrap(b.Label, plain, textAt, width-2*margin-value-24) {
		y = p.line(line, plain, textAt, margin, y, p.ink.text)
	}
	y += 6
	const room = width - 2*margin
	p.rect(margin, y, room, bar, p.ink.track)
	x, done := margin, int64(0)
	for i, n := range b.Parts {
		done += n
		end := margin + int(float64(done)/float64(longest)*room)
		if n > 0 {
			end = max(end, x+4) // what is there is seen
		}
		end = min(end, width-margin)
		p.rect(x, y, end-x, bar, c.colour(i))
		x = max(x, end)
	}
	return y + bar
}
