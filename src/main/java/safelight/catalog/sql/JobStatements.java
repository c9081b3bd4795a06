package safelight.catalog.sql;

import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import safelight.base.AccountId;
import safelight.base.BatchId;
import safelight.base.JobId;
import safelight.base.PhotoId;
import safelight.catalog.Burden;
import safelight.catalog.History;
import safelight.catalog.Job;
import safelight.sql.Row;
import safelight.sql.Statements;

/// The statements that change a job's row, each with its line in the log of changes.
final class JobStatements {
    private static final String INSERT =
            """
            INSERT INTO job (id, account, photo, recipe, purpose, priority, idempotency_key,
                fingerprint, request, data_center, created_at, state, is_open, attempt,
                strikes, progress, worker, started_at, finished_at, error_code, error_message,
                error_retryable, result, version, changed_at, batch, webhook, cost, bytes,
                history)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
                ?, ?, ?, ?)\
            """;

    private JobStatements() {}

    /// The lock under which an account's jobs are changed, one change after the other, each until
    /// its commit. So the numbers of the log of changes become visible in their order, open jobs
    /// are counted right, and a job does not end while its photo is being removed.
    static String lock(AccountId account) {
        return "jobs of " + account;
    }

    static void insert(Statements statements, Job job, Instant now) throws SQLException {
        statements.update(INSERT, columns(job, now));
        log(statements, job, now);
    }

    /// The jobs of a batch, without lines in the log of changes.
    static void insertEach(Statements statements, List<Job> jobs, Instant now) throws SQLException {
        statements.updateEach(
                INSERT, jobs.stream().map(job -> List.of(columns(job, now))).toList());
    }

    /// Unless it is there.
    static int restore(Statements statements, Job job, Instant now) throws SQLException {
        return statements.update(INSERT + " ON CONFLICT DO NOTHING", columns(job, now));
    }

    private static Object[] columns(Job job, Instant now) {
        var order = job.order();
        var status = job.status();
        return new Object[] {
            job.id(),
            order.account(),
            order.photo(),
            order.recipe(),
            order.purpose(),
            order.priority(),
            order.key().map(Job.Key::value),
            order.key().map(Job.Key::fingerprint),
            order.request(),
            order.dataCenter(),
            order.created(),
            status.state(),
            !status.state().isFinal(),
            status.attempt(),
            status.strikes(),
            status.progress(),
            status.worker(),
            status.started(),
            status.finished(),
            status.error().map(Job.Reason::code),
            status.error().map(Job.Reason::message),
            status.error().map(Job.Reason::retryable),
            status.result(),
            job.version(),
            now,
            order.batch(),
            order.webhook(),
            order.weight().cost(),
            order.weight().bytes(),
            History.write(status.history())
        };
    }

    /// The caller holds the {@link #lock}.
    static Optional<Job> advance(Statements statements, Job next, Instant now) throws SQLException {
        var status = next.status();
        int changed =
                statements.update(
                        """
                        UPDATE job SET state = ?, is_open = ?, attempt = ?, strikes = ?,
                            progress = ?, worker = ?, started_at = ?, finished_at = ?,
                            error_code = ?, error_message = ?, error_retryable = ?, result = ?,
                            history = ?, version = version + 1, changed_at = ?,
                            dispatched_at = CASE WHEN ? = 1 THEN NULL ELSE dispatched_at END
                        WHERE id = ? AND version = ?\
                        """,
                        status.state(),
                        !status.state().isFinal(),
                        status.attempt(),
                        status.strikes(),
                        status.progress(),
                        status.worker(),
                        status.started(),
                        status.finished(),
                        status.error().map(Job.Reason::code),
                        status.error().map(Job.Reason::message),
                        status.error().map(Job.Reason::retryable),
                        status.result(),
                        History.write(status.history()),
                        now,
                        status.state() == Job.State.QUEUED,
                        next.id(),
                        next.version());
        if (changed == 0) return Optional.empty();
        log(statements, next, now);
        var done = new Job(next.id(), next.order(), status, next.version() + 1);
        WebhookStatements.tell(statements, done, now);
        return Optional.of(done);
    }

    /// Cancels the open jobs on a photo that goes away. The caller holds the {@link #lock}.
    static void cancelOn(Statements statements, PhotoId photo, Instant now) throws SQLException {
        List<Job> open =
                statements.all(
                        "SELECT * FROM job WHERE photo = ? AND is_open = 1 ORDER BY id",
                        JobStatements::job,
                        photo);
        for (var job : open) {
            var was = job.status();
            var cancelled =
                    new Job.Status(
                            Job.State.CANCELLED,
                            was.attempt(),
                            was.strikes(),
                            was.progress(),
                            was.worker(),
                            was.started(),
                            Optional.of(now),
                            was.error(),
                            was.result(),
                            was.history());
            advance(statements, job.with(cancelled), now);
        }
    }

    private static void log(Statements statements, Job job, Instant now) throws SQLException {
        if (job.order().purpose() == Job.Purpose.THUMBNAIL) return;
        statements.update(
                "INSERT INTO job_event (account, job, at) VALUES (?, ?, ?)",
                job.order().account(),
                job.id(),
                now);
    }

    static Burden burden(Row row) throws SQLException {
        return new Burden(row.number("jobs"), row.number("cost"), row.number("bytes"));
    }

    static Job job(Row row) throws SQLException {
        return new Job(new JobId(row.text("id")), order(row), status(row), row.number("version"));
    }

    private static Job.Order order(Row row) throws SQLException {
        var fingerprint = row.maybeText("fingerprint");
        return new Job.Order(
                new AccountId(row.text("account")),
                new PhotoId(row.text("photo")),
                row.text("recipe"),
                row.constant("purpose", Job.Purpose.class),
                row.constant("priority", Job.Priority.class),
                row.maybeText("idempotency_key")
                        .flatMap(value -> fingerprint.map(print -> new Job.Key(value, print))),
                row.text("request"),
                row.text("data_center"),
                row.instant("created_at"),
                row.maybeText("batch").map(BatchId::new),
                row.maybeText("webhook"),
                new Job.Weight(row.number("cost"), row.number("bytes")));
    }

    private static Job.Status status(Row row) throws SQLException {
        return new Job.Status(
                row.constant("state", Job.State.class),
                row.small("attempt"),
                row.small("strikes"),
                row.fraction("progress"),
                row.maybeText("worker"),
                row.maybeInstant("started_at"),
                row.maybeInstant("finished_at"),
                reason(row),
                row.maybeText("result").map(PhotoId::new),
                History.read(row.text("history")));
    }

    private static Optional<Job.Reason> reason(Row row) throws SQLException {
        var code = row.maybeText("error_code");
        if (code.isEmpty()) return Optional.empty();
        return Optional.of(
                new Job.Reason(code.get(), row.text("error_message"), row.flag("error_retryable")));
    }
}
