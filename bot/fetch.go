package bot

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	tg "github.com/go-telegram/bot"

	"followup/bot/message"
	"followup/scheduler/clock"
	"followup/storage"
)

// Rules of fetching: a turn that wants to read a file queues a Fetch. It goes the way of a message, so that it survives a
// restart and is repeated while Telegram can't be reached, but in a lane of its own: nobody's answers wait for it. What
// Telegram refuses for good, and what is too large or can't be understood, comes back to the conversation empty; the
// conversation ignores what it got already, so a repeated fetch does no harm. It reads what it got before its turn begins: a long table takes a second,
// and nobody's turn waits for that.

const (
	fetchMax   = 20 << 20 // Telegram gives a bot no larger file
	fetchLimit = 90 * time.Second
	wordsMax   = 64 << 10

	followPause = 20 * time.Millisecond
	followLimit = 10 * time.Second
)

// fetch gets the file, has its words recognised when they are wanted, and hands it to the conversation.
func (s *sender) fetch(ctx context.Context, o message.Out) error {
	data, err := s.download(ctx, o.Fetch.File)
	var r *refusal
	if errors.As(err, &r) && (r.code == http.StatusBadRequest || r.code == http.StatusNotFound) {
		data, err = nil, nil
	}
	if err != nil {
		return err
	}
	words := ""
	if o.Fetch.Speech && len(data) > 0 && s.listen != nil {
		heard, err := s.listen(ctx, data)
		if err != nil {
			s.log.Warn("a voice message was not recognised", "draft", o.Fetch.Draft, "class", classOf(err))
			heard = ""
		}
		words, data = strings.ToValidUTF8(heard[:min(len(heard), wordsMax)], ""), nil
	}
	if err := s.follow(ctx, o.Fetch.After); err != nil {
		return err
	}
	act := s.fetched(*o.Fetch, data, words)
	err = s.store.Update(ctx, func(tx *storage.Tx) error { return act(tx, o.Chat) })
	if err != nil && ctx.Err() == nil {
		s.log.Error("a fetched file broke its turn", "draft", o.Fetch.Draft, "chat", o.Chat, "class", classOf(err))
		return nil // not Telegram's fault: nobody's messages wait for it
	}
	return err
}

// follow waits until a parcel was sent, so that what comes of a file finds the message that it takes the place of. Not for ever: a chat may be held
// up for minutes, and then the result is a message of its own.
func (s *sender) follow(ctx context.Context, parcel int64) error {
	for waited := time.Duration(0); parcel != 0 && waited < followLimit; waited += followPause {
		waits, err := s.store.Queued(ctx, parcel)
		if err != nil || !waits {
			return err
		}
		if err := clock.Sleep(ctx, clock.Real(), followPause); err != nil {
			return err
		}
	}
	return nil
}

// download is a file by its id. One that is too large is empty.
func (s *sender) download(ctx context.Context, id string) ([]byte, error) {
	file, err := s.api.GetFile(ctx, &tg.GetFileParams{FileID: id})
	if err != nil {
		return nil, err
	}
	if file.FileSize > fetchMax || file.FilePath == "" {
		return nil, nil
	}
	return s.client.file(ctx, file.FilePath)
}

// file reads a file of the Bot API by its path.
func (c *client) file(ctx context.Context, path string) ([]byte, error) {
	const method = "file"
	ctx, cancel := context.WithTimeout(ctx, fetchLimit)
	defer cancel()
	if strings.Contains(path, "..") || strings.ContainsAny(path, "?#") {
		return nil, &refusal{method: method, code: http.StatusBadRequest}
	}
	// The address is the owner's setting, checked by newClient, and the path is Telegram's, checked above.
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+"/file/bot"+c.token+"/"+path, nil)
	if err != nil {
		return nil, &refusal{method: method, code: http.StatusBadRequest}
	}
	resp, err := c.http.RoundTrip(req)
	if err != nil {
		return nil, &lost{method: method, cause: causeOf(err)}
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, &refusal{method: method, code: resp.StatusCode, foreign: true}
	}
	data, err := io.ReadAll(io.LimitReader(resp.Body, fetchMax+1))
	if err != nil {
		return nil, &lost{method: method, cause: causeOf(err)}
	}
	if len(data) > fetchMax {
		return nil, nil
	}
	return data, nil
}
