-- +goose Up

CREATE TABLE imports (
	id        @id,
	member_id @int NOT NULL REFERENCES members (id),
	message   @int NOT NULL,
	data      TEXT NOT NULL,
	created   @int NOT NULL
) @strict;

CREATE TABLE bank_operations (
	id         @id,
	key        TEXT NOT NULL UNIQUE,
	payment_id @int NOT NULL REFERENCES payments (id),
	created    @int NOT NULL
) @strict;
CREATE INDEX bank_operations_payment ON bank_operations (payment_id);
