-- +goose Up

-- A lead's evening asks for his team: without these it reads the contracts, promises and papers of the whole company.
CREATE INDEX contracts_team ON contracts (team_id, end_day) WHERE status <> 'closed';
CREATE INDEX promises_pending_team ON promises (team_id, day) WHERE status = 'pending';
CREATE INDEX documents_awaited_team ON documents (team_id)
	WHERE (wait_sign = 1 AND signed = '') OR (wait_orig = 1 AND received = '');
