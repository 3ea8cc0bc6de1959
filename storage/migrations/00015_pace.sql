-- +goose Up

-- What is known of Telegram's limits and must be known to the program that speaks next; chat 0 is the whole bot.
CREATE TABLE paces (
	chat  @int PRIMARY KEY,
	calls @int NOT NULL,
	wait  @int NOT NULL
) @strict;
