-- The first schema. A published migration is never edited.
--
-- Expand only: a later migration may add tables, nullable columns, columns with a default, and
-- indexes. It never drops, renames or narrows what an older jar reads or writes, because during a
-- rollout the old release still runs on the new schema. What is unused goes two releases later.
--
-- Version by version the same as the one in db/sqlite, so that one number says what a release needs.
--
-- Instants are microseconds since 1970-01-01T00:00Z, booleans 0 or 1, enums their names. Texts are
-- compared byte by byte, as SQLite does: pages are read by ids in that order, whatever language the
-- server was set up for.

CREATE TABLE account (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    email TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    password_hash TEXT COLLATE "C" NOT NULL,
    avatar TEXT COLLATE "C",
    epoch BIGINT NOT NULL,
    administrator INTEGER NOT NULL CHECK (administrator IN (0, 1)),
    created_at BIGINT NOT NULL
);

CREATE UNIQUE INDEX account_email ON account (email);
CREATE INDEX account_avatar ON account (avatar) WHERE avatar IS NOT NULL;

CREATE TABLE token (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    account TEXT COLLATE "C" NOT NULL REFERENCES account (id),
    name TEXT COLLATE "C" NOT NULL,
    secret TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT
);

CREATE UNIQUE INDEX token_secret ON token (secret);
CREATE INDEX token_account ON token (account, id);

-- Neither photos nor jobs refer to their parents by foreign keys: jobs outlive photos, and
-- Cassandra, the other engine of this port, has none.
CREATE TABLE photo (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    account TEXT COLLATE "C" NOT NULL,
    digest TEXT COLLATE "C" NOT NULL,
    format TEXT COLLATE "C" NOT NULL,
    width_px INTEGER NOT NULL,
    height_px INTEGER NOT NULL,
    size BIGINT NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    origin_photo TEXT COLLATE "C",
    origin_job TEXT COLLATE "C",
    created_at BIGINT NOT NULL
);

CREATE INDEX photo_account ON photo (account, id);
CREATE INDEX photo_digest ON photo (digest);
CREATE INDEX photo_origin ON photo (origin_photo) WHERE origin_photo IS NOT NULL;

CREATE TABLE rendition (
    source TEXT COLLATE "C" NOT NULL,
    recipe TEXT COLLATE "C" NOT NULL,
    engine TEXT COLLATE "C" NOT NULL,
    digest TEXT COLLATE "C" NOT NULL,
    format TEXT COLLATE "C" NOT NULL,
    width_px INTEGER NOT NULL,
    height_px INTEGER NOT NULL,
    size BIGINT NOT NULL,
    PRIMARY KEY (source, recipe, engine)
);

CREATE INDEX rendition_digest ON rendition (digest);

-- is_open: queued or running. dispatched_at: when the queue confirmed it; an open job without one
-- is in the outbox.
CREATE TABLE job (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    account TEXT COLLATE "C" NOT NULL,
    photo TEXT COLLATE "C" NOT NULL,
    recipe TEXT COLLATE "C" NOT NULL,
    purpose TEXT COLLATE "C" NOT NULL,
    priority TEXT COLLATE "C" NOT NULL,
    idempotency_key TEXT COLLATE "C",
    fingerprint TEXT COLLATE "C",
    request TEXT COLLATE "C" NOT NULL,
    data_center TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    is_open INTEGER NOT NULL CHECK (is_open IN (0, 1)),
    attempt INTEGER NOT NULL,
    strikes INTEGER NOT NULL,
    progress DOUBLE PRECISION NOT NULL,
    worker TEXT COLLATE "C",
    started_at BIGINT,
    finished_at BIGINT,
    error_code TEXT COLLATE "C",
    error_message TEXT COLLATE "C",
    error_retryable INTEGER CHECK (error_retryable IN (0, 1)),
    result TEXT COLLATE "C",
    version BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    dispatched_at BIGINT
);

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

-- A number is not used again after its row was forgotten. Who adds a row holds its account's lock
-- until the commit, so that numbers become visible in their order; CACHE, if it ever rises above 1,
-- breaks that order.
CREATE TABLE job_event (
    sequence BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account TEXT COLLATE "C" NOT NULL,
    job TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL
);

CREATE INDEX job_event_account ON job_event (account, sequence);

CREATE TABLE session (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    account TEXT COLLATE "C" NOT NULL,
    epoch BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    user_agent TEXT COLLATE "C" NOT NULL
);

CREATE INDEX session_account ON session (account);
CREATE INDEX session_created ON session (created_at);
CREATE INDEX session_seen ON session (seen_at);

CREATE TABLE sign_in_attempt (
    subject TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    attempts INTEGER NOT NULL,
    until_at BIGINT NOT NULL
);

CREATE INDEX sign_in_attempt_until ON sign_in_attempt (until_at);

CREATE TABLE instance (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    role TEXT COLLATE "C" NOT NULL,
    data_center TEXT COLLATE "C" NOT NULL,
    address TEXT COLLATE "C" NOT NULL,
    version TEXT COLLATE "C" NOT NULL,
    decodes TEXT COLLATE "C" NOT NULL,
    encodes TEXT COLLATE "C" NOT NULL,
    started_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    draining INTEGER NOT NULL CHECK (draining IN (0, 1))
);
