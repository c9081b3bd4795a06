-- The first schema. A published migration is never edited.
--
-- Expand only: a later migration may add tables, nullable columns, columns with a default, and
-- indexes. It never drops, renames or narrows what an older jar reads or writes, because during a
-- rollout the old release still runs on the new schema. What is unused goes two releases later.
--
-- Instants are microseconds since 1970-01-01T00:00Z, booleans 0 or 1, enums their names.

CREATE TABLE account (
    id TEXT NOT NULL PRIMARY KEY,
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    avatar TEXT,
    epoch INTEGER NOT NULL,
    administrator INTEGER NOT NULL CHECK (administrator IN (0, 1)),
    created_at INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX account_email ON account (email);
CREATE INDEX account_avatar ON account (avatar) WHERE avatar IS NOT NULL;

CREATE TABLE token (
    id TEXT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL REFERENCES account (id),
    name TEXT NOT NULL,
    secret TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    used_at INTEGER
) STRICT;

CREATE UNIQUE INDEX token_secret ON token (secret);
CREATE INDEX token_account ON token (account, id);

-- Neither photos nor jobs refer to their parents by foreign keys: jobs outlive photos, and
-- Cassandra, the other engine of this port, has none.
CREATE TABLE photo (
    id TEXT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL,
    digest TEXT NOT NULL,
    format TEXT NOT NULL,
    width_px INTEGER NOT NULL,
    height_px INTEGER NOT NULL,
    size INTEGER NOT NULL,
    name TEXT NOT NULL,
    origin_photo TEXT,
    origin_job TEXT,
    created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX photo_account ON photo (account, id);
CREATE INDEX photo_digest ON photo (digest);
CREATE INDEX photo_origin ON photo (origin_photo) WHERE origin_photo IS NOT NULL;

CREATE TABLE rendition (
    source TEXT NOT NULL,
    recipe TEXT NOT NULL,
    engine TEXT NOT NULL,
    digest TEXT NOT NULL,
    format TEXT NOT NULL,
    width_px INTEGER NOT NULL,
    height_px INTEGER NOT NULL,
    size INTEGER NOT NULL,
    PRIMARY KEY (source, recipe, engine)
) STRICT, WITHOUT ROWID;

CREATE INDEX rendition_digest ON rendition (digest);

-- is_open: queued or running. dispatched_at: when the queue confirmed it; an open job without one
-- is in the outbox.
CREATE TABLE job (
    id TEXT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL,
    photo TEXT NOT NULL,
    recipe TEXT NOT NULL,
    purpose TEXT NOT NULL,
    priority TEXT NOT NULL,
    idempotency_key TEXT,
    fingerprint TEXT,
    request TEXT NOT NULL,
    data_center TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    is_open INTEGER NOT NULL CHECK (is_open IN (0, 1)),
    attempt INTEGER NOT NULL,
    strikes INTEGER NOT NULL,
    progress REAL NOT NULL,
    worker TEXT,
    started_at INTEGER,
    finished_at INTEGER,
    error_code TEXT,
    error_message TEXT,
    error_retryable INTEGER CHECK (error_retryable IN (0, 1)),
    result TEXT,
    version INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    dispatched_at INTEGER
) STRICT;

CREATE INDEX job_account ON job (account, id) WHERE purpose = 'EDIT';
CREATE INDEX job_account_state ON job (account, state, id) WHERE purpose = 'EDIT';
CREATE INDEX job_account_open ON job (account) WHERE is_open = 1 AND purpose <> 'THUMBNAIL';
CREATE UNIQUE INDEX job_idempotency ON job (account, idempotency_key)
    WHERE idempotency_key IS NOT NULL;
CREATE INDEX job_outbox ON job (id) WHERE is_open = 1 AND dispatched_at IS NULL;
CREATE INDEX job_dispatched ON job (dispatched_at) WHERE is_open = 1 AND dispatched_at IS NOT NULL;
CREATE INDEX job_dead ON job (id) WHERE state = 'FAILED' AND error_retryable = 1;
CREATE INDEX job_worker ON job (worker) WHERE state = 'RUNNING';
CREATE INDEX job_photo ON job (photo) WHERE is_open = 1;
CREATE INDEX job_result ON job (result) WHERE result IS NOT NULL;

-- AUTOINCREMENT: a number is not used again after its row was forgotten.
CREATE TABLE job_event (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    account TEXT NOT NULL,
    job TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;

CREATE INDEX job_event_account ON job_event (account, sequence);

CREATE TABLE session (
    id TEXT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    user_agent TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX session_account ON session (account);
CREATE INDEX session_created ON session (created_at);
CREATE INDEX session_seen ON session (seen_at);

CREATE TABLE sign_in_attempt (
    subject TEXT NOT NULL PRIMARY KEY,
    attempts INTEGER NOT NULL,
    until_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sign_in_attempt_until ON sign_in_attempt (until_at);

CREATE TABLE instance (
    id TEXT NOT NULL PRIMARY KEY,
    role TEXT NOT NULL,
    data_center TEXT NOT NULL,
    address TEXT NOT NULL,
    version TEXT NOT NULL,
    decodes TEXT NOT NULL,
    encodes TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    draining INTEGER NOT NULL CHECK (draining IN (0, 1))
) STRICT, WITHOUT ROWID;
