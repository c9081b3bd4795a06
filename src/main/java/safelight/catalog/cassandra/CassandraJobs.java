package safelight.catalog.cassandra;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import safelight.base.AccountId;
import safelight.base.Digest;
import safelight.base.JobId;
import safelight.base.Page;
import safelight.catalog.Acceptance;
import safelight.catalog.Burden;
import safelight.catalog.Job;
import safelight.catalog.JobEvent;
import safelight.catalog.JobRows;
import safelight.catalog.Photo;
import safelight.catalog.Rendition;
import safelight.catalog.Reopening;
import safelight.cql.Access;
import safelight.cql.CqlCluster;
import safelight.cql.Statements;

/// Jobs, their outbox and the log of their changes in Cassandra. {@link JobSteps} says how a row
/// changes, {@link Acceptances} how it comes, {@link Events} how clients follow, {@link Dispatch}
/// how the queue is fed.
///
/// What has to happen "in the same step" as a job's end happens around the condition on its row:
///
/// - A result photo is written before, as pending: there for whoever looks only once the row says
///   that the job succeeded with it. A crash between leaves a row that nobody sees; the next
///   attempt writes the same one, since its id follows from the job's. If the job was cancelled
///   meanwhile, it is removed.
/// - The rendition of an edit is written after: it saves work and means nothing.
/// - The rendition of a thumbnail, and a profile picture, are written before, and taken back if the
///   job was cancelled meanwhile. A crash just there, followed by a cancel, leaves the new picture.
public final class CassandraJobs implements JobRows {
    private final Access rows;
    private final JobSteps steps;
    private final Acceptances acceptances;
    private final JobLists lists;
    private final Dispatch dispatch;
    private final SecondLook secondLook;

    /// In this cluster; `clock` dates the changes.
    public CassandraJobs(CqlCluster cluster, Clock clock) {
        this.rows = cluster.in(CatalogWording.WORDS);
        this.steps = new JobSteps(cluster, clock);
        this.acceptances = new Acceptances(steps, clock);
        this.secondLook = new SecondLook(cluster.dataCenter(), clock);
        this.lists = new JobLists(steps.lines(), secondLook);
        this.dispatch = new Dispatch(steps, clock, cluster.dataCenter());
    }

    @Override
    public Acceptance accept(Job job, Burden openMost) {
        return rows.run("accept job " + job.id(), s -> acceptances.accept(s, job, openMost));
    }

    /// Compares with other data centers what was asked for here and has not changed for long: a
    /// chore for now and then. Takes some seconds at most.
    public void lookAgain() {
        rows.write("look at jobs of other data centers", secondLook::look);
    }

    @Override
    public void restore(Job job) {
        rows.write("restore job " + job.id(), s -> acceptances.restore(s, job.restored()));
    }

    @Override
    public Optional<Job> find(JobId id) {
        return rows.run(
                "find job " + id,
                s ->
                        JobTable.find(s, List.of(id.value())).stream()
                                .map(secondLook::noting)
                                .map(JobTable.Found::job)
                                .findFirst());
    }

    @Override
    public Page<Job> list(AccountId account, Optional<Job.State> state, Page.Request page) {
        return rows.run(
                "list the jobs of account " + account, s -> lists.of(s, account, state, page));
    }

    @Override
    public Page<Job> dead(Optional<AccountId> account, Page.Request page) {
        return rows.run(
                "list dead jobs",
                s ->
                        account.isPresent()
                                ? lists.dead(s, account.get(), page)
                                : lists.dead(s, page));
    }

    @Override
    public Optional<Job> advance(Job next) {
        return rows.run("change job " + next.id(), s -> steps.advance(s, next));
    }

    @Override
    public Reopening reopen(Job next, Burden openMost) {
        return rows.run("reopen job " + next.id(), s -> acceptances.reopen(s, next, openMost));
    }

    @Override
    public Optional<Job> finish(Job next, Photo result, Rendition.Key key) {
        return rows.run(
                "finish job " + next.id(),
                s -> {
                    if (hasChanged(s, next)) return Optional.empty();
                    s.each(PhotoTables.pending(result, next.id()));
                    var done = steps.advance(s, next);
                    if (done.isEmpty()) {
                        takeBack(s, next, result);
                        return done;
                    }
                    s.each(PhotoTables.confirmed(result));
                    PhotoTables.record(s, key, rendition(result));
                    // The source may have been removed meanwhile; who did that looks again after
                    // it.
                    if (PhotoTables.row(s, next.order().photo()).isEmpty())
                        PhotoTables.unrecord(s, key, rendition(result));
                    return done;
                });
    }

    /// Only if no later attempt can succeed with the same photo.
    private static void takeBack(Statements statements, Job next, Photo result) {
        var now = JobTable.find(statements, next.id());
        boolean isOver =
                now.filter(job ->
                                job.status().state().isFinal()
                                        && !PhotoTables.isResult(job, result.id()))
                        .isPresent();
        if (isOver) statements.all(PhotoTables.removed(result));
    }

    @Override
    public Optional<Job> finishUnlisted(Job next, Rendition.Key key, Rendition made) {
        return rows.run(
                "finish job " + next.id(),
                s -> {
                    if (hasChanged(s, next)) return Optional.empty();
                    boolean isNew = PhotoTables.rendition(s, key).isEmpty();
                    PhotoTables.record(s, key, made);
                    boolean isPicture = next.order().purpose() == Job.Purpose.AVATAR;
                    var account = next.order().account();
                    Optional<Digest> before =
                            isPicture ? Avatars.find(s, account) : Optional.empty();
                    if (isPicture) Avatars.set(s, account, made.digest());
                    var done = steps.advance(s, next);
                    if (done.isPresent() || !isCancelled(s, next)) return done;
                    if (isNew) PhotoTables.unrecord(s, key, made);
                    if (isPicture) Avatars.takeBack(s, account, made.digest(), before);
                    return done;
                });
    }

    private static boolean isCancelled(Statements statements, Job next) {
        return JobTable.find(statements, next.id())
                .filter(job -> job.status().state() == Job.State.CANCELLED)
                .isPresent();
    }

    private static boolean hasChanged(Statements statements, Job next) {
        return JobTable.find(statements, next.id())
                .filter(job -> job.version() == next.version())
                .isEmpty();
    }

    private static Rendition rendition(Photo result) {
        return new Rendition(
                result.digest(),
                result.format(),
                result.widthPx(),
                result.heightPx(),
                result.size());
    }

    @Override
    public List<Job> outbox(int limit) {
        return rows.run("read the outbox", s -> dispatch.outbox(s, limit));
    }

    @Override
    public List<AccountId> waitingAccounts(Job.Priority priority, String after, int limit) {
        return rows.run(
                "list the accounts that wait", s -> dispatch.accounts(s, priority, after, limit));
    }

    @Override
    public List<Job> waiting(Job.Priority priority, AccountId account, int limit) {
        return rows.run(
                "read the outbox of account " + account,
                s -> dispatch.waiting(s, priority, account, limit));
    }

    @Override
    public Burden waiting(int most) {
        return rows.run("weigh the outbox", s -> dispatch.waiting(s, most));
    }

    @Override
    public void dispatched(List<JobId> jobs, Instant at) {
        if (jobs.isEmpty()) return;
        rows.write(
                "take " + jobs.size() + " jobs off the outbox",
                s -> dispatch.dispatched(s, jobs, at));
    }

    @Override
    public int requeueStale(Instant before, int limit) {
        return rows.run(
                "put stale jobs back in the outbox", s -> dispatch.requeueStale(s, before, limit));
    }

    @Override
    public long inQueue() {
        return rows.run("count the jobs that the queue holds", dispatch::inQueue);
    }

    @Override
    public List<Job> runningOn(String worker) {
        return rows.run("list the jobs of worker " + worker, s -> dispatch.runningOn(s, worker));
    }

    @Override
    public Set<String> busyWorkers() {
        return rows.run("list busy workers", dispatch::busyWorkers);
    }

    @Override
    public List<JobEvent> events(AccountId account, long sequence, int limit) {
        return rows.run(
                "read the changes of account " + account,
                s -> steps.events().after(s, account, sequence, limit));
    }

    @Override
    public long lastEvent(AccountId account) {
        return rows.run(
                "find the last change of account " + account,
                s -> steps.events().latest(s, account));
    }

    /// Nothing to do: changes end by themselves after 25 hours.
    @Override
    public int forgetEvents(Instant before) {
        return 0;
    }
}
