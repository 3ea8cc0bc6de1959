package sandbox

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"image"
	_ "image/gif" // pictures people send
	"image/jpeg"
	_ "image/png" // pictures people send
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// Files are kept in memory up to Options.MaxBytes together; then the contents of the oldest are dropped, and asking for
// one of those is answered as Telegram answers when a file can't be fetched. The same bytes sent again have another
// file_id but the same file_unique_id, as in Telegram's apps, which recognise what they have uploaded before.

const maxDownload = 20 << 20 // what getFile serves

type file struct {
	info    FileInfo
	path    string
	data    []byte
	dropped bool
	small   *file // a photo's thumbnail
}

type files struct {
	byID   map[string]*file
	byPath map[string]*file
	order  []*file
	bytes  int64
	max    int64
	last   int
}

// folders is where Telegram puts each kind of file, and the type it reports.
var folders = map[string]struct{ folder, mime, ext string }{
	"photo":      {"photos", "image/jpeg", ".jpg"},
	"document":   {"documents", "", ""},
	"voice":      {"voice", "audio/ogg", ".oga"},
	"audio":      {"music", "audio/mpeg", ".mp3"},
	"video":      {"videos", "video/mp4", ".mp4"},
	"video_note": {"video_notes", "video/mp4", ".mp4"},
}

// add keeps a file of a kind. The caller holds s.mu.
func (fs *files) add(kind string, info FileInfo, data []byte) *file {
	fs.last++
	sum := sha256.Sum256(append([]byte(kind+"\x00"), data...))
	info.ID = "BQACAgIAAx" + base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%s:%d:%x", kind, fs.last, sum[:6]))
	info.UniqueID = "AgAD" + base64.RawURLEncoding.EncodeToString(sum[:9])
	info.Size = int64(len(data))
	where := folders[kind]
	if info.MIME == "" {
		info.MIME = where.mime
	}
	if info.MIME == "" {
		info.MIME = typeOf(info.Name, data)
	}
	ext := where.ext
	if ext == "" {
		ext = path.Ext(info.Name)
	}
	f := &file{info: info, data: data, path: where.folder + "/file_" + strconv.Itoa(fs.last) + ext}
	fs.byID[info.ID], fs.byPath[f.path] = f, f
	fs.order = append(fs.order, f)
	fs.bytes += info.Size
	for fs.bytes > fs.max && len(fs.order) > 1 {
		old := fs.order[0]
		fs.order = fs.order[1:]
		fs.bytes -= old.info.Size
		old.data, old.dropped = nil, true
	}
	return f
}

func typeOf(name string, data []byte) string {
	if t := mime.TypeByExtension(strings.ToLower(path.Ext(name))); t != "" {
		t, _, _ = strings.Cut(t, ";")
		return t
	}
	t, _, _ := strings.Cut(http.DetectContentType(data), ";")
	return t
}

const thumbnailSide = 320

// addPhoto keeps a picture with its thumbnail. Error texts are the Bot API's.
func (fs *files) addPhoto(name string, data []byte) (*file, error) {
	size, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, badRequest("IMAGE_PROCESS_FAILED")
	}
	w, h := size.Width, size.Height
	if w+h > 10_000 || w == 0 || h == 0 || w > 20*h || h > 20*w {
		return nil, badRequest("PHOTO_INVALID_DIMENSIONS")
	}
	picture, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, badRequest("IMAGE_PROCESS_FAILED")
	}
	f := fs.add("photo", FileInfo{Name: name, Width: w, Height: h, MIME: http.DetectContentType(data)}, data)
	if max(w, h) > thumbnailSide {
		small := shrink(picture, thumbnailSide)
		var out bytes.Buffer
		if err := jpeg.Encode(&out, small, nil); err != nil {
			return nil, badRequest("IMAGE_PROCESS_FAILED")
		}
		f.small = fs.add("photo", FileInfo{Width: small.Bounds().Dx(), Height: small.Bounds().Dy()}, out.Bytes())
	}
	return f, nil
}

// shrink scales a picture so that its longer side is side pixels, taking the nearest pixel.
func shrink(p image.Image, side int) image.Image {
	b := p.Bounds()
	long := max(b.Dx(), b.Dy())
	out := image.NewRGBA(image.Rect(0, 0, max(b.Dx()*side/long, 1), max(b.Dy()*side/long, 1)))
	for y := range out.Rect.Dy() {
		for x := range out.Rect.Dx() {
			out.Set(x, y, p.At(b.Min.X+x*long/side, b.Min.Y+y*long/side))
		}
	}
	return out
}

// sizes lists a photo's sizes, smallest first, as Telegram does.
func (fs *files) sizes(info *FileInfo) []wireFile {
	f := fs.byID[info.ID]
	if f == nil {
		return nil
	}
	var out []wireFile
	if f.small != nil {
		out = append(out, f.small.size())
	}
	return append(out, f.size())
}

func (f *file) size() wireFile {
	return wireFile{FileID: f.info.ID, UniqueID: f.info.UniqueID, Size: f.info.Size, Width: f.info.Width, Height: f.info.Height}
}

func (s *Server) getFile(c *call) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.files.byID[c.str("file_id")]
	switch {
	case !c.has("file_id"):
		return nil, badRequest("file_id not specified")
	case f == nil:
		return nil, badRequest("wrong file_id or the file is temporarily unavailable")
	case f.dropped:
		return nil, badRequest("wrong file_id or the file is temporarily unavailable")
	case f.info.Size > maxDownload:
		return nil, badRequest("file is too big")
	}
	return wireFile{FileID: f.info.ID, UniqueID: f.info.UniqueID, Size: f.info.Size, FilePath: f.path}, nil
}

// serveFile answers /file/bot<TOKEN>/<path>.
func (s *Server) serveFile(w http.ResponseWriter, r *http.Request) {
	token, name, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/file/bot"), "/")
	if token != s.opts.Token {
		answerError(w, errUnauthorized)
		return
	}
	s.mu.Lock()
	f := s.files.byPath[name]
	var data []byte
	if f != nil && !f.dropped && f.info.Size <= maxDownload {
		data = f.data
	}
	s.mu.Unlock()
	if data == nil {
		answerError(w, errNotFound)
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Length", strconv.Itoa(len(data)))
	_, _ = w.Write(data) // the caller may have gone
}

// File returns the contents of a file by its file_id; nil when it is unknown or was dropped.
func (s *Server) File(id string) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.files.byID[id]
	if f == nil {
		return nil
	}
	return f.data
}
