-- Jobs that came together. job_account_open counts what older releases count; it goes two releases
-- from here.
CREATE TABLE batch (
    id TEXT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL,
    total INTEGER NOT NULL,
    priority TEXT NOT NULL,
    idempotency_key TEXT,
    fingerprint TEXT,
    created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX batch_account ON batch (account, id);
CREATE UNIQUE INDEX batch_idempotency ON batch (account, idempotency_key)
    WHERE idempotency_key IS NOT NULL;

ALTER TABLE job ADD COLUMN batch TEXT;

CREATE INDEX job_batch ON job (batch, id, state) WHERE batch IS NOT NULL;
CREATE INDEX job_open_alone ON job (account)
    WHERE is_open = 1 AND purpose <> 'THUMBNAIL' AND batch IS NULL;
CREATE INDEX job_open_in_batch ON job (account) WHERE is_open = 1 AND batch IS NOT NULL;
CREATE INDEX job_urgent ON job (id)
    WHERE is_open = 1 AND dispatched_at IS NULL AND priority <> 'BULK';
