-- +goose Up

CREATE TABLE feeds (
	id        @id,
	member_id @int NOT NULL REFERENCES members (id),
	kind      TEXT NOT NULL,
	hash      TEXT NOT NULL,
	created   @int NOT NULL,
	seen      @int NOT NULL,
	UNIQUE (member_id, kind)
) @strict;
