-- +goose Up

ALTER TABLE members ADD COLUMN away_except TEXT NOT NULL DEFAULT '[]';

CREATE TABLE offers (
	id        @id,
	member_id @int NOT NULL REFERENCES members (id),
	kind      TEXT NOT NULL,
	data      TEXT NOT NULL,
	created   @int NOT NULL,
	taken     @int NOT NULL
) @strict;
CREATE INDEX offers_created ON offers (created);
