-- What instances say of themselves, how many there should be, and uploads in parts.

ALTER TABLE instance ADD COLUMN agent TEXT NOT NULL DEFAULT '';
ALTER TABLE instance ADD COLUMN busy REAL NOT NULL DEFAULT 0;
ALTER TABLE instance ADD COLUMN places INTEGER NOT NULL DEFAULT 0;
ALTER TABLE instance ADD COLUMN cpu_cores REAL NOT NULL DEFAULT 0;
ALTER TABLE instance ADD COLUMN finished INTEGER NOT NULL DEFAULT 0;

CREATE TABLE desired (
    data_center TEXT NOT NULL PRIMARY KEY,
    web INTEGER NOT NULL,
    workers INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE upload (
    id TEXT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL,
    photo TEXT NOT NULL,
    name TEXT NOT NULL,
    size INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    received INTEGER NOT NULL,
    done INTEGER NOT NULL CHECK (done IN (0, 1))
) STRICT;

CREATE INDEX upload_expires ON upload (expires_at);
CREATE INDEX upload_account ON upload (account) WHERE done = 0;

CREATE TABLE upload_part (
    upload TEXT NOT NULL,
    start INTEGER NOT NULL,
    length INTEGER NOT NULL,
    digest TEXT NOT NULL,
    PRIMARY KEY (upload, start)
) STRICT, WITHOUT ROWID;

CREATE INDEX upload_part_digest ON upload_part (digest);
