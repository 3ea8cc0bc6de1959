package bot

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"followup/scheduler/clock"
	"followup/storage"
	"followup/storage/crm"
)

// Rules of command menus: strangers see what the default scope has, in their Telegram's language. A member's own chat has
// the commands of his role in his language. A member's menu is set at his first turn in a run of the program and again when
// his role or language has become another; looking for that is one read, at most once in menuPause, after turns only.

const menuPause = 3 * time.Second

// menus keeps the lists of commands that Telegram shows.
type menus struct {
	api   *tg.Bot
	store *storage.Store
	log   *slog.Logger
	menu  func(language string, role crm.Role) []Command

	mu    sync.Mutex
	asked map[int64]bool // chats with a turn since the last look
	wake  chan struct{}

	shown map[int64]look // what a chat shows; of run alone
}

// look is what a member's menu depends on.
type look struct {
	language string
	role     crm.Role
}

func (m *menus) touch(chat int64) {
	m.mu.Lock()
	m.asked[chat] = true
	m.mu.Unlock()
	pulse(m.wake)
}

func (m *menus) run(ctx context.Context) {
	for try := 1; !m.strangers(ctx); try++ {
		if clock.Sleep(ctx, clock.Real(), backoff(try, pollRetry, longWait)) != nil {
			return
		}
	}
	for {
		select {
		case <-m.wake:
		case <-ctx.Done():
			return
		}
		if !m.members(ctx) {
			pulse(m.wake)
		}
		if clock.Sleep(ctx, clock.Real(), menuPause) != nil {
			return
		}
	}
}

// strangers sets the default menus; false: try again.
func (m *menus) strangers(ctx context.Context) bool {
	for _, code := range []string{"", "ru", "en"} {
		if !m.set(ctx, &models.BotCommandScopeDefault{}, code, look{code, ""}) {
			return false
		}
	}
	return true
}

// members brings the menus of those who spoke, and of those who have one, up to date; false: something is left to do.
func (m *menus) members(ctx context.Context) bool {
	m.mu.Lock()
	asked := m.asked
	m.asked = map[int64]bool{}
	m.mu.Unlock()

	want := map[int64]look{}
	err := m.store.View(ctx, func(tx *storage.Tx) error {
		list, err := tx.System().Members(0)
		for _, who := range list {
			want[who.Telegram] = look{who.Language, who.Role}
		}
		return err
	})
	all := err == nil
	for chat, as := range want {
		old, known := m.shown[chat]
		if all && (known && old != as || !known && asked[chat]) {
			if all = m.set(ctx, &models.BotCommandScopeChat{ChatID: chat}, "", as); all {
				m.shown[chat] = as
			}
		}
	}
	for chat := range m.shown {
		if _, still := want[chat]; all && !still {
			_, err := m.api.DeleteMyCommands(ctx, &tg.DeleteMyCommandsParams{Scope: &models.BotCommandScopeChat{ChatID: chat}})
			if all = m.answered(err); all {
				delete(m.shown, chat)
			}
		}
	}
	if !all {
		m.mu.Lock()
		for chat := range asked {
			m.asked[chat] = true
		}
		m.mu.Unlock()
	}
	return all
}

// set registers one list; false: no answer, try again.
func (m *menus) set(ctx context.Context, scope models.BotCommandScope, code string, as look) bool {
	var commands []models.BotCommand
	for _, c := range m.menu(as.language, as.role) {
		commands = append(commands, models.BotCommand{Command: c.Name, Description: c.Description})
	}
	_, err := m.api.SetMyCommands(ctx, &tg.SetMyCommandsParams{Commands: commands, Scope: scope, LanguageCode: code})
	return m.answered(err)
}

// answered tells whether a call needs no repeating: a menu that Telegram refuses is logged and left.
func (m *menus) answered(err error) bool {
	var r *refusal
	if !errors.As(err, &r) {
		return err == nil
	}
	if r.code == 429 || r.code >= 500 || r.foreign {
		return false
	}
	m.log.Warn("a command menu was refused", "error", err)
	return true
}
