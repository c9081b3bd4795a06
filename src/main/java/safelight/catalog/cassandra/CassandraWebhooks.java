package safelight.catalog.cassandra;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import safelight.base.AccountId;
import safelight.base.BatchId;
import safelight.base.DeliveryId;
import safelight.base.JobId;
import safelight.base.Page;
import safelight.base.Ulids;
import safelight.catalog.Batch;
import safelight.catalog.Delivery;
import safelight.catalog.Job;
import safelight.catalog.WebhookRows;
import safelight.catalog.WebhookSecret;
import safelight.cql.Access;
import safelight.cql.Change;
import safelight.cql.CqlCluster;
import safelight.cql.Row;
import safelight.cql.Statements;

/// Deliveries to webhooks, and the secrets that sign them, in Cassandra. Each receiver has a line
/// of what is pending. Taking one in hand, and noting what became of it, are conditions on its row,
/// made beside a request to the receiver that takes longer; a job's end has none.
///
/// Nobody knows that he ends the last job of a batch. So a batch with a webhook is watched from the
/// beginning: the servers look at it now and then, until all of its jobs have ended.
public final class CassandraWebhooks implements WebhookRows {
    private static final Duration WATCH_EVERY = Duration.ofSeconds(5);

    /// What was written so long ago is there in all its parts, whatever the clocks say.
    private static final Duration SETTLED = Duration.ofHours(1);

    private static final int WATCHED_MAX = 1_000;
    private static final int LATEST = 50;
    private static final int SCANNED_MAX = 10_000;
    private static final int COUNTED_MAX = 10_000;
    private static final int HOSTS_MAX = 10_000;
    private static final int LOOKED_AT_MAX = 2_000;
    private static final int RACES_MAX = 10;
    private static final int ATTEMPTS_MAX = 200;

    private final Access rows;
    private final String dataCenter;
    private final Lines lines;
    private final DeliveryTable table;
    private final Clock clock;
    private Instant nextWatch = Instant.EPOCH;

    /// In this cluster; deliveries are made from its data center, and `clock` says when to look.
    public CassandraWebhooks(CqlCluster cluster, Clock clock) {
        this.rows = cluster.in(CatalogWording.WORDS);
        this.dataCenter = cluster.dataCenter();
        this.lines = new Lines(clock);
        this.table = new DeliveryTable(dataCenter);
        this.clock = clock;
    }

    @Override
    public List<String> hosts(String after, Instant now, int most) {
        return rows.run(
                "list receivers of webhooks",
                s -> {
                    if (isWatchDue(now)) watch(s);
                    return hosts(s, after, most);
                });
    }

    private List<String> hosts(Statements statements, String after, int most) {
        return statements.all(
                "SELECT host FROM webhook_host WHERE data_center = ? AND host > ? LIMIT ?",
                row -> row.text("host"),
                dataCenter,
                after,
                most);
    }

    private synchronized boolean isWatchDue(Instant now) {
        if (now.isBefore(nextWatch)) return false;
        nextWatch = now.plus(WATCH_EVERY);
        return true;
    }

    /// Two servers that see the same end write the same delivery: its id follows from when the
    /// batch was put in the line, and from when the first of them saw its end.
    private void watch(Statements statements) {
        var line = Lines.watched(dataCenter);
        for (var item : lines.scan(statements, line, Long.MIN_VALUE, WATCHED_MAX)) {
            var batch = BatchTable.find(statements, new BatchId(item.id()));
            if (batch.isEmpty() && !isSettled(item)) continue;
            boolean isTold = batch.isPresent() && batch.get().batch().webhook().isPresent();
            if (isTold && isOpen(statements, batch.get().batch())) continue;
            if (isTold) tell(statements, batch.get().batch(), item.at());
            statements.each(List.of(line.drop(item.bucket(), item.id())));
        }
    }

    /// Jobs run in their order, so the last ones are asked first: all are counted when the end is
    /// near.
    private static boolean isOpen(Statements statements, Batch batch) {
        var open =
                statements
                        .all(
                                "SELECT id, state FROM job_of_batch WHERE batch_id = ? LIMIT ?",
                                row ->
                                        row.constant("state", Job.State.class).isFinal()
                                                ? ""
                                                : row.text("id"),
                                batch.id(),
                                LATEST)
                        .stream()
                        .filter(id -> !id.isEmpty())
                        .findFirst();
        boolean isFar =
                open.flatMap(id -> JobTable.find(statements, new JobId(id)))
                        .filter(job -> !job.status().state().isFinal())
                        .isPresent();
        return isFar || CassandraBatches.counts(statements, batch).open() > 0;
    }

    private void tell(Statements statements, Batch batch, Instant watched) {
        var delivery = DeliveryTable.ended(statements, batch, watched, clock.instant());
        statements.each(table.ofBatch(delivery));
        statements.each(table.places(delivery, clock.instant()));
    }

    @Override
    public List<Delivery> claim(
            String host, Set<AccountId> without, Instant now, Instant until, int most) {
        return rows.run(
                "take deliveries to " + host + " in hand",
                s -> claim(s, host, without, now, until, most));
    }

    private List<Delivery> claim(
            Statements statements,
            String host,
            Set<AccountId> without,
            Instant now,
            Instant until,
            int most) {
        var line = Lines.deliveries(dataCenter, host);
        var items = lines.scan(statements, line, Long.MIN_VALUE, SCANNED_MAX);
        if (items.isEmpty()) forget(statements, line, host, now);
        var claimed = new ArrayList<Delivery>();
        for (var item : items) {
            if (claimed.size() == most) break;
            if (item.at().isAfter(now)) continue;
            var found = DeliveryTable.find(statements, new DeliveryId(item.id()));
            if (found.filter(f -> without.contains(f.delivery().event().account())).isPresent())
                continue;
            if (found.isPresent())
                claim(statements, found.get(), now, until).ifPresent(claimed::add);
            else if (isSettled(item)) statements.each(List.of(line.drop(item.bucket(), item.id())));
        }
        return claimed;
    }

    private boolean isSettled(Lines.Item item) {
        return Ulids.time(item.id()).isBefore(clock.instant().minus(SETTLED));
    }

    private Optional<Delivery> claim(
            Statements statements, DeliveryTable.Found found, Instant now, Instant until) {
        var delivery = found.delivery();
        if (delivery.state() != Delivery.State.PENDING) {
            // A crash between row and line.
            statements.each(List.of(table.line(delivery).drop(delivery.id().value())));
            return Optional.empty();
        }
        if (delivery.due().isAfter(now)) return Optional.empty();
        return switch (found.truth(statements)) {
            case OPEN -> Optional.empty();
            case VOID -> {
                statements.each(table.removed(delivery));
                yield Optional.empty();
            }
            case SURE ->
                    table.change(
                            statements, with(delivery, delivery.state(), delivery.tries(), until));
        };
    }

    private static Delivery with(Delivery was, Delivery.State state, int tries, Instant due) {
        return new Delivery(was.id(), was.event(), state, tries, due, was.version());
    }

    /// A receiver with nothing in its line, unless one was added lately: clocks of nodes differ.
    private void forget(Statements statements, Lines.Line line, String host, Instant now) {
        var added =
                statements.one(
                        "SELECT at FROM webhook_host WHERE data_center = ? AND host = ?",
                        row -> row.maybeInstant("at").orElse(Instant.EPOCH),
                        dataCenter,
                        host);
        if (added.isEmpty() || added.get().isAfter(now.minus(SETTLED))) return;
        statements.change(
                "DELETE FROM webhook_host WHERE data_center = ? AND host = ?", dataCenter, host);
        if (!lines.scan(statements, line, Long.MIN_VALUE, 1).isEmpty())
            statements.change(
                    "INSERT INTO webhook_host (data_center, host, at) VALUES (?, ?, ?)",
                    dataCenter,
                    host,
                    now);
    }

    @Override
    public boolean note(Delivery next, Delivery.Attempt attempt) {
        return rows.run(
                "note what became of delivery " + next.id(),
                s -> {
                    s.each(List.of(added(next, attempt)));
                    return table.change(s, next).isPresent();
                });
    }

    /// The number is that of the claim, which is nobody else's.
    private static Change added(Delivery delivery, Delivery.Attempt attempt) {
        return Change.of(
                """
                INSERT INTO webhook_attempt (delivery, number, at, took_ms, status, error, excerpt)
                VALUES (?, ?, ?, ?, ?, ?, ?) USING TTL ?\
                """,
                delivery.id(),
                delivery.version(),
                attempt.at(),
                attempt.tookMs(),
                attempt.status(),
                attempt.error(),
                attempt.excerpt(),
                DeliveryTable.KEPT_SECONDS);
    }

    @Override
    public Optional<Delivery> find(DeliveryId id) {
        return rows.run(
                "find delivery " + id,
                s ->
                        DeliveryTable.find(s, id)
                                .filter(found -> isShown(s, found))
                                .map(DeliveryTable.Found::delivery));
    }

    /// What was in somebody's hand has happened; of the rest the job's row tells.
    private static boolean isShown(Statements statements, DeliveryTable.Found found) {
        return found.delivery().version() > 0
                || found.truth(statements) == DeliveryTable.Truth.SURE;
    }

    @Override
    public Page<Delivery> list(
            AccountId account, Optional<Delivery.State> state, Page.Request page) {
        return rows.run(
                "list the deliveries of account " + account, s -> list(s, account, state, page));
    }

    private static Page<Delivery> list(
            Statements statements,
            AccountId account,
            Optional<Delivery.State> state,
            Page.Request page) {
        var items = new ArrayList<Delivery>();
        var below = Cursor.below(page.cursor());
        for (int looked = 0; looked < LOOKED_AT_MAX; looked += Page.Request.LIMIT_MAX) {
            var ids = below(statements, account, below);
            for (var found : DeliveryTable.find(statements, ids)) {
                var delivery = found.delivery();
                if (state.filter(wanted -> wanted != delivery.state()).isPresent()) continue;
                if (!isShown(statements, found)) continue;
                items.add(delivery);
                if (items.size() > page.limit())
                    return Page.cut(items, page.limit(), d -> Cursor.after(d.id().value()));
            }
            if (ids.size() < Page.Request.LIMIT_MAX) return new Page<>(items, Optional.empty());
            below = ids.getLast();
        }
        // There may be more of this state, further down.
        return new Page<>(items, Optional.of(Cursor.after(below)));
    }

    private static List<String> below(Statements statements, AccountId account, String id) {
        return statements.all(
                "SELECT id FROM webhook_of_account WHERE account = ? AND id < ? LIMIT ?",
                row -> row.text("id"),
                account,
                id,
                Page.Request.LIMIT_MAX);
    }

    @Override
    public List<Delivery.Attempt> attempts(DeliveryId id) {
        return rows.run(
                        "list the attempts of delivery " + id,
                        s ->
                                s.all(
                                        "SELECT * FROM webhook_attempt WHERE delivery = ? LIMIT ?",
                                        CassandraWebhooks::attempt,
                                        id,
                                        ATTEMPTS_MAX))
                .reversed();
    }

    private static Delivery.Attempt attempt(Row row) {
        return new Delivery.Attempt(
                row.instant("at"),
                row.number("took_ms"),
                row.has("status") ? Optional.of(row.small("status")) : Optional.empty(),
                row.maybeText("error"),
                row.maybeText("excerpt").orElse(""));
    }

    @Override
    public Optional<Delivery> resend(DeliveryId id, Instant now) {
        return rows.run("send delivery " + id + " again", s -> resend(s, id, now));
    }

    private Optional<Delivery> resend(Statements statements, DeliveryId id, Instant now) {
        for (int i = 0; i < RACES_MAX; i++) {
            var found =
                    DeliveryTable.find(statements, id)
                            .filter(f -> isShown(statements, f))
                            .map(DeliveryTable.Found::delivery);
            if (found.isEmpty()) return found;
            var again = table.change(statements, with(found.get(), Delivery.State.PENDING, 0, now));
            if (again.isEmpty()) continue;
            statements.each(table.places(again.get(), now));
            return again;
        }
        throw new IllegalStateException("delivery " + id + " changed too often to be sent again");
    }

    /// Nothing to do: deliveries end by themselves after 30 days.
    @Override
    public int forget(Instant before) {
        return 0;
    }

    /// By their ids, which say when they came.
    @Override
    public Delivery.Backlog backlog() {
        return rows.run("count pending deliveries", this::backlog);
    }

    private Delivery.Backlog backlog(Statements statements) {
        long pending = 0;
        Optional<Instant> oldest = Optional.empty();
        for (var host : hosts(statements, "", HOSTS_MAX)) {
            var line = Lines.deliveries(dataCenter, host);
            int most = (int) (COUNTED_MAX - pending);
            if (most == 0) break;
            for (var item : lines.scan(statements, line, Long.MIN_VALUE, most)) {
                var at = Ulids.time(item.id());
                if (oldest.isEmpty() || at.isBefore(oldest.get())) oldest = Optional.of(at);
                pending++;
            }
        }
        return new Delivery.Backlog(pending, oldest);
    }

    @Override
    public Optional<WebhookSecret> secret(AccountId account) {
        return rows.run(
                "find the secret of account " + account,
                s ->
                        s.one(
                                "SELECT * FROM webhook_secret WHERE account = ?",
                                CassandraWebhooks::secret,
                                account));
    }

    private static WebhookSecret secret(Row row) {
        return new WebhookSecret(
                row.text("current_key"), row.maybeText("previous_key"), row.instant("since_at"));
    }

    @Override
    public WebhookSecret secretOr(AccountId account, WebhookSecret fresh) {
        var known = secret(account);
        if (known.isPresent()) return known.get();
        return rows.run(
                "give account " + account + " a secret",
                s ->
                        s.unless(
                                        """
                                        INSERT INTO webhook_secret (account, current_key,
                                            previous_key, since_at)
                                        VALUES (?, ?, ?, ?) IF NOT EXISTS\
                                        """,
                                        CassandraWebhooks::secret,
                                        account,
                                        fresh.current(),
                                        fresh.previous(),
                                        fresh.since())
                                .orElse(fresh));
    }

    @Override
    public boolean replaceSecret(AccountId account, WebhookSecret before, WebhookSecret next) {
        return rows.run(
                "replace the secret of account " + account,
                s ->
                        s.applied(
                                """
                                UPDATE webhook_secret
                                SET current_key = ?, previous_key = ?, since_at = ?
                                WHERE account = ? IF current_key = ?\
                                """,
                                next.current(),
                                next.previous(),
                                next.since(),
                                account,
                                before.current()));
    }
}
