package sandbox

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// Fault spoils one call of the bot. Exactly one of Status, Reset and Hang says how.
type Fault struct {
	Method     string        // for this method only, such as "sendMessage"; empty: any but getUpdates
	Status     int           // 500 with Telegram's JSON, 502 with a proxy's HTML page, 429 with RetryAfter, …
	RetryAfter int           // seconds, for 429
	Reset      bool          // the connection breaks before an answer
	Hang       time.Duration // no answer for so long in real time (or until the bot gives up), then the connection breaks
	After      bool          // the call is carried out first: only its answer is lost
}

// Fail queues faults. Each is used up by the next call it fits.
func (s *Server) Fail(next []Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, next...)
}

// Faults returns how many queued faults have not struck yet.
func (s *Server) Faults() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.faults)
}

func (s *Server) nextFault(method string) (Fault, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.faults, func(f Fault) bool {
		if f.Method == "" {
			return method != "getupdates"
		}
		return strings.EqualFold(f.Method, method)
	})
	if i < 0 {
		return Fault{}, false
	}
	f := s.faults[i]
	s.faults = slices.Delete(s.faults, i, i+1)
	s.touch()
	return f, true
}

const badGateway = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n" +
	"<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"

func (s *Server) playFault(w http.ResponseWriter, r *http.Request, f Fault) {
	switch {
	case f.Hang > 0:
		pause(r.Context(), f.Hang)
		panic(http.ErrAbortHandler)
	case f.Reset:
		panic(http.ErrAbortHandler)
	case f.Status == http.StatusTooManyRequests:
		answerError(w, tooMany(max(f.RetryAfter, 1)))
	case f.Status == http.StatusBadGateway:
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(f.Status)
		_, _ = w.Write([]byte(badGateway)) // the caller may have gone
	default:
		answerError(w, &apiError{code: f.Status, description: http.StatusText(f.Status)})
	}
}
