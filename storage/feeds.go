package storage

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"strconv"
	"strings"

	"followup/storage/crm"
)

// Rules of feeds.
//
// A feed is an address at which one member's calendar or table can be read without signing in. Its secret is 160 random
// bits, shown once; only its hash is kept, and it is compared in constant time. A member has one feed of a kind: a new one
// takes the old one's place. A feed that was revoked, and every feed of a member who left, is gone at the next reading; one who
// comes back has to make new ones.

// Feed is a secret address. Read is when it was last read, 0 never.
type Feed struct {
	ID      int64
	Member  int64
	Kind    string // calendar, clients, contacts, interactions, followups, contracts, receivables
	Created crm.Moment
	Read    crm.Moment
}

// CreateFeed makes a feed of Me and returns the part of its address that is secret, which is kept nowhere. The feed of that
// kind that was there is revoked. title is how the audit trail calls it.
func (tx *Tx) CreateFeed(kind, title string) (Feed, string, error) {
	f := Feed{Member: tx.me.ID, Kind: kind, Created: crm.MomentOf(tx.now)}
	if err := tx.allow(crm.Export, crm.Own); err != nil {
		return f, "", err
	}
	if _, err := tx.exec("DELETE FROM feeds WHERE member_id = $1 AND kind = $2", f.Member, kind); err != nil {
		return f, "", err
	}
	random := make([]byte, 20)
	_, _ = rand.Read(random) // never fails: it ends the program when the system has no randomness
	secret := base64.RawURLEncoding.EncodeToString(random)
	err := tx.insert("INSERT INTO feeds (member_id, kind, hash, created, seen) VALUES ($1, $2, $3, $4, 0)",
		[]any{f.Member, kind, feedHash(secret), int64(f.Created)}, &f.ID)
	if err == nil {
		err = tx.Noted("feed.new", crm.Subject{Kind: "member", ID: f.Member}, crm.Fact{Name: "what", Value: title})
	}
	return f, strconv.FormatInt(f.ID, 36) + "." + secret, err
}

func feedHash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// Feeds lists the feeds of Me, the oldest first.
func (tx *Tx) Feeds() ([]Feed, error) {
	var list []Feed
	err := tx.each("SELECT id, member_id, kind, created, seen FROM feeds WHERE member_id = $1 ORDER BY id", []any{tx.me.ID},
		func(scan func(...any) error) error {
			var f Feed
			err := scan(&f.ID, &f.Member, &f.Kind, &f.Created, &f.Read)
			list = append(list, f)
			return err
		})
	return list, err
}

// RevokeFeed ends a feed of Me. One that is gone is the Problem "already".
func (tx *Tx) RevokeFeed(id int64, title string) error {
	n, err := tx.exec("DELETE FROM feeds WHERE id = $1 AND member_id = $2", id, tx.me.ID)
	if err != nil {
		return err
	}
	if n == 0 {
		return crm.Say("already", "kind", "feed")
	}
	return tx.Noted("feed.gone", crm.Subject{Kind: "member", ID: tx.me.ID}, crm.Fact{Name: "what", Value: title})
}

// FeedBySecret finds the feed of an address and its member. It is the door's question and asks for no permission: the secret is
// the permission, as long as the member is one.
func (tx *Tx) FeedBySecret(secret string) (Feed, crm.Member, bool, error) {
	var f Feed
	number, word, _ := strings.Cut(secret, ".")
	id, malformed := strconv.ParseInt(number, 36, 64)
	if malformed != nil {
		id = 0 // there is none of that number
	}
	var hash string
	found, err := tx.one("SELECT id, member_id, kind, created, seen, hash FROM feeds WHERE id = $1", []any{id},
		&f.ID, &f.Member, &f.Kind, &f.Created, &f.Read, &hash)
	if err != nil || subtle.ConstantTimeCompare([]byte(hash), []byte(feedHash(word))) != 1 || !found {
		return Feed{}, crm.Member{}, false, err
	}
	m, found, err := members.get(tx, f.Member)
	return f, m, found && m.Status != crm.MemberLeft && f.Created >= m.Joined, err
}

// feedRead is how often, in seconds, a reading is written down: calendars ask every few minutes.
const feedRead = 3600

// FeedSeen writes down that a feed was read, at most once an hour.
func (tx *Tx) FeedSeen(f Feed) error {
	if now := crm.MomentOf(tx.now); now < f.Read+feedRead {
		return nil
	}
	_, err := tx.exec("UPDATE feeds SET seen = $1 WHERE id = $2", tx.now.Unix(), f.ID)
	return err
}
