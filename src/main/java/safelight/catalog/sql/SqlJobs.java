package safelight.catalog.sql;

import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import safelight.base.AccountId;
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
import safelight.sql.Access;
import safelight.sql.Database;
import safelight.sql.Statements;
import safelight.sql.Work;

/// Jobs, their outbox and the log of their changes in SQL.
public final class SqlJobs implements JobRows {
    /// Rows that one transaction forgets, so that others get their turn between.
    private static final int FORGOTTEN_MAX = 5_000;

    private static final int RUNNING_MAX = 10_000;

    /// In which several rows are changed, so that nobody waits in a circle.
    private static final Comparator<JobId> BY_ID = Comparator.comparing(JobId::value);

    private final Access rows;
    private final Clock clock;

    /// In this database; `clock` dates the changes.
    public SqlJobs(Database database, Clock clock) {
        this.rows = database.in(CatalogWording.WORDS);
        this.clock = clock;
    }

    @Override
    public Acceptance accept(Job job, Burden openMost) {
        return write(
                "accept job " + job.id(),
                job,
                statements -> {
                    var before = sameKey(statements, job.order());
                    if (before.isPresent()) return repeated(before.get(), job);
                    if (job.order().purpose() != Job.Purpose.THUMBNAIL) {
                        var open = open(statements, job.order().account(), openMost.jobs());
                        var then = open.plus(Burden.of(job.order().weight()));
                        if (then.jobs() > openMost.jobs())
                            return new Acceptance.TooMany(open.jobs());
                        if (open.jobs() > 0 && !then.isWithin(openMost))
                            return new Acceptance.TooHeavy(open);
                    }
                    JobStatements.insert(statements, job, clock.instant());
                    return new Acceptance.Fresh(job);
                });
    }

    private static Optional<Job> sameKey(Statements statements, Job.Order order)
            throws SQLException {
        if (order.key().isEmpty()) return Optional.empty();
        return statements.one(
                "SELECT * FROM job WHERE account = ? AND idempotency_key = ?",
                JobStatements::job,
                order.account(),
                order.key().map(Job.Key::value));
    }

    private static Acceptance repeated(Job before, Job job) {
        boolean isSame = before.order().key().equals(job.order().key());
        return isSame ? new Acceptance.Repeated(before) : new Acceptance.KeyTaken();
    }

    /// Looks at no more rows than the account may have open.
    private static Burden open(Statements statements, AccountId account, long most)
            throws SQLException {
        return statements
                .one(
                        """
                        SELECT COUNT(*) AS jobs, COALESCE(SUM(cost), 0) AS cost,
                            COALESCE(SUM(bytes), 0) AS bytes
                        FROM (SELECT cost, bytes FROM job
                            WHERE account = ? AND is_open = 1 AND purpose <> 'THUMBNAIL'
                                AND batch IS NULL
                            LIMIT ?) AS own\
                        """,
                        JobStatements::burden,
                        account,
                        most)
                .orElse(Burden.NONE);
    }

    @Override
    public void restore(Job job) {
        rows.write(
                "restore job " + job.id(),
                s -> JobStatements.restore(s, job.restored(), clock.instant()));
    }

    @Override
    public Optional<Job> find(JobId id) {
        return rows.read(
                "find job " + id,
                s -> s.one("SELECT * FROM job WHERE id = ?", JobStatements::job, id));
    }

    @Override
    public Page<Job> list(AccountId account, Optional<Job.State> state, Page.Request page) {
        var below = Cursor.below(page.cursor());
        var found =
                rows.read(
                        "list the jobs of account " + account,
                        s ->
                                state.isPresent()
                                        ? listed(s, account, state.get(), below, page.limit() + 1)
                                        : listed(s, account, below, page.limit() + 1));
        return cut(found, page);
    }

    private static List<Job> listed(
            Statements statements, AccountId account, String below, int limit) throws SQLException {
        return statements.all(
                """
                SELECT * FROM job WHERE account = ? AND purpose = 'EDIT' AND id < ?
                ORDER BY id DESC LIMIT ?\
                """,
                JobStatements::job,
                account,
                below,
                limit);
    }

    private static List<Job> listed(
            Statements statements, AccountId account, Job.State state, String below, int limit)
            throws SQLException {
        return statements.all(
                """
                SELECT * FROM job
                WHERE account = ? AND state = ? AND purpose = 'EDIT' AND id < ?
                ORDER BY id DESC LIMIT ?\
                """,
                JobStatements::job,
                account,
                state,
                below,
                limit);
    }

    @Override
    public Page<Job> dead(Optional<AccountId> account, Page.Request page) {
        var below = Cursor.below(page.cursor());
        var found =
                rows.read(
                        "list dead jobs",
                        s ->
                                account.isPresent()
                                        ? dead(s, account.get(), below, page.limit() + 1)
                                        : dead(s, below, page.limit() + 1));
        return cut(found, page);
    }

    private static List<Job> dead(Statements statements, String below, int limit)
            throws SQLException {
        return statements.all(
                """
                SELECT * FROM job WHERE state = 'FAILED' AND error_retryable = 1 AND id < ?
                ORDER BY id DESC LIMIT ?\
                """,
                JobStatements::job,
                below,
                limit);
    }

    private static List<Job> dead(Statements statements, AccountId account, String below, int limit)
            throws SQLException {
        return statements.all(
                """
                SELECT * FROM job
                WHERE state = 'FAILED' AND error_retryable = 1 AND account = ? AND id < ?
                ORDER BY id DESC LIMIT ?\
                """,
                JobStatements::job,
                account,
                below,
                limit);
    }

    private static Page<Job> cut(List<Job> found, Page.Request page) {
        return Page.cut(found, page.limit(), job -> Cursor.after(job.id().value()));
    }

    @Override
    public Optional<Job> advance(Job next) {
        return write("change job " + next.id(), next, s -> advance(s, next));
    }

    private Optional<Job> advance(Statements statements, Job next) throws SQLException {
        return JobStatements.advance(statements, next, clock.instant());
    }

    @Override
    public Reopening reopen(Job next, Burden openMost) {
        return write(
                "reopen job " + next.id(),
                next,
                statements -> {
                    if (next.order().purpose() != Job.Purpose.THUMBNAIL) {
                        var account = next.order().account();
                        var open =
                                next.order().batch().isPresent()
                                        ? SqlBatches.open(statements, account, openMost.jobs())
                                        : open(statements, account, openMost.jobs());
                        var then = open.plus(Burden.of(next.order().weight()));
                        if (then.jobs() > openMost.jobs())
                            return new Reopening.TooMany(open.jobs());
                        if (open.jobs() > 0 && !then.isWithin(openMost))
                            return new Reopening.TooHeavy(open);
                    }
                    Optional<Reopening> done = advance(statements, next).map(Reopening.Done::new);
                    return done.orElseGet(Reopening.Changed::new);
                });
    }

    /// Thumbnails are neither counted nor logged: for them the row's own lock is enough.
    private <T> T write(String what, Job job, Work<T> work) {
        return job.order().purpose() == Job.Purpose.THUMBNAIL
                ? rows.write(what, work)
                : rows.write(what, JobStatements.lock(job.order().account()), work);
    }

    @Override
    public Optional<Job> finish(Job next, Photo result, Rendition.Key key) {
        return write(
                "finish job " + next.id(),
                next,
                statements -> {
                    var done = advance(statements, next);
                    if (done.isEmpty()) return done;
                    PhotoStatements.insert(statements, result);
                    PhotoStatements.insert(statements, key, rendition(result));
                    return done;
                });
    }

    @Override
    public Optional<Job> finishUnlisted(Job next, Rendition.Key key, Rendition made) {
        return write(
                "finish job " + next.id(),
                next,
                statements -> {
                    var done = advance(statements, next);
                    if (done.isEmpty()) return done;
                    PhotoStatements.insert(statements, key, made);
                    if (next.order().purpose() == Job.Purpose.AVATAR)
                        statements.update(
                                "UPDATE account SET avatar = ? WHERE id = ?",
                                made.digest(),
                                next.order().account());
                    return done;
                });
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
        return rows.read(
                "read the outbox",
                s ->
                        s.all(
                                """
                                SELECT * FROM job WHERE is_open = 1 AND dispatched_at IS NULL
                                ORDER BY id LIMIT ?\
                                """,
                                JobStatements::job,
                                limit));
    }

    /// From one account to the next by the index, however many jobs each has.
    @Override
    public List<AccountId> waitingAccounts(Job.Priority priority, String after, int limit) {
        return rows.read(
                "list the accounts that wait",
                s ->
                        s.all(
                                """
                                WITH RECURSIVE waiting (account) AS (
                                    SELECT MIN(account) FROM job
                                    WHERE is_open = 1 AND dispatched_at IS NULL AND priority = ?
                                        AND account > ?
                                    UNION ALL
                                    SELECT (
                                        SELECT MIN(job.account) FROM job
                                        WHERE job.is_open = 1 AND job.dispatched_at IS NULL
                                            AND job.priority = ? AND job.account > waiting.account)
                                    FROM waiting WHERE waiting.account IS NOT NULL)
                                SELECT account FROM waiting WHERE account IS NOT NULL LIMIT ?\
                                """,
                                row -> new AccountId(row.text("account")),
                                priority,
                                after,
                                priority,
                                limit));
    }

    @Override
    public List<Job> waiting(Job.Priority priority, AccountId account, int limit) {
        return rows.read(
                "read the outbox of account " + account,
                s ->
                        s.all(
                                """
                                SELECT * FROM job
                                WHERE is_open = 1 AND dispatched_at IS NULL AND priority = ?
                                    AND account = ?
                                ORDER BY id LIMIT ?\
                                """,
                                JobStatements::job,
                                priority,
                                account,
                                limit));
    }

    @Override
    public Burden waiting(int most) {
        return rows.read(
                        "weigh the outbox",
                        s ->
                                s.one(
                                        """
                                        SELECT COUNT(*) AS jobs, COALESCE(SUM(cost), 0) AS cost,
                                            COALESCE(SUM(bytes), 0) AS bytes
                                        FROM (SELECT cost, bytes FROM job
                                            WHERE is_open = 1 AND dispatched_at IS NULL
                                            LIMIT ?) AS waiting\
                                        """,
                                        JobStatements::burden,
                                        most))
                .orElse(Burden.NONE);
    }

    @Override
    public void dispatched(List<JobId> jobs, Instant at) {
        if (jobs.isEmpty()) return;
        rows.write(
                "take " + jobs.size() + " jobs off the outbox",
                statements -> {
                    statements.updateEach(
                            """
                            UPDATE job SET dispatched_at = ?
                            WHERE id = ? AND is_open = 1 AND dispatched_at IS NULL\
                            """,
                            jobs.stream()
                                    .sorted(BY_ID)
                                    .map(job -> List.<Object>of(at, job))
                                    .toList());
                    return jobs.size();
                });
    }

    /// The condition stands twice: the second one is looked at again if a row changed meanwhile.
    @Override
    public int requeueStale(Instant before, int limit) {
        return rows.write(
                "put stale jobs back in the outbox",
                s ->
                        s.update(
                                """
                                UPDATE job SET dispatched_at = NULL WHERE id IN (
                                    SELECT id FROM job
                                    WHERE is_open = 1 AND dispatched_at IS NOT NULL
                                        AND dispatched_at < ? AND changed_at < ?
                                    ORDER BY dispatched_at LIMIT ?)
                                AND is_open = 1 AND dispatched_at < ? AND changed_at < ?\
                                """,
                                before,
                                before,
                                limit,
                                before,
                                before));
    }

    @Override
    public List<Job> runningOn(String worker) {
        return rows.read(
                "list the jobs of worker " + worker,
                s ->
                        s.all(
                                """
                                SELECT * FROM job WHERE state = 'RUNNING' AND worker = ?
                                ORDER BY id LIMIT ?\
                                """,
                                JobStatements::job,
                                worker,
                                RUNNING_MAX));
    }

    @Override
    public long inQueue() {
        return rows.read(
                "count the jobs that the queue holds",
                s ->
                        s.number(
                                """
                                SELECT COUNT(*) AS n FROM job
                                WHERE is_open = 1 AND dispatched_at IS NOT NULL\
                                """));
    }

    @Override
    public Set<String> busyWorkers() {
        return Set.copyOf(
                rows.read(
                        "list busy workers",
                        s ->
                                s.all(
                                        """
                                        SELECT DISTINCT worker FROM job
                                        WHERE state = 'RUNNING' AND worker IS NOT NULL\
                                        """,
                                        row -> row.text("worker"))));
    }

    @Override
    public List<JobEvent> events(AccountId account, long sequence, int limit) {
        return rows.read(
                "read the changes of account " + account,
                s ->
                        s.all(
                                """
                                SELECT sequence, job FROM job_event
                                WHERE account = ? AND sequence > ? ORDER BY sequence LIMIT ?\
                                """,
                                row ->
                                        new JobEvent(
                                                row.number("sequence"), new JobId(row.text("job"))),
                                account,
                                sequence,
                                limit));
    }

    @Override
    public long lastEvent(AccountId account) {
        return rows.read(
                "find the last change of account " + account,
                s ->
                        s.number(
                                "SELECT MAX(sequence) AS n FROM job_event WHERE account = ?",
                                account));
    }

    @Override
    public int forgetEvents(Instant before) {
        int forgotten = 0;
        while (true) {
            int some = rows.write("forget old changes", s -> forgetSome(s, before));
            forgotten += some;
            if (some < FORGOTTEN_MAX) return forgotten;
        }
    }

    /// Looks at the oldest only: times rise with the sequence, so an index on them is not worth its
    /// cost at every change.
    private static int forgetSome(Statements statements, Instant before) throws SQLException {
        return statements.update(
                """
                DELETE FROM job_event WHERE sequence IN (
                    SELECT sequence FROM (
                        SELECT sequence, at FROM job_event ORDER BY sequence LIMIT ?) AS oldest
                    WHERE at < ?)\
                """,
                FORGOTTEN_MAX,
                before);
    }
}
