-- +goose Up

-- What is written to the search index is merged into it at once.
@merged

-- English words and those with a vowel that comes and goes have other stems now, so everything is indexed anew.
INSERT INTO search_queue (kind, record_id) SELECT 'client', id FROM clients WHERE id > 0 ON CONFLICT (kind, record_id) DO NOTHING;
INSERT INTO search_queue (kind, record_id) SELECT 'contact', id FROM contacts WHERE id > 0 ON CONFLICT (kind, record_id) DO NOTHING;
INSERT INTO search_queue (kind, record_id) SELECT 'interaction', id FROM interactions WHERE id > 0 ON CONFLICT (kind, record_id) DO NOTHING;
INSERT INTO search_queue (kind, record_id) SELECT 'followup', id FROM follow_ups WHERE id > 0 ON CONFLICT (kind, record_id) DO NOTHING;
INSERT INTO search_queue (kind, record_id) SELECT 'contract', id FROM contracts WHERE id > 0 ON CONFLICT (kind, record_id) DO NOTHING;
INSERT INTO search_queue (kind, record_id) SELECT 'invoice', id FROM invoices WHERE id > 0 ON CONFLICT (kind, record_id) DO NOTHING;
INSERT INTO search_queue (kind, record_id) SELECT 'document', id FROM documents WHERE id > 0 ON CONFLICT (kind, record_id) DO NOTHING;
