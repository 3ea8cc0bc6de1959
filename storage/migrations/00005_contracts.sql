-- +goose Up

ALTER TABLE contracts ADD COLUMN index_day TEXT NOT NULL DEFAULT '';
ALTER TABLE contracts ADD COLUMN past TEXT NOT NULL DEFAULT 'null';
ALTER TABLE contracts ADD COLUMN follows_id @int REFERENCES contracts (id);
ALTER TABLE documents ADD COLUMN requested TEXT NOT NULL DEFAULT '';
CREATE INDEX contracts_follows ON contracts (follows_id) WHERE follows_id IS NOT NULL;
