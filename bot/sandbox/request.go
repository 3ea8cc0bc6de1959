package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// A bot calls a method by GET or POST with its arguments in the query, or as urlencoded, JSON or multipart body. All
// become one map of texts: what isn't text is kept as its JSON.

const (
	maxUpload = 50 << 20             // a file a bot may send
	maxBody   = 10*maxUpload + 1<<20 // an album of ten of them
	maxField  = 1 << 20
)

type call struct {
	ctx    context.Context
	method string
	values map[string]string
	files  map[string]upload
}

type upload struct {
	name, mime string
	data       []byte
}

func (c *call) str(key string) string { return c.values[key] }

func (c *call) has(key string) bool { return c.values[key] != "" }

func (c *call) bool(key string) bool {
	v := strings.ToLower(c.values[key])
	return v == "true" || v == "1" || v == "yes"
}

func (c *call) int(key string) int64 {
	n, err := strconv.ParseInt(strings.TrimSpace(c.values[key]), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// json decodes an argument that is an object or list; an absent one leaves into alone.
func (c *call) json(key string, into any) error {
	if !c.has(key) {
		return nil
	}
	return json.Unmarshal([]byte(c.values[key]), into)
}

// apiError is an answer with ok=false.
type apiError struct {
	code        int
	description string
	retryAfter  int   // seconds
	migrateTo   int64 // chat id
}

func (e *apiError) Error() string { return e.description }

func badRequest(text string) error { return &apiError{code: 400, description: "Bad Request: " + text} }

func forbidden(text string) error { return &apiError{code: 403, description: "Forbidden: " + text} }
func conflict(text string) error  { return &apiError{code: 409, description: "Conflict: " + text} }

var (
	errUnauthorized = &apiError{code: 401, description: "Unauthorized"}
	errNotFound     = &apiError{code: 404, description: "Not Found"}
	errTooLarge     = &apiError{code: 413, description: "Request Entity Too Large"}
)

// serveMethod answers /bot<TOKEN>/<method>.
func (s *Server) serveMethod(w http.ResponseWriter, r *http.Request) {
	token, method, ok := strings.Cut(strings.TrimPrefix(r.URL.Path, "/bot"), "/")
	switch {
	case token != s.opts.Token:
		answerError(w, errUnauthorized)
		return
	case !ok || method == "":
		answerError(w, errNotFound)
		return
	}
	m, known := methods[strings.ToLower(method)]
	if !known {
		s.log.Warn("sandbox: method not offered", "method", method)
		answerError(w, errNotFound)
		return
	}
	c, err := readCall(w, r)
	if err != nil {
		answerError(w, err)
		return
	}
	c.method = strings.ToLower(method)
	fault, hit := s.nextFault(c.method)
	if hit && !fault.After {
		s.playFault(w, r, fault)
		return
	}
	result, err := s.run(m, c)
	if hit {
		s.playFault(w, r, fault)
		return
	}
	if err != nil {
		s.log.Debug("sandbox: refused", "method", c.method, "err", err)
		answerError(w, err)
		return
	}
	answer(w, http.StatusOK, apiAnswer{OK: true, Result: result})
}

// run checks the rates and carries a method out.
func (s *Server) run(m method, c *call) (any, error) {
	if m.paced {
		if err := s.paced(c); err != nil {
			return nil, err
		}
	}
	return m.run(s, c)
}

type apiAnswer struct {
	OK          bool            `json:"ok"`
	Result      any             `json:"result,omitempty"`
	Code        int             `json:"error_code,omitempty"`
	Description string          `json:"description,omitempty"`
	Parameters  *answerSpecials `json:"parameters,omitempty"`
}

type answerSpecials struct {
	RetryAfter int   `json:"retry_after,omitempty"`
	MigrateTo  int64 `json:"migrate_to_chat_id,omitempty"`
}

func answerError(w http.ResponseWriter, err error) {
	var e *apiError
	if !errors.As(err, &e) {
		e = &apiError{code: 400, description: "Bad Request: " + err.Error()}
	}
	a := apiAnswer{Code: e.code, Description: e.description}
	if e.retryAfter != 0 || e.migrateTo != 0 {
		a.Parameters = &answerSpecials{RetryAfter: e.retryAfter, MigrateTo: e.migrateTo}
	}
	if e.retryAfter != 0 {
		w.Header().Set("Retry-After", strconv.Itoa(e.retryAfter))
	}
	answer(w, e.code, a)
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	// An error here means that the caller has gone; nobody is left to tell.
	_ = enc.Encode(body)
}

func readCall(w http.ResponseWriter, r *http.Request) (*call, error) {
	c := &call{ctx: r.Context(), values: map[string]string{}, files: map[string]upload{}}
	c.take(r.URL.Query())
	if r.Method == http.MethodGet || r.ContentLength == 0 {
		return c, nil
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")) // Telegram ignores a body it cannot name
	var err error
	switch kind {
	case "application/json":
		err = c.readJSON(r.Body)
	case "multipart/form-data":
		err = c.readMultipart(r)
	case "application/x-www-form-urlencoded":
		err = c.readForm(r.Body)
	}
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return nil, errTooLarge
	}
	return c, err
}

func (c *call) take(values url.Values) {
	for k, v := range values {
		c.values[k] = v[0]
	}
}

func (c *call) readJSON(body io.Reader) error {
	var fields map[string]json.RawMessage
	if err := json.NewDecoder(body).Decode(&fields); err != nil {
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			return err
		}
		return badRequest("can't parse request: " + err.Error())
	}
	for k, raw := range fields {
		var text string
		switch {
		case string(raw) == "null":
		case json.Unmarshal(raw, &text) == nil:
			c.values[k] = text
		default:
			c.values[k] = string(raw)
		}
	}
	return nil
}

func (c *call) readForm(body io.Reader) error {
	text, err := io.ReadAll(io.LimitReader(body, maxField*4))
	if err != nil {
		return err
	}
	values, err := url.ParseQuery(string(text))
	if err != nil {
		return badRequest("can't parse request")
	}
	c.take(values)
	return nil
}

func (c *call) readMultipart(r *http.Request) error {
	parts, err := r.MultipartReader()
	if err != nil {
		return badRequest("can't parse request")
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		limit := int64(maxField)
		if part.FileName() != "" {
			limit = maxUpload
		}
		data, err := io.ReadAll(io.LimitReader(part, limit+1))
		if err != nil {
			return err
		}
		if int64(len(data)) > limit {
			return errTooLarge
		}
		if part.FileName() == "" {
			c.values[part.FormName()] = string(data)
			continue
		}
		if len(c.files) >= 20 {
			return badRequest(fmt.Sprintf("too many files: %d", len(c.files)))
		}
		c.files[part.FormName()] = upload{name: part.FileName(), mime: part.Header.Get("Content-Type"), data: data}
	}
}
