-- Who hears of the end of jobs and batches, and how far the messages are. created_at: when the job
-- or batch ended. due_at: when a pending one is sent next, or when whoever has it in hand loses it.
ALTER TABLE job ADD COLUMN webhook TEXT COLLATE "C";
ALTER TABLE batch ADD COLUMN webhook TEXT COLLATE "C";

CREATE TABLE webhook_delivery (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    account TEXT COLLATE "C" NOT NULL,
    type TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    url TEXT COLLATE "C" NOT NULL,
    host TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    tries INTEGER NOT NULL,
    due_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);

CREATE INDEX webhook_delivery_account ON webhook_delivery (account, id);
CREATE INDEX webhook_delivery_account_state ON webhook_delivery (account, state, id);
CREATE INDEX webhook_delivery_created ON webhook_delivery (created_at);
CREATE INDEX webhook_delivery_due ON webhook_delivery (host, due_at) WHERE state = 'PENDING';

CREATE TABLE webhook_attempt (
    delivery TEXT COLLATE "C" NOT NULL,
    number BIGINT NOT NULL,
    at BIGINT NOT NULL,
    took_ms BIGINT NOT NULL,
    status INTEGER,
    error TEXT COLLATE "C",
    excerpt TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (delivery, number)
);

CREATE TABLE webhook_secret (
    account TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    current_key TEXT COLLATE "C" NOT NULL,
    previous_key TEXT COLLATE "C",
    since_at BIGINT NOT NULL
);
