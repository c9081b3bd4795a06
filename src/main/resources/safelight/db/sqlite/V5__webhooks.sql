-- Who hears of the end of jobs and batches, and how far the messages are. created_at: when the job
-- or batch ended. due_at: when a pending one is sent next, or when whoever has it in hand loses it.
ALTER TABLE job ADD COLUMN webhook TEXT;
ALTER TABLE batch ADD COLUMN webhook TEXT;

CREATE TABLE webhook_delivery (
    id TEXT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL,
    type TEXT NOT NULL,
    subject TEXT NOT NULL,
    url TEXT NOT NULL,
    host TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    tries INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    version INTEGER NOT NULL
) STRICT;

CREATE INDEX webhook_delivery_account ON webhook_delivery (account, id);
CREATE INDEX webhook_delivery_account_state ON webhook_delivery (account, state, id);
CREATE INDEX webhook_delivery_created ON webhook_delivery (created_at);
CREATE INDEX webhook_delivery_due ON webhook_delivery (host, due_at) WHERE state = 'PENDING';

CREATE TABLE webhook_attempt (
    delivery TEXT NOT NULL,
    number INTEGER NOT NULL,
    at INTEGER NOT NULL,
    took_ms INTEGER NOT NULL,
    status INTEGER,
    error TEXT,
    excerpt TEXT NOT NULL,
    PRIMARY KEY (delivery, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE webhook_secret (
    account TEXT NOT NULL PRIMARY KEY,
    current_key TEXT NOT NULL,
    previous_key TEXT,
    since_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
