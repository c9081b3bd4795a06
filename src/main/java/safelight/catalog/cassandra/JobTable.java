package safelight.catalog.cassandra;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import safelight.base.AccountId;
import safelight.base.BatchId;
import safelight.base.JobId;
import safelight.base.PhotoId;
import safelight.catalog.History;
import safelight.catalog.Job;
import safelight.cql.Change;
import safelight.cql.Row;
import safelight.cql.Statements;

/// The statements on jobs' rows. A row is born once and changes by a condition on its version only.
final class JobTable {
    private static final String FIND = "SELECT * FROM job WHERE id = ?";

    private JobTable() {}

    /// A job, and when its row changed last.
    record Found(Job job, Instant changed) {}

    static Change born(Job job) {
        var order = job.order();
        var status = job.status();
        return Change.of(
                """
                INSERT INTO job (id, account, photo, recipe, purpose, priority, idempotency_key,
                    fingerprint, request, data_center, created_at, state, attempt, strikes,
                    progress, worker, started_at, finished_at, error_code, error_message,
                    error_retryable, result, version, changed_at, batch_id, webhook,
                    cost, bytes, history)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
                    ?, ?, ?, ?)
                USING TIMESTAMP 1\
                """,
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
                order.created(),
                order.batch(),
                order.webhook(),
                order.weight().cost(),
                order.weight().bytes(),
                History.write(status.history()));
    }

    /// Changes the row if it still has the version; whether it did. The data center changes with
    /// it: a job that is put in line moves to where that happens.
    static boolean advance(Statements statements, Job next, Instant now) {
        var status = next.status();
        return statements.applied(
                """
                UPDATE job SET state = ?, attempt = ?, strikes = ?, progress = ?, worker = ?,
                    started_at = ?, finished_at = ?, error_code = ?, error_message = ?,
                    error_retryable = ?, result = ?, history = ?, version = ?,
                    changed_at = ?, data_center = ?
                WHERE id = ? IF version = ?\
                """,
                status.state(),
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
                next.version() + 1,
                now,
                next.order().dataCenter(),
                next.id(),
                next.version());
    }

    /// Whose a job is that has not changed since it was born: later than that, before all changes.
    static Change placed(JobId id, String dataCenter) {
        return Change.of(
                "UPDATE job USING TIMESTAMP 2 SET data_center = ? WHERE id = ?", dataCenter, id);
    }

    /// The result was deleted. A column of its own, since the others change by conditions.
    static Change resultGone(JobId id) {
        return Change.of("UPDATE job SET result_gone = true WHERE id = ?", id);
    }

    /// Compares all copies of a row and mends those that differ; whether all could be reached.
    static boolean compare(Statements statements, JobId id) {
        return statements.compare(FIND, id);
    }

    static Optional<Job> find(Statements statements, JobId id) {
        return statements.one(FIND, JobTable::found, id).flatMap(f -> f).map(Found::job);
    }

    /// The jobs of these ids in their order, without those that have no row.
    static List<Found> find(Statements statements, List<String> ids) {
        return statements
                .ones(ids.stream().map(id -> Change.of(FIND, id)).toList(), JobTable::found)
                .stream()
                .flatMap(Optional::stream)
                .flatMap(Optional::stream)
                .toList();
    }

    private static Optional<Found> found(Row row) {
        if (!row.has("account")) return Optional.empty();
        return Optional.of(
                new Found(
                        new Job(
                                new JobId(row.text("id")),
                                order(row),
                                status(row),
                                row.number("version")),
                        row.instant("changed_at")));
    }

    private static Job.Order order(Row row) {
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
                row.maybeText("batch_id").map(BatchId::new),
                row.maybeText("webhook"),
                weight(row));
    }

    private static Job.Status status(Row row) {
        return new Job.Status(
                row.constant("state", Job.State.class),
                row.small("attempt"),
                row.small("strikes"),
                row.fraction("progress"),
                row.maybeText("worker"),
                row.maybeInstant("started_at"),
                row.maybeInstant("finished_at"),
                reason(row),
                row.maybeText("result").filter(_ -> !row.flag("result_gone")).map(PhotoId::new),
                row.maybeText("history").map(History::read).orElse(List.of()));
    }

    /// Rows of older releases have none.
    static Job.Weight weight(Row row) {
        return row.has("cost")
                ? new Job.Weight(row.number("cost"), row.number("bytes"))
                : Job.Weight.NONE;
    }

    private static Optional<Job.Reason> reason(Row row) {
        return row.maybeText("error_code")
                .map(code ->
                        new Job.Reason(
                                code, row.text("error_message"), row.flag("error_retryable")));
    }
}
