package safelight.catalog;

import safelight.base.JobId;

/// One change of a job's row. Sequence numbers rise within an account and are never used again.
public record JobEvent(long sequence, JobId job) {}
