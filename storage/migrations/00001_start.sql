-- +goose Up

CREATE TABLE teams (
	id       @id,
	name     TEXT NOT NULL,
	name_key TEXT NOT NULL,
	chat     @int NOT NULL,
	thread   @int NOT NULL,
	settings TEXT NOT NULL
) @strict;
CREATE UNIQUE INDEX teams_name ON teams (name_key);

CREATE TABLE members (
	id            @id,
	telegram      @int NOT NULL,
	name          TEXT NOT NULL,
	role          TEXT NOT NULL,
	team_id       @int REFERENCES teams (id),
	language      TEXT NOT NULL,
	zone          TEXT NOT NULL,
	status        TEXT NOT NULL,
	away_from     TEXT NOT NULL,
	away_until    TEXT NOT NULL,
	substitute_id @int REFERENCES members (id),
	settings      TEXT NOT NULL,
	joined        @int NOT NULL
) @strict;
CREATE UNIQUE INDEX members_telegram ON members (telegram) WHERE telegram <> 0;
CREATE INDEX members_team ON members (team_id);
CREATE INDEX members_substitute ON members (substitute_id) WHERE substitute_id IS NOT NULL;

CREATE TABLE invites (
	id      @id,
	hash    TEXT NOT NULL UNIQUE,
	role    TEXT NOT NULL,
	team_id @int REFERENCES teams (id),
	by_id   @int NOT NULL,
	created @int NOT NULL,
	expires @int NOT NULL,
	used    @int NOT NULL,
	used_by @int NOT NULL,
	revoked @int NOT NULL
) @strict;

CREATE TABLE clients (
	id         @id,
	name       TEXT NOT NULL,
	name_key   TEXT NOT NULL,
	aliases    TEXT NOT NULL,
	city       TEXT NOT NULL,
	inn        TEXT NOT NULL,
	manager_id @int REFERENCES members (id),
	team_id    @int REFERENCES teams (id),
	tier       TEXT NOT NULL,
	cadence    @int NOT NULL,
	status     TEXT NOT NULL,
	tags       TEXT NOT NULL,
	last_touch @int NOT NULL,
	created    @int NOT NULL
) @strict;
CREATE INDEX clients_key ON clients (name_key);
CREATE INDEX clients_inn ON clients (inn) WHERE inn <> '';
CREATE INDEX clients_manager ON clients (manager_id);
CREATE INDEX clients_team ON clients (team_id);

CREATE TABLE contacts (
	id         @id,
	client_id  @int NOT NULL REFERENCES clients (id),
	name       TEXT NOT NULL,
	position   TEXT NOT NULL,
	role       TEXT NOT NULL,
	phones     TEXT NOT NULL,
	email      TEXT NOT NULL,
	telegram   @int NOT NULL,
	birthday   TEXT NOT NULL,
	manager_id @int,
	team_id    @int
) @strict;
CREATE INDEX contacts_client ON contacts (client_id);
CREATE INDEX contacts_birthday ON contacts (manager_id) WHERE birthday <> '';

CREATE TABLE interactions (
	id         @id,
	client_id  @int NOT NULL REFERENCES clients (id),
	author_id  @int NOT NULL REFERENCES members (id),
	kind       TEXT NOT NULL,
	happened   @int NOT NULL,
	text       TEXT NOT NULL,
	outcome    TEXT NOT NULL,
	private    @int NOT NULL,
	chat       @int NOT NULL,
	message    @int NOT NULL,
	created    @int NOT NULL,
	manager_id @int,
	team_id    @int
) @strict;
CREATE INDEX interactions_client ON interactions (client_id, happened);
CREATE INDEX interactions_author ON interactions (author_id, happened);

CREATE TABLE follow_ups (
	id             @id,
	client_id      @int REFERENCES clients (id),
	assignee_id    @int NOT NULL REFERENCES members (id),
	author_id      @int NOT NULL,
	text           TEXT NOT NULL,
	verb           TEXT NOT NULL,
	day            TEXT NOT NULL,
	clock          @int NOT NULL,
	zone           TEXT NOT NULL,
	due            @int NOT NULL,
	all_day        @int NOT NULL,
	named          @int NOT NULL,
	obligation     @int NOT NULL,
	await          @int NOT NULL,
	rule           TEXT NOT NULL,
	snoozed        @int NOT NULL,
	status         TEXT NOT NULL,
	outcome        TEXT NOT NULL,
	closed         @int NOT NULL,
	interaction_id @int REFERENCES interactions (id),
	created        @int NOT NULL,
	manager_id     @int,
	team_id        @int
) @strict;
CREATE INDEX follow_ups_open ON follow_ups (assignee_id, due) WHERE status = 'open';
CREATE INDEX follow_ups_open_client ON follow_ups (client_id) WHERE status = 'open';
CREATE INDEX follow_ups_client ON follow_ups (client_id, due);
CREATE INDEX follow_ups_interaction ON follow_ups (interaction_id) WHERE interaction_id IS NOT NULL;

CREATE TABLE contracts (
	id             @id,
	client_id      @int NOT NULL REFERENCES clients (id),
	number         TEXT NOT NULL,
	subject        TEXT NOT NULL,
	start_day      TEXT NOT NULL,
	end_day        TEXT NOT NULL,
	sum            @int NOT NULL,
	currency       TEXT NOT NULL,
	renewal        TEXT NOT NULL,
	renewal_months @int NOT NULL,
	notice_days    @int NOT NULL,
	notice_working @int NOT NULL,
	penalty        @int NOT NULL,
	penalty_cap    @int NOT NULL,
	claim_days     @int NOT NULL,
	indexation     TEXT NOT NULL,
	status         TEXT NOT NULL,
	decision       TEXT NOT NULL,
	reason         TEXT NOT NULL,
	postponed      TEXT NOT NULL,
	term           @int NOT NULL,
	created        @int NOT NULL,
	manager_id     @int,
	team_id        @int
) @strict;
CREATE INDEX contracts_client ON contracts (client_id);
CREATE INDEX contracts_ending ON contracts (manager_id, end_day) WHERE status <> 'closed';

CREATE TABLE invoices (
	id          @id,
	client_id   @int NOT NULL REFERENCES clients (id),
	contract_id @int REFERENCES contracts (id),
	number      TEXT NOT NULL,
	number_key  TEXT NOT NULL,
	issued      TEXT NOT NULL,
	due_day     TEXT NOT NULL,
	sum         @int NOT NULL,
	currency    TEXT NOT NULL,
	balance     @int NOT NULL,
	status      TEXT NOT NULL,
	level       @int NOT NULL,
	level_set   @int NOT NULL,
	sent        @int NOT NULL,
	paused      TEXT NOT NULL,
	reason      TEXT NOT NULL,
	claimed     TEXT NOT NULL,
	created     @int NOT NULL,
	manager_id  @int,
	team_id     @int
) @strict;
CREATE INDEX invoices_client ON invoices (client_id, due_day);
CREATE INDEX invoices_number ON invoices (number_key);
CREATE INDEX invoices_contract ON invoices (contract_id) WHERE contract_id IS NOT NULL;
CREATE INDEX invoices_owed ON invoices (manager_id, due_day) WHERE balance > 0 AND status <> 'written_off';
CREATE INDEX invoices_owed_team ON invoices (team_id, due_day) WHERE balance > 0 AND status <> 'written_off';

CREATE TABLE payments (
	id         @id,
	client_id  @int NOT NULL REFERENCES clients (id),
	day        TEXT NOT NULL,
	sum        @int NOT NULL,
	currency   TEXT NOT NULL,
	rest       @int NOT NULL,
	source     TEXT NOT NULL,
	note       TEXT NOT NULL,
	author_id  @int NOT NULL,
	created    @int NOT NULL,
	manager_id @int,
	team_id    @int
) @strict;
CREATE INDEX payments_client ON payments (client_id, day);
CREATE INDEX payments_day ON payments (day);
CREATE INDEX payments_advance ON payments (client_id) WHERE rest > 0;

CREATE TABLE allocations (
	id         @id,
	payment_id @int NOT NULL REFERENCES payments (id),
	invoice_id @int NOT NULL REFERENCES invoices (id),
	sum        @int NOT NULL,
	currency   TEXT NOT NULL,
	day        TEXT NOT NULL
) @strict;
CREATE INDEX allocations_invoice ON allocations (invoice_id, day);
CREATE INDEX allocations_payment ON allocations (payment_id);

CREATE TABLE promises (
	id         @id,
	client_id  @int NOT NULL REFERENCES clients (id),
	invoice_id @int REFERENCES invoices (id),
	sum        @int NOT NULL,
	currency   TEXT NOT NULL,
	paid       @int NOT NULL,
	day        TEXT NOT NULL,
	by_whom    TEXT NOT NULL,
	status     TEXT NOT NULL,
	author_id  @int NOT NULL,
	created    @int NOT NULL,
	manager_id @int,
	team_id    @int,
	after_allocation @int NOT NULL
) @strict;
CREATE INDEX promises_client ON promises (client_id, day);
CREATE INDEX promises_invoice ON promises (invoice_id) WHERE invoice_id IS NOT NULL;
CREATE INDEX promises_pending ON promises (manager_id, day) WHERE status = 'pending';

CREATE TABLE documents (
	id          @id,
	client_id   @int NOT NULL REFERENCES clients (id),
	contract_id @int REFERENCES contracts (id),
	kind        TEXT NOT NULL,
	number      TEXT NOT NULL,
	title       TEXT NOT NULL,
	sent        TEXT NOT NULL,
	signed      TEXT NOT NULL,
	received    TEXT NOT NULL,
	wait_sign   @int NOT NULL,
	wait_orig   @int NOT NULL,
	created     @int NOT NULL,
	manager_id  @int,
	team_id     @int
) @strict;
CREATE INDEX documents_client ON documents (client_id);
CREATE INDEX documents_contract ON documents (contract_id) WHERE contract_id IS NOT NULL;
CREATE INDEX documents_awaited ON documents (manager_id)
	WHERE (wait_sign = 1 AND signed = '') OR (wait_orig = 1 AND received = '');

CREATE TABLE attachments (
	id             @id,
	client_id      @int NOT NULL REFERENCES clients (id),
	interaction_id @int REFERENCES interactions (id),
	document_id    @int REFERENCES documents (id),
	kind           TEXT NOT NULL,
	file           TEXT NOT NULL,
	file_unique    TEXT NOT NULL,
	name           TEXT NOT NULL,
	size           @int NOT NULL,
	created        @int NOT NULL,
	manager_id     @int,
	team_id        @int
) @strict;
CREATE INDEX attachments_client ON attachments (client_id);
CREATE INDEX attachments_unique ON attachments (file_unique);
CREATE INDEX attachments_interaction ON attachments (interaction_id) WHERE interaction_id IS NOT NULL;
CREATE INDEX attachments_document ON attachments (document_id) WHERE document_id IS NOT NULL;

CREATE TABLE changes (
	id           @id,
	at           @int NOT NULL,
	actor_id     @int NOT NULL,
	label        TEXT NOT NULL,
	subject_kind TEXT NOT NULL,
	subject_id   @int NOT NULL,
	facts        TEXT NOT NULL,
	chat         @int NOT NULL,
	message      @int NOT NULL,
	entries      @int NOT NULL,
	undone       @int NOT NULL
) @strict;
CREATE INDEX changes_actor ON changes (actor_id, id);
CREATE INDEX changes_undos ON changes (actor_id, id) WHERE label = 'undo';
CREATE INDEX changes_subject ON changes (subject_kind, subject_id);
CREATE INDEX changes_message ON changes (chat, message) WHERE message <> 0;

CREATE TABLE entries (
	id         @id,
	change_id  @int NOT NULL REFERENCES changes (id),
	table_name TEXT NOT NULL,
	row_id     @int NOT NULL,
	client_id  @int NOT NULL,
	before_row TEXT,
	after_row  TEXT
) @strict;
CREATE INDEX entries_change ON entries (change_id);
CREATE INDEX entries_row ON entries (table_name, row_id);
CREATE INDEX entries_client ON entries (client_id) WHERE client_id <> 0;

CREATE TABLE forms (
	chat    @int PRIMARY KEY,
	kind    TEXT NOT NULL,
	step    TEXT NOT NULL,
	data    TEXT NOT NULL,
	message @int NOT NULL,
	created @int NOT NULL,
	expires @int NOT NULL
) @strict;

CREATE TABLE drafts (
	id        @id,
	member_id @int NOT NULL REFERENCES members (id),
	chat      @int NOT NULL,
	message   @int NOT NULL,
	text      TEXT NOT NULL,
	data      TEXT NOT NULL,
	created   @int NOT NULL,
	asked     @int NOT NULL
) @strict;
CREATE INDEX drafts_member ON drafts (member_id);
CREATE INDEX drafts_stale ON drafts (created) WHERE asked = 0;

CREATE TABLE inbox (
	update_id @int PRIMARY KEY,
	chat      @int NOT NULL,
	payload   @bytes,
	received  @int NOT NULL,
	state     @int NOT NULL,
	tries     @int NOT NULL,
	reason    TEXT NOT NULL
) @strict;
CREATE INDEX inbox_waiting ON inbox (update_id) WHERE state = 0;
CREATE INDEX inbox_aside ON inbox (update_id) WHERE state = 2;
CREATE INDEX inbox_handled ON inbox (received) WHERE state = 1;

CREATE TABLE outbox (
	id           @id,
	chat         @int NOT NULL,
	class        @int NOT NULL,
	body         TEXT NOT NULL,
	file         @bytes,
	once         @int NOT NULL,
	tries        @int NOT NULL,
	not_before   @int NOT NULL,
	queued       @int NOT NULL,
	started      @int NOT NULL,
	dead         @int NOT NULL,
	reason       TEXT NOT NULL
) @strict;
CREATE INDEX outbox_next ON outbox (class, id) WHERE dead = 0;
CREATE INDEX outbox_chat ON outbox (chat, class, id) WHERE dead = 0;

CREATE TABLE shown (
	chat         @int NOT NULL,
	message      @int NOT NULL,
	subject_kind TEXT NOT NULL,
	subject_id   @int NOT NULL,
	at           @int NOT NULL,
	PRIMARY KEY (chat, message)
) @strict;

CREATE TABLE reminders (
	id           @id,
	kind         TEXT NOT NULL,
	subject_kind TEXT NOT NULL,
	subject_id   @int NOT NULL,
	recipient_id @int NOT NULL REFERENCES members (id),
	at           @int NOT NULL,
	anchor       TEXT NOT NULL,
	step         TEXT NOT NULL,
	daily        @int NOT NULL,
	named        @int NOT NULL,
	level        @int NOT NULL,
	held         @int NOT NULL,
	UNIQUE (subject_kind, subject_id, kind, recipient_id)
) @strict;
CREATE INDEX reminders_due ON reminders (at, id) WHERE held = 0;
CREATE INDEX reminders_recipient ON reminders (recipient_id);

CREATE TABLE said (
	kind         TEXT NOT NULL,
	subject_kind TEXT NOT NULL,
	subject_id   @int NOT NULL,
	anchor       TEXT NOT NULL,
	step         TEXT NOT NULL,
	recipient_id @int NOT NULL,
	at           @int NOT NULL,
	PRIMARY KEY (subject_kind, subject_id, kind, anchor, step)
) @strict;

CREATE TABLE counters (
	name  TEXT PRIMARY KEY,
	value @int NOT NULL
) @strict;

CREATE TABLE settings (
	id    @id,
	name  TEXT NOT NULL UNIQUE,
	value TEXT NOT NULL
) @strict;

CREATE TABLE search_queue (
	kind      TEXT NOT NULL,
	record_id @int NOT NULL,
	PRIMARY KEY (kind, record_id)
) @strict;

CREATE TABLE search_docs (
	id        @id,
	kind      TEXT NOT NULL,
	record_id @int NOT NULL,
	client_id @int NOT NULL,
	at        @int NOT NULL,
	UNIQUE (kind, record_id)
) @strict;
CREATE INDEX search_docs_client ON search_docs (client_id);
@search
