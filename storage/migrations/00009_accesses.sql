-- +goose Up

CREATE TABLE accesses (
	id        @id,
	client_id @int NOT NULL REFERENCES clients (id),
	member_id @int NOT NULL REFERENCES members (id),
	status    TEXT NOT NULL,
	by_id     @int NOT NULL,
	created   @int NOT NULL,
	answered  @int NOT NULL
) @strict;
CREATE INDEX accesses_client ON accesses (client_id);
CREATE INDEX accesses_given ON accesses (member_id) WHERE status = 'given';
