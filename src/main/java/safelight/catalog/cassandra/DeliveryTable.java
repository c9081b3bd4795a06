package safelight.catalog.cassandra;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import safelight.base.AccountId;
import safelight.base.DeliveryId;
import safelight.base.JobId;
import safelight.catalog.Batch;
import safelight.catalog.Delivery;
import safelight.catalog.Job;
import safelight.cql.Change;
import safelight.cql.Row;
import safelight.cql.Statements;

/// The statements on deliveries. One of a job is a sign: it is written before the job's row
/// changes, and its id follows from the end that it tells of, so that whoever reads it can compare.
final class DeliveryTable {
    static final int KEPT_SECONDS = Math.toIntExact(Duration.ofDays(30).toSeconds());

    private static final String FIND = "SELECT * FROM webhook_delivery WHERE id = ?";

    private final String dataCenter;

    /// Deliveries made from this data center.
    DeliveryTable(String dataCenter) {
        this.dataCenter = dataCenter;
    }

    /// A delivery as its row has it.
    record Found(Delivery delivery, long ofVersion, boolean isSure) {
        /// Whether what it tells of has happened, has not yet, or never will.
        Truth truth(Statements statements) {
            if (isSure) return Truth.SURE;
            var job = JobTable.find(statements, new JobId(delivery.event().subject()));
            if (job.isEmpty() || job.get().version() < ofVersion) return Truth.OPEN;
            boolean isSo =
                    Delivery.of(job.get()).filter(d -> d.id().equals(delivery.id())).isPresent();
            return isSo ? Truth.SURE : Truth.VOID;
        }
    }

    enum Truth {
        OPEN,
        SURE,
        VOID
    }

    Lines.Line line(Delivery delivery) {
        return Lines.deliveries(dataCenter, delivery.event().host());
    }

    /// What has to be there before the job's row says that it ended.
    List<Change> ofEnd(Job next) {
        return after(next).map(d -> born(d, next.version() + 1, false)).orElse(List.of());
    }

    /// Where to look for it, to be written after the rest.
    List<Change> places(Job next, Instant now) {
        return after(next).map(d -> places(d, now)).orElse(List.of());
    }

    /// A job that is asked for again was at its end until now, which its row will not say any more.
    List<Change> ofFailure(Statements statements, Job next) {
        if (next.order().webhook().isEmpty()) return List.of();
        return JobTable.find(statements, next.id())
                .filter(job -> job.version() == next.version())
                .flatMap(Delivery::of)
                .map(d -> List.of(sure(d)))
                .orElse(List.of());
    }

    private static Optional<Delivery> after(Job next) {
        return Delivery.of(new Job(next.id(), next.order(), next.status(), next.version() + 1));
    }

    /// What is told of a batch of which all jobs have ended, put under watch at `watched`. The
    /// first who sees the end notes when that was, so that all tell the same: in a row of the table
    /// that has no account, and so is nobody's delivery.
    static Delivery ended(Statements statements, Batch batch, Instant watched, Instant now) {
        var cause = watched.toString();
        var note = Delivery.of(batch, watched, cause).orElseThrow().id();
        var before =
                statements.unless(
                        """
                        INSERT INTO webhook_delivery (id, created_at) VALUES (?, ?)
                        IF NOT EXISTS USING TTL ?\
                        """,
                        row -> row.instant("created_at"),
                        note,
                        now,
                        KEPT_SECONDS);
        return Delivery.of(batch, before.orElse(now), cause).orElseThrow();
    }

    /// That all jobs of a batch have ended, which is so.
    List<Change> ofBatch(Delivery delivery) {
        return born(delivery, 0, true);
    }

    private List<Change> born(Delivery delivery, long ofVersion, boolean isSure) {
        var id = delivery.id();
        var event = delivery.event();
        var line = line(delivery);
        long bucket = line.bucket(id.value());
        var changes = new ArrayList<Change>();
        changes.add(
                Change.of(
                        """
                        INSERT INTO webhook_delivery (id, account, type, subject, of_version, url,
                            created_at, state, tries, due_at, version)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) USING TIMESTAMP 1 AND TTL ?\
                        """,
                        id,
                        event.account(),
                        event.type(),
                        event.subject(),
                        ofVersion,
                        event.url(),
                        event.at(),
                        delivery.state(),
                        delivery.tries(),
                        delivery.due(),
                        delivery.version(),
                        KEPT_SECONDS));
        if (isSure) changes.add(sure(delivery));
        changes.add(
                Change.of(
                        """
                        INSERT INTO webhook_of_account (account, id) VALUES (?, ?)
                        USING TIMESTAMP 1 AND TTL ?\
                        """,
                        event.account(),
                        id,
                        KEPT_SECONDS));
        changes.add(line.add(bucket, id.value(), delivery.due()));
        return changes;
    }

    private static Change sure(Delivery delivery) {
        return Change.of(
                "INSERT INTO webhook_delivery (id, is_sure) VALUES (?, ?) USING TTL ?",
                delivery.id(),
                true,
                KEPT_SECONDS);
    }

    /// Bucket and receiver, to be written after the rest: whoever finds nothing for them and
    /// removes them sees it when he looks again.
    List<Change> places(Delivery delivery, Instant now) {
        var line = line(delivery);
        return List.of(
                line.list(line.bucket(delivery.id().value())),
                Change.of(
                        "INSERT INTO webhook_host (data_center, host, at) VALUES (?, ?, ?)"
                                + " USING TTL ?",
                        dataCenter,
                        delivery.event().host(),
                        now,
                        KEPT_SECONDS));
    }

    /// Nothing of it is left; it told of what never happened.
    List<Change> removed(Delivery delivery) {
        return List.of(
                line(delivery).drop(delivery.id().value()),
                Change.of(
                        "DELETE FROM webhook_of_account WHERE account = ? AND id = ?",
                        delivery.event().account(),
                        delivery.id()),
                Change.of("DELETE FROM webhook_delivery WHERE id = ?", delivery.id()));
    }

    /// Changes the row if it still has the version; empty if somebody else was first.
    Optional<Delivery> change(Statements statements, Delivery next) {
        boolean isDone =
                statements.applied(
                        """
                        UPDATE webhook_delivery USING TTL ?
                        SET state = ?, tries = ?, due_at = ?, version = ?
                        WHERE id = ? IF version = ?\
                        """,
                        KEPT_SECONDS,
                        next.state(),
                        next.tries(),
                        next.due(),
                        next.version() + 1,
                        next.id(),
                        next.version());
        if (!isDone) return Optional.empty();
        var line = line(next);
        var id = next.id().value();
        statements.each(
                List.of(
                        next.state() == Delivery.State.PENDING
                                ? line.add(line.bucket(id), id, next.due())
                                : line.drop(id)));
        return Optional.of(
                new Delivery(
                        next.id(),
                        next.event(),
                        next.state(),
                        next.tries(),
                        next.due(),
                        next.version() + 1));
    }

    static Optional<Found> find(Statements statements, DeliveryId id) {
        return statements.one(FIND, DeliveryTable::found, id).flatMap(found -> found);
    }

    /// The deliveries of these ids in their order, without those that have no row.
    static List<Found> find(Statements statements, List<String> ids) {
        return statements
                .ones(ids.stream().map(id -> Change.of(FIND, id)).toList(), DeliveryTable::found)
                .stream()
                .flatMap(Optional::stream)
                .flatMap(Optional::stream)
                .toList();
    }

    private static Optional<Found> found(Row row) {
        if (!row.has("account")) return Optional.empty();
        var delivery =
                new Delivery(
                        new DeliveryId(row.text("id")),
                        new Delivery.Event(
                                new AccountId(row.text("account")),
                                row.constant("type", Delivery.Type.class),
                                row.text("subject"),
                                row.text("url"),
                                row.instant("created_at")),
                        row.constant("state", Delivery.State.class),
                        row.small("tries"),
                        row.instant("due_at"),
                        row.number("version"));
        return Optional.of(new Found(delivery, row.number("of_version"), row.flag("is_sure")));
    }
}
