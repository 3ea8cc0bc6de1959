package bot

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"followup/bot/message"
)

// allowed are the kinds of updates we ask for.
var allowed = []string{
	models.AllowedUpdateMessage, models.AllowedUpdateEditedMessage, models.AllowedUpdateCallbackQuery, models.AllowedUpdateMyChatMember,
}

// getUpdates is one long poll; offset 0 asks for whatever wasn't confirmed yet. The library's own confirms before it handles.
func (c *client) getUpdates(ctx context.Context, offset int64) ([]json.RawMessage, error) {
	params := struct {
		Offset  int64    `json:"offset,omitempty"`
		Limit   int      `json:"limit"`
		Timeout int      `json:"timeout"`
		Allowed []string `json:"allowed_updates"`
	}{offset, 100, int(pollWait.Seconds()), allowed}
	var updates []json.RawMessage
	err := c.post(ctx, "getUpdates", params, &updates)
	return updates, err
}

// tell calls a method with the library's parameters as JSON and returns the id of the message that came of it, 0 when the
// answer is no message. The library itself writes every call as a form of many parts, field by field through reflection,
// which cost more than all the rest of an update; it does so here for files alone.
func (c *client) tell(ctx context.Context, method string, params any) (int64, error) {
	body, err := json.Marshal(params)
	if err != nil {
		return 0, fmt.Errorf("bot: encode %s: %w", method, err)
	}
	var m made
	err = c.call(ctx, method, jsonType, body, &m)
	return m.id, err
}

// speak makes the call of one part of an outgoing message and returns the message's id, 0 when the call makes none.
func speak(ctx context.Context, c *client, api *tg.Bot, o message.Out, p part, first bool) (int64, error) {
	switch {
	case o.Query != "":
		return c.tell(ctx, "answerCallbackQuery", &tg.AnswerCallbackQueryParams{
			CallbackQueryID: o.Query, Text: message.Cut(o.Text, message.MaxToast), ShowAlert: o.Alert,
		})
	case o.Delete != 0:
		return c.tell(ctx, "deleteMessage", &tg.DeleteMessageParams{ChatID: o.Chat, MessageID: int(o.Delete)})
	case o.Edit != 0 && first:
		return o.Edit, edit(ctx, c, o, p)
	case p.file:
		return upload(ctx, api, o, p)
	}
	return c.tell(ctx, "sendMessage", &tg.SendMessageParams{
		ChatID: o.Chat, MessageThreadID: int(o.Thread), Text: p.text, Entities: entities(p.styles), LinkPreviewOptions: noPreview,
		DisableNotification: o.Silent, ReplyParameters: reply(o, first), ReplyMarkup: below(o, p),
	})
}

func edit(ctx context.Context, c *client, o message.Out, p part) error {
	if p.text == "" {
		_, err := c.tell(ctx, "editMessageReplyMarkup", &tg.EditMessageReplyMarkupParams{
			ChatID: o.Chat, MessageID: int(o.Edit), ReplyMarkup: below(o, p),
		})
		return err
	}
	_, err := c.tell(ctx, "editMessageText", &tg.EditMessageTextParams{
		ChatID: o.Chat, MessageID: int(o.Edit), Text: p.text, Entities: entities(p.styles), LinkPreviewOptions: noPreview,
		ReplyMarkup: below(o, p),
	})
	return err
}

func upload(ctx context.Context, api *tg.Bot, o message.Out, p part) (int64, error) {
	file := &models.InputFileUpload{Filename: o.File.Name, Data: bytes.NewReader(o.File.Bytes)}
	if o.File.Photo {
		m, err := api.SendPhoto(ctx, &tg.SendPhotoParams{
			ChatID: o.Chat, MessageThreadID: int(o.Thread), Photo: file, Caption: p.text, CaptionEntities: entities(p.styles),
			DisableNotification: o.Silent, ReplyParameters: reply(o, true), ReplyMarkup: below(o, p),
		})
		return idOf(m), err
	}
	m, err := api.SendDocument(ctx, &tg.SendDocumentParams{
		ChatID: o.Chat, MessageThreadID: int(o.Thread), Document: file, Caption: p.text, CaptionEntities: entities(p.styles),
		DisableContentTypeDetection: true, DisableNotification: o.Silent, ReplyParameters: reply(o, true), ReplyMarkup: below(o, p),
	})
	return idOf(m), err
}

func idOf(m *models.Message) int64 {
	if m == nil {
		return 0
	}
	return int64(m.ID)
}

func below(o message.Out, p part) models.ReplyMarkup {
	if !p.last {
		return nil
	}
	return markup(o)
}

// noPreview is only read.
var noPreview = &models.LinkPreviewOptions{IsDisabled: tg.True()}

// reply points at the message that this one answers; it may have been deleted meanwhile.
func reply(o message.Out, first bool) *models.ReplyParameters {
	if o.Reply == 0 || !first {
		return nil
	}
	return &models.ReplyParameters{MessageID: int(o.Reply), AllowSendingWithoutReply: true}
}
