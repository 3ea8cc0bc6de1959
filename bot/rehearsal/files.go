package rehearsal

import (
	"bytes"
	"embed"
	"hash/fnv"
	"image"
	"image/color"
	"image/png"
)

// samples are files with a content that the bot reads.
//
//go:embed samples
var samples embed.FS

// FileBytes is what a file of a script holds. The same kind and name give the same bytes, so that it is recognised when it
// comes again; a photo is a small picture in a colour of its own.
func FileBytes(kind, name string) []byte {
	if data, err := samples.ReadFile("samples/" + name); err == nil {
		return data
	}
	if kind != "photo" {
		return []byte("a " + kind + " called " + name + "\n")
	}
	sum := fnv.New32a()
	_, _ = sum.Write([]byte(name)) // a hash takes everything
	n := sum.Sum32()
	picture := image.NewRGBA(image.Rect(0, 0, 64, 48))
	for y := range 48 {
		for x := range 64 {
			picture.Set(x, y, color.RGBA{uint8(n), uint8(n >> 8), uint8(n>>16) ^ uint8(x), 255})
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, picture); err != nil {
		panic(err) // a picture in memory always has a PNG
	}
	return out.Bytes()
}
