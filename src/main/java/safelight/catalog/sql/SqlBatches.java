package safelight.catalog.sql;

import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import safelight.base.AccountId;
import safelight.base.BatchId;
import safelight.base.JobId;
import safelight.base.Page;
import safelight.catalog.Batch;
import safelight.catalog.BatchAcceptance;
import safelight.catalog.BatchRows;
import safelight.catalog.Burden;
import safelight.catalog.Job;
import safelight.sql.Access;
import safelight.sql.Database;
import safelight.sql.Row;
import safelight.sql.Statements;

/// Batches in SQL: each comes, and is cancelled, in one transaction.
public final class SqlBatches implements BatchRows {
    private static final int COUNTED_AT_ONCE = 200;
    private static final String COUNT_SOME =
            "SELECT batch, state, COUNT(*) AS n FROM job WHERE batch IN (%s) GROUP BY batch, state"
                    .formatted(String.join(", ", Collections.nCopies(COUNTED_AT_ONCE, "?")));

    private final Access rows;
    private final Clock clock;

    /// In this database; `clock` dates the changes.
    public SqlBatches(Database database, Clock clock) {
        this.rows = database.in(CatalogWording.WORDS);
        this.clock = clock;
    }

    @Override
    public BatchAcceptance accept(Batch batch, List<Job> jobs, Burden openMost) {
        return rows.write(
                "accept batch " + batch.id(),
                JobStatements.lock(batch.account()),
                statements -> {
                    var before = sameKey(statements, batch);
                    if (before.isPresent()) return repeated(before.get(), batch);
                    var open = open(statements, batch.account(), openMost.jobs());
                    var then = open.plus(Burden.of(jobs));
                    if (then.jobs() > openMost.jobs())
                        return new BatchAcceptance.TooMany(open.jobs());
                    if (open.jobs() > 0 && !then.isWithin(openMost))
                        return new BatchAcceptance.TooHeavy(open);
                    insert(statements, batch);
                    JobStatements.insertEach(statements, jobs, clock.instant());
                    return new BatchAcceptance.Fresh(batch);
                });
    }

    private static Optional<Batch> sameKey(Statements statements, Batch batch) throws SQLException {
        if (batch.key().isEmpty()) return Optional.empty();
        return statements.one(
                "SELECT * FROM batch WHERE account = ? AND idempotency_key = ?",
                SqlBatches::batch,
                batch.account(),
                batch.key().map(Job.Key::value));
    }

    private static BatchAcceptance repeated(Batch before, Batch batch) {
        return before.key().equals(batch.key())
                ? new BatchAcceptance.Repeated(before)
                : new BatchAcceptance.KeyTaken();
    }

    static Burden open(Statements statements, AccountId account, long most) throws SQLException {
        return statements
                .one(
                        """
                        SELECT COUNT(*) AS jobs, COALESCE(SUM(cost), 0) AS cost,
                            COALESCE(SUM(bytes), 0) AS bytes
                        FROM (SELECT cost, bytes FROM job
                            WHERE account = ? AND is_open = 1 AND batch IS NOT NULL
                            LIMIT ?) AS own\
                        """,
                        JobStatements::burden,
                        account,
                        most)
                .orElse(Burden.NONE);
    }

    private static void insert(Statements statements, Batch batch) throws SQLException {
        statements.update(
                """
                INSERT INTO batch (id, account, total, priority, idempotency_key, fingerprint,
                    created_at, webhook)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)\
                """,
                batch.id(),
                batch.account(),
                batch.total(),
                batch.priority(),
                batch.key().map(Job.Key::value),
                batch.key().map(Job.Key::fingerprint),
                batch.created(),
                batch.webhook());
    }

    @Override
    public Optional<Batch> find(BatchId id) {
        return rows.read(
                "find batch " + id,
                s -> s.one("SELECT * FROM batch WHERE id = ?", SqlBatches::batch, id));
    }

    @Override
    public Page<Batch> list(AccountId account, Page.Request page) {
        var below = Cursor.below(page.cursor());
        var found =
                rows.read(
                        "list the batches of account " + account,
                        s ->
                                s.all(
                                        """
                                        SELECT * FROM batch WHERE account = ? AND id < ?
                                        ORDER BY id DESC LIMIT ?\
                                        """,
                                        SqlBatches::batch,
                                        account,
                                        below,
                                        page.limit() + 1));
        return Page.cut(found, page.limit(), batch -> Cursor.after(batch.id().value()));
    }

    static Batch batch(Row row) throws SQLException {
        var fingerprint = row.maybeText("fingerprint");
        return new Batch(
                new BatchId(row.text("id")),
                new AccountId(row.text("account")),
                row.small("total"),
                row.constant("priority", Job.Priority.class),
                row.maybeText("idempotency_key")
                        .flatMap(value -> fingerprint.map(print -> new Job.Key(value, print))),
                row.instant("created_at"),
                row.maybeText("webhook"));
    }

    private record Share(String batch, Job.State state, long jobs) {}

    @Override
    public Batch.Counts counts(Batch batch) {
        var shares =
                rows.read(
                        "count the jobs of batch " + batch.id(),
                        s ->
                                s.all(
                                        """
                                        SELECT batch, state, COUNT(*) AS n FROM job
                                        WHERE batch = ? GROUP BY batch, state\
                                        """,
                                        SqlBatches::share,
                                        batch.id()));
        return counted(batch, shares);
    }

    @Override
    public Map<BatchId, Batch.Counts> counts(List<Batch> batches) {
        var shares = new ArrayList<Share>();
        for (int from = 0; from < batches.size(); from += COUNTED_AT_ONCE) {
            var some = batches.subList(from, Math.min(from + COUNTED_AT_ONCE, batches.size()));
            // One statement for any number: what is missing is filled up with the last one.
            var parameters = new Object[COUNTED_AT_ONCE];
            for (int i = 0; i < COUNTED_AT_ONCE; i++)
                parameters[i] = some.get(Math.min(i, some.size() - 1)).id();
            shares.addAll(
                    rows.read(
                            "count the jobs of " + some.size() + " batches",
                            s -> s.all(COUNT_SOME, SqlBatches::share, parameters)));
        }
        return batches.stream()
                .collect(Collectors.toMap(Batch::id, batch -> counted(batch, shares)));
    }

    private static Share share(Row row) throws SQLException {
        return new Share(
                row.text("batch"), row.constant("state", Job.State.class), row.number("n"));
    }

    private static Batch.Counts counted(Batch batch, List<Share> shares) {
        Map<Job.State, Long> counts = new EnumMap<>(Job.State.class);
        for (var share : shares)
            if (share.batch.equals(batch.id().value())) counts.put(share.state, share.jobs);
        return new Batch.Counts(
                counts.getOrDefault(Job.State.QUEUED, 0L),
                counts.getOrDefault(Job.State.RUNNING, 0L),
                counts.getOrDefault(Job.State.SUCCEEDED, 0L),
                counts.getOrDefault(Job.State.FAILED, 0L),
                counts.getOrDefault(Job.State.CANCELLED, 0L));
    }

    @Override
    public Page<Job> jobs(BatchId id, Optional<Job.State> state, Page.Request page) {
        var below = Cursor.below(page.cursor());
        var found =
                rows.read(
                        "list the jobs of batch " + id,
                        s ->
                                state.isPresent()
                                        ? jobs(s, id, state.get(), below, page.limit() + 1)
                                        : jobs(s, id, below, page.limit() + 1));
        return Page.cut(found, page.limit(), job -> Cursor.after(job.id().value()));
    }

    private static List<Job> jobs(Statements statements, BatchId id, String below, int limit)
            throws SQLException {
        return statements.all(
                "SELECT * FROM job WHERE batch = ? AND id < ? ORDER BY id DESC LIMIT ?",
                JobStatements::job,
                id,
                below,
                limit);
    }

    private static List<Job> jobs(
            Statements statements, BatchId id, Job.State state, String below, int limit)
            throws SQLException {
        return statements.all(
                """
                SELECT * FROM job WHERE batch = ? AND id < ? AND state = ?
                ORDER BY id DESC LIMIT ?\
                """,
                JobStatements::job,
                id,
                below,
                state,
                limit);
    }

    /// In three statements, however many jobs there are: one by one they would be as many
    /// transactions, each synced to the disk.
    @Override
    public List<JobId> cancel(Batch batch) {
        return rows.write(
                "cancel batch " + batch.id(),
                JobStatements.lock(batch.account()),
                statements -> {
                    var now = clock.instant();
                    var inHand =
                            statements.all(
                                    """
                                    SELECT id FROM job
                                    WHERE batch = ? AND state = 'RUNNING' ORDER BY id\
                                    """,
                                    row -> new JobId(row.text("id")),
                                    batch.id());
                    statements.update(
                            """
                            INSERT INTO job_event (account, job, at)
                            SELECT account, id, CAST(? AS BIGINT) FROM job
                            WHERE batch = ? AND is_open = 1 ORDER BY id\
                            """,
                            now,
                            batch.id());
                    int ended =
                            statements.update(
                                    """
                                    UPDATE job SET state = 'CANCELLED', is_open = 0,
                                        finished_at = ?, version = version + 1, changed_at = ?
                                    WHERE batch = ? AND is_open = 1\
                                    """,
                                    now,
                                    now,
                                    batch.id());
                    if (ended > 0) WebhookStatements.tellOfBatch(statements, batch.id(), now, "");
                    return inHand;
                });
    }
}
