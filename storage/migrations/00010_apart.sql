-- +goose Up

CREATE TABLE apart (
	one_id   @int NOT NULL,
	other_id @int NOT NULL,
	PRIMARY KEY (one_id, other_id)
) @strict;
