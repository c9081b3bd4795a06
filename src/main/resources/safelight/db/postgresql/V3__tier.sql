-- What instances say of themselves, how many there should be, and uploads in parts.

ALTER TABLE instance ADD COLUMN agent TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE instance ADD COLUMN busy DOUBLE PRECISION NOT NULL DEFAULT 0;
ALTER TABLE instance ADD COLUMN places INTEGER NOT NULL DEFAULT 0;
ALTER TABLE instance ADD COLUMN cpu_cores DOUBLE PRECISION NOT NULL DEFAULT 0;
ALTER TABLE instance ADD COLUMN finished BIGINT NOT NULL DEFAULT 0;

CREATE TABLE desired (
    data_center TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    web INTEGER NOT NULL,
    workers INTEGER NOT NULL
);

CREATE TABLE upload (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    account TEXT COLLATE "C" NOT NULL,
    photo TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    size BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    received BIGINT NOT NULL,
    done INTEGER NOT NULL CHECK (done IN (0, 1))
);

CREATE INDEX upload_expires ON upload (expires_at);
CREATE INDEX upload_account ON upload (account) WHERE done = 0;

CREATE TABLE upload_part (
    upload TEXT COLLATE "C" NOT NULL,
    start BIGINT NOT NULL,
    length BIGINT NOT NULL,
    digest TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (upload, start)
);

CREATE INDEX upload_part_digest ON upload_part (digest);
