package rehearsal

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"hash/fnv"
	"image"
	"image/color"
	"image/png"
	"strings"

	"followup/bot/message"
)

// samples are files with a content that the bot reads.
//
//go:embed samples
var samples embed.FS

// speech begins the bytes of a voice note in which something can be heard.
const speech = "speech in "

// Bytes are what a file that a person of the script sends holds; see FileBytes.
func (s *Script) Bytes(f message.File) []byte {
	if words, ok := s.spoken[f.ID]; ok {
		return []byte(speech + f.ID + ": " + words)
	}
	kind, name, _ := strings.Cut(f.ID, "-")
	if f.Name == "" && kind == "photo" {
		name = f.ID // each picture without a name is another one
	}
	return FileBytes(kind, name)
}

// Listen is the transcriber of every stage: it hears what the script says is spoken and fails on anything else.
func Listen(_ context.Context, audio []byte) (string, error) {
	rest, ok := strings.CutPrefix(string(audio), speech)
	if !ok {
		return "", errors.New("nothing can be made out")
	}
	_, words, _ := strings.Cut(rest, ": ")
	return words, nil
}

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
