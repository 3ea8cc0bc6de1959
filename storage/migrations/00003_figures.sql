-- +goose Up

CREATE TABLE figures (
	day      TEXT NOT NULL,
	scope    TEXT NOT NULL,
	name     TEXT NOT NULL,
	currency TEXT NOT NULL,
	value    @int NOT NULL,
	PRIMARY KEY (day, scope, name, currency)
) @strict;
