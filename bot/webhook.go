package bot

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"io"
	"net/http"

	tg "github.com/go-telegram/bot"

	"followup/storage"
)

// Rules of the webhook: who doesn't know the secret is answered 404 and nothing is read from him. An update is stored
// before it is answered 200; everything else makes Telegram send it again. Telegram is asked to send one at a time, which
// keeps the order of a chat.

const maxWebhookBody = 1 << 20

func (b *Bot) setWebhook(ctx context.Context) error {
	_, err := b.api.SetWebhook(ctx, &tg.SetWebhookParams{
		URL: b.webhook.URL, SecretToken: b.webhook.Secret, AllowedUpdates: allowed, MaxConnections: 1,
	})
	return err
}

// Webhook takes updates by HTTP POST. It is of use only when Options.Webhook is set; mount it where that URL leads.
func (b *Bot) Webhook() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		secret := r.Header.Get("X-Telegram-Bot-Api-Secret-Token")
		if b.webhook.Secret == "" || subtle.ConstantTimeCompare([]byte(secret), []byte(b.webhook.Secret)) != 1 {
			http.NotFound(w, r)
			return
		}
		if r.Method != http.MethodPost {
			http.Error(w, "POST only", http.StatusMethodNotAllowed)
			return
		}
		raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxWebhookBody))
		if err != nil {
			http.Error(w, "the body is too large or was cut off", http.StatusRequestEntityTooLarge)
			return
		}
		u, ok := read(raw, *b.me.Load())
		if !ok || !json.Valid(raw) {
			http.Error(w, "not an update", http.StatusBadRequest)
			return
		}
		b.seen.Store(b.now().UnixNano())
		if err := b.receive(r.Context(), []incoming{u}); err != nil {
			if storage.Unavailable(err) {
				b.strained(r.Context(), []incoming{u}, err)
			} else {
				b.log.Error("an update can't be stored; Telegram sends it again", "update", u.update, "class", classOf(err))
			}
			http.Error(w, "not stored", http.StatusServiceUnavailable)
			return
		}
		w.WriteHeader(http.StatusOK)
	})
}
