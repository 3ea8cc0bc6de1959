-- +goose Up

ALTER TABLE follow_ups ADD COLUMN asker_id @int NOT NULL DEFAULT 0;
CREATE INDEX follow_ups_asked ON follow_ups (asker_id, due) WHERE asker_id <> 0 AND status = 'open';
