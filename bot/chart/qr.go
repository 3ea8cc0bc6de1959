package chart

import "github.com/skip2/go-qrcode"

// qrSize is the picture's side in pixels: a phone reads it off another phone's screen.
const qrSize = 640

// QR is a text as a QR code, as a PNG with its quiet zone. A text of more than 2,331 bytes doesn't fit.
func QR(text string) ([]byte, error) { return qrcode.Encode(text, qrcode.Medium, qrSize) }
