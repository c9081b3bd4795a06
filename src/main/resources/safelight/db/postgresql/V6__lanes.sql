-- What a job weighs, and how its attempts ended.
--
-- job_open_alone and job_open_in_batch are made anew with more columns: they serve all that the old
-- ones did. SQLite answers from an index alone only if its condition's columns are in it too.
-- job_urgent is what older releases read; it goes two releases from here.
ALTER TABLE job ADD COLUMN cost BIGINT NOT NULL DEFAULT 0;
ALTER TABLE job ADD COLUMN bytes BIGINT NOT NULL DEFAULT 0;
ALTER TABLE job ADD COLUMN history TEXT COLLATE "C" NOT NULL DEFAULT '';

DROP INDEX job_open_alone;
DROP INDEX job_open_in_batch;
CREATE INDEX job_open_alone ON job (account, cost, bytes, is_open, purpose, batch)
    WHERE is_open = 1 AND purpose <> 'THUMBNAIL' AND batch IS NULL;
CREATE INDEX job_open_in_batch ON job (account, cost, bytes, is_open, batch)
    WHERE is_open = 1 AND batch IS NOT NULL;
CREATE INDEX job_waiting ON job (priority, account, id, cost, bytes, is_open, dispatched_at)
    WHERE is_open = 1 AND dispatched_at IS NULL;
CREATE INDEX job_dead_account ON job (account, id)
    WHERE state = 'FAILED' AND error_retryable = 1;
