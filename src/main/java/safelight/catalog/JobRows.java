package safelight.catalog;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import safelight.base.AccountId;
import safelight.base.JobId;
import safelight.base.Page;

/// The catalog's jobs: the truth about what was accepted and how far it is, the outbox from which
/// the queue is fed, and the log of changes that clients follow. Thread-safe; every write is
/// durable when its method returns; every method throws {@link CatalogUnavailable} if storage does
/// not answer.
public interface JobRows {
    /// Adds a job to the rows and to the outbox in one step, unless its idempotency key was used or
    /// the account's open jobs would pass `openMost` with it (thumbnails and jobs of batches do not
    /// count). A single job is never too heavy. With room for no jobs, every new one is too many.
    /// An engine without transactions may let in as many more as come at the same moment.
    Acceptance accept(Job job, Burden openMost);

    /// The same with a limit on the number alone.
    default Acceptance accept(Job job, long openMost) {
        return accept(job, Burden.ofJobs(openMost));
    }

    /// Adds a job of another installation as {@link Job#restored()} makes it, without a line in the
    /// log of changes; an open one to the outbox in the same step. If its id or idempotency key is
    /// there already, nothing changes.
    void restore(Job job);

    /// The job of this id, whoever owns it.
    Optional<Job> find(JobId id);

    /// The account's edits, newest first, in one state or in all.
    Page<Job> list(AccountId account, Optional<Job.State> state, Page.Request page);

    /// Dead jobs of one account or of all, newest first: failed, and a retry may help.
    Page<Job> dead(Optional<AccountId> account, Page.Request page);

    /// Writes `next.status()` if the row still has version `next.version()`, and a line in the log
    /// of changes, in one step. Returns the job as it now stands, or empty if somebody else changed
    /// it first. A change to QUEUED puts the job in the outbox again.
    Optional<Job> advance(Job next);

    /// Like {@link #advance} for a job that had ended and is to be open again, unless the account's
    /// open jobs would pass `openMost` with it: those in batches if it came in one, else the
    /// others. Thumbnails neither count nor are refused, and a single job is never too heavy. An
    /// engine without transactions may let in as many more as come at the same moment.
    Reopening reopen(Job next, Burden openMost);

    /// Like {@link #advance}, and adds the result photo and records the rendition in the same step.
    Optional<Job> finish(Job next, Photo result, Rendition.Key key);

    /// Like {@link #advance}, for thumbnails and profile pictures, which have no photo of their
    /// own: records the rendition, and makes it the account's profile picture if that is what the
    /// job is for, in the same step.
    Optional<Job> finishUnlisted(Job next, Rendition.Key key, Rendition made);

    /// Jobs that the queue has not been given yet, oldest first; an engine may put them in order
    /// within each account and lane only.
    List<Job> outbox(int limit);

    /// The accounts above `after` that have jobs of this priority in the outbox, in the order of
    /// their ids; as fast however many jobs wait. An engine may name some that have none any more.
    List<AccountId> waitingAccounts(Job.Priority priority, String after, int limit);

    /// The account's jobs of this priority in the outbox, oldest first; as fast however many wait.
    List<Job> waiting(Job.Priority priority, AccountId account, int limit);

    /// How much is in the outbox. Stops counting at `most` jobs, and an engine may do so earlier,
    /// but not below 10,000.
    Burden waiting(int most);

    /// Takes jobs off the outbox, after the queue has confirmed them, noting when.
    void dispatched(List<JobId> jobs, Instant at);

    /// Puts open jobs back in the outbox that were dispatched before `before` and have not changed
    /// since: the queue may have lost them. Returns how many, at most `limit`.
    int requeueStale(Instant before, int limit);

    /// How many open jobs the queue should be holding: dispatched and not ended. An engine may stop
    /// counting, but not below 10,000.
    long inQueue();

    /// The jobs that this worker was running, as far as the rows say.
    List<Job> runningOn(String worker);

    /// The workers that rows say are running a job.
    Set<String> busyWorkers();

    /// The account's changes after `sequence`, oldest first, without those of thumbnails. None is
    /// ever added below a number that was returned. A crash may leave a change that did not happen,
    /// or one twice, so that a client looks once too often and never once too little.
    List<JobEvent> events(AccountId account, long sequence, int limit);

    /// The number of the account's latest change, 0 if it has none.
    long lastEvent(AccountId account);

    /// Forgets changes from before `before`. Returns how many; 0 if the engine does it by itself,
    /// which is after a day at the earliest.
    int forgetEvents(Instant before);
}
