-- +goose Up

CREATE TABLE receipts (
	id        @id,
	member_id @int NOT NULL REFERENCES members (id),
	key       TEXT NOT NULL,
	account   TEXT NOT NULL,
	day       TEXT NOT NULL,
	sum       @int NOT NULL,
	currency  TEXT NOT NULL,
	payer     TEXT NOT NULL,
	inn       TEXT NOT NULL,
	purpose   TEXT NOT NULL,
	state     TEXT NOT NULL,
	created   @int NOT NULL,
	UNIQUE (member_id, key)
) @strict;

CREATE TABLE import_columns (
	team_id @int NOT NULL,
	headers TEXT NOT NULL,
	data    TEXT NOT NULL,
	at      @int NOT NULL,
	PRIMARY KEY (team_id, headers)
) @strict;

CREATE INDEX imports_created ON imports (created);
