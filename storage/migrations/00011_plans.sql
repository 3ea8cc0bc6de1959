-- +goose Up

ALTER TABLE invoices ADD COLUMN moved @int NOT NULL DEFAULT 0;
ALTER TABLE invoices ADD COLUMN plan_of @int REFERENCES invoices (id);
CREATE INDEX invoices_plan ON invoices (plan_of) WHERE plan_of IS NOT NULL;

CREATE TABLE concessions (
	id         @id,
	client_id  @int NOT NULL REFERENCES clients (id),
	invoice_id @int NOT NULL REFERENCES invoices (id),
	kind       TEXT NOT NULL,
	sum        @int NOT NULL,
	currency   TEXT NOT NULL,
	reason     TEXT NOT NULL,
	author_id  @int NOT NULL,
	status     TEXT NOT NULL,
	decider_id @int NOT NULL,
	decided    @int NOT NULL,
	created    @int NOT NULL,
	manager_id @int,
	team_id    @int
) @strict;
CREATE INDEX concessions_client ON concessions (client_id);
CREATE INDEX concessions_invoice ON concessions (invoice_id);
