package safelight.catalog;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import safelight.base.AccountId;
import safelight.base.BatchId;
import safelight.base.JobId;
import safelight.base.Page;

/// The catalog's batches, and their jobs taken together. Each of the jobs is one of {@link
/// JobRows}. Thread-safe; every write is durable when its method returns; every method throws
/// {@link CatalogUnavailable} if storage does not answer.
public interface BatchRows {
    /// Adds a batch with all of its jobs, and those to the outbox; all or none, unless its
    /// idempotency key was used, or the account would have more than `openMost` open in batches. A
    /// batch is never too heavy if the account has no other; with room for no jobs, every new one
    /// is too many. The jobs' ids are {@link safelight.base.Ulids#member} of the batch's, their
    /// orders name it and have no key, and no line in the log of changes tells of them before they
    /// begin. An engine without transactions may add the rest of the jobs a moment later, also
    /// after a crash, and may let in as many more as come at the same moment.
    BatchAcceptance accept(Batch batch, List<Job> jobs, Burden openMost);

    /// The same with a limit on the number alone.
    default BatchAcceptance accept(Batch batch, List<Job> jobs, long openMost) {
        return accept(batch, jobs, Burden.ofJobs(openMost));
    }

    /// The batch of this id, whoever owns it.
    Optional<Batch> find(BatchId id);

    /// The account's batches, newest first.
    Page<Batch> list(AccountId account, Page.Request page);

    /// How many of the batch's jobs are in each state. While jobs change, an engine without
    /// transactions may count some of them as they were a moment before; once all have ended, the
    /// counts are right.
    Batch.Counts counts(Batch batch);

    /// The same for each of these batches, in one step where an engine can.
    Map<BatchId, Batch.Counts> counts(List<Batch> batches);

    /// The batch's jobs, those of the last photos first, in one state or in all.
    Page<Job> jobs(BatchId id, Optional<Job.State> state, Page.Request page);

    /// Cancels the batch's open jobs, each with a line in the log of changes. Returns those that a
    /// worker had in hand. After a failure some are cancelled and some not; doing it again does the
    /// rest.
    List<JobId> cancel(Batch batch);
}
