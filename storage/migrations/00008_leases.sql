-- +goose Up

CREATE TABLE leases (
	name   TEXT PRIMARY KEY,
	holder TEXT NOT NULL,
	term   @int NOT NULL,
	beat   @int NOT NULL
) @strict;
INSERT INTO leases (name, holder, term, beat) VALUES ('leader', '', 0, 0);
