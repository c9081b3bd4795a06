package safelight.catalog.cassandra;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import safelight.base.Ulids;
import safelight.catalog.Burden;
import safelight.catalog.Job;
import safelight.cql.Change;
import safelight.cql.Row;
import safelight.cql.Statements;

/// Lists of what waits for something: jobs for the queue, dispatched jobs for their end, uploads
/// for their expiry. What leaves a line leaves a tombstone, and a read has to step over it; so a
/// line is cut into buckets by the time in the item, each a partition, and a bucket that is old and
/// empty is not read again.
///
/// Which buckets there are is a row each. It is written after the items, and removed before a
/// second look at the bucket, so that one of both sees the other: no bucket with items goes
/// unlisted.
final class Lines {
    /// Dead jobs of all accounts.
    static final Line DEAD = new Line("dead", Duration.ofDays(30));

    /// Uploads by the time they expire.
    static final Line UPLOADS = new Line("uploads", Duration.ofHours(1));

    /// Batches whose jobs are being made.
    static final Line BATCHES = new Line("batches", Duration.ofHours(1));

    /// So far apart the clocks of servers may be.
    static final Duration APART_MOST = Duration.ofMinutes(1);

    private static final Duration JOBS_BUCKET = Duration.ofMinutes(1);
    private static final Duration SETTLED = Duration.ofMinutes(10);
    private static final int BUCKETS_MAX = 10_000;
    private static final int BATCH_MAX = 40;

    private final Clock clock;

    /// `clock` says which buckets are old.
    Lines(Clock clock) {
        this.clock = clock;
    }

    /// A list and the length of its buckets.
    record Line(String name, Duration width) {
        long bucket(Instant time) {
            return Math.floorDiv(time.toEpochMilli(), width.toMillis());
        }

        /// Of what is named by an id that carries its time.
        long bucket(String id) {
            return bucket(Ulids.time(id));
        }

        Change add(long bucket, String item, Instant at) {
            return Change.of(
                    "INSERT INTO line (name, bucket, item, at) VALUES (?, ?, ?, ?)",
                    name,
                    bucket,
                    item,
                    at);
        }

        Change add(Job job, Instant at) {
            var weight = job.order().weight();
            return Change.of(
                    """
                    INSERT INTO line (name, bucket, item, at, cost, bytes)
                    VALUES (?, ?, ?, ?, ?, ?)\
                    """,
                    name,
                    bucket(job.id().value()),
                    job.id(),
                    at,
                    weight.cost(),
                    weight.bytes());
        }

        Change list(long bucket) {
            return Change.of("INSERT INTO line_bucket (name, bucket) VALUES (?, ?)", name, bucket);
        }

        Change drop(String id) {
            return drop(bucket(id), id);
        }

        Change drop(long bucket, String item) {
            return Change.of(
                    "DELETE FROM line WHERE name = ? AND bucket = ? AND item = ?",
                    name,
                    bucket,
                    item);
        }
    }

    /// What waits in a line, and since when or until when.
    record Item(String id, long bucket, Instant at, Job.Weight weight) {}

    /// Jobs of this data center, account and lane that its queue has not been given.
    static Line outbox(String dataCenter, Job.Priority lane, String account) {
        return new Line("box/" + dataCenter + "/" + lane + "/" + account, JOBS_BUCKET);
    }

    /// Where older releases put such jobs, of all accounts and lanes.
    static List<Line> olderOutboxes(String dataCenter) {
        return List.of(
                new Line("outbox/" + dataCenter, JOBS_BUCKET),
                new Line("bulk/" + dataCenter, JOBS_BUCKET));
    }

    /// Jobs of this data center that its queue has been given and that have not ended.
    static Line awaited(String dataCenter) {
        return new Line("awaited/" + dataCenter, JOBS_BUCKET);
    }

    /// Jobs that this worker has taken in hand.
    static Line worker(String worker) {
        return new Line("worker/" + worker, JOBS_BUCKET);
    }

    /// Pending deliveries of this data center to a receiver, each until when it is left alone.
    static Line deliveries(String dataCenter, String host) {
        return new Line("deliveries/" + dataCenter + "/" + host, Duration.ofHours(1));
    }

    /// Batches of this data center whose end somebody wants to hear of.
    static Line watched(String dataCenter) {
        return new Line("watched/" + dataCenter, Duration.ofHours(1));
    }

    /// Puts ids in the line.
    void put(Statements statements, Line line, List<String> ids, Instant at) {
        var byBucket = new TreeMap<Long, List<Change>>();
        for (var id : ids) {
            long bucket = line.bucket(id);
            byBucket.computeIfAbsent(bucket, _ -> new ArrayList<>()).add(line.add(bucket, id, at));
        }
        for (var some : byBucket.values()) inBatches(statements, some);
        statements.each(byBucket.keySet().stream().map(line::list).toList());
    }

    /// Puts jobs in the line.
    void putAll(Statements statements, Line line, List<Job> jobs, Instant at) {
        var byBucket = new TreeMap<Long, List<Change>>();
        for (var job : jobs)
            byBucket.computeIfAbsent(line.bucket(job.id().value()), _ -> new ArrayList<>())
                    .add(line.add(job, at));
        for (var some : byBucket.values()) inBatches(statements, some);
        statements.each(byBucket.keySet().stream().map(line::list).toList());
    }

    /// Takes ids out of the line.
    void drop(Statements statements, Line line, List<String> ids) {
        var byBucket = new TreeMap<Long, List<Change>>();
        for (var id : ids)
            byBucket.computeIfAbsent(line.bucket(id), _ -> new ArrayList<>()).add(line.drop(id));
        for (var some : byBucket.values()) inBatches(statements, some);
    }

    private static void inBatches(Statements statements, List<Change> ofOneBucket) {
        for (int from = 0; from < ofOneBucket.size(); from += BATCH_MAX)
            statements.together(
                    ofOneBucket.subList(from, Math.min(from + BATCH_MAX, ofOneBucket.size())));
    }

    /// The line's buckets, oldest first.
    List<Long> buckets(Statements statements, Line line) {
        return statements.all(
                "SELECT bucket FROM line_bucket WHERE name = ? LIMIT ?",
                row -> row.number("bucket"),
                line.name(),
                BUCKETS_MAX);
    }

    /// The first of the line from bucket `from` on, oldest bucket first, at most `most`.
    List<Item> scan(Statements statements, Line line, long from, int most) {
        var found = new ArrayList<Item>();
        long settled = line.bucket(clock.instant().minus(SETTLED)) - 1;
        for (long bucket : buckets(statements, line)) {
            if (found.size() >= most) break;
            if (bucket < from) continue;
            var some = items(statements, line, bucket, most - found.size());
            if (some.isEmpty() && bucket < settled) forget(statements, line, bucket);
            found.addAll(some);
        }
        return found;
    }

    /// The first of the line after this item of this bucket, which need not be there any more.
    List<Item> scan(Statements statements, Line line, long bucket, String item, int most) {
        var found =
                new ArrayList<>(
                        statements.all(
                                """
                                SELECT item, at, cost, bytes FROM line
                                WHERE name = ? AND bucket = ? AND item > ? LIMIT ?\
                                """,
                                row -> item(row, bucket),
                                line.name(),
                                bucket,
                                item,
                                most));
        if (found.size() < most)
            found.addAll(scan(statements, line, bucket + 1, most - found.size()));
        return found;
    }

    /// The first of another data center's line, at most `most`. Forgets nothing: only who writes a
    /// line knows which buckets are over.
    List<Item> look(Statements statements, Line line, int most) {
        var found = new ArrayList<Item>();
        for (long bucket : buckets(statements, line)) {
            if (found.size() >= most) break;
            found.addAll(items(statements, line, bucket, most - found.size()));
        }
        return found;
    }

    /// How much there is in the line, up to about `most` jobs: the nodes add it up, and only sums
    /// come here.
    Burden burden(Statements statements, Line line, long most) {
        var burden = Burden.NONE;
        for (long bucket : buckets(statements, line)) {
            if (burden.jobs() >= most) break;
            burden = burden.plus(ofBucket(statements, line, bucket));
        }
        return burden;
    }

    private static Burden ofBucket(Statements statements, Line line, long bucket) {
        return statements
                .one(
                        """
                        SELECT COUNT(*) AS jobs, SUM(cost) AS cost, SUM(bytes) AS bytes
                        FROM line WHERE name = ? AND bucket = ?\
                        """,
                        row ->
                                new Burden(
                                        row.number("jobs"),
                                        row.number("cost"),
                                        row.number("bytes")),
                        line.name(),
                        bucket)
                .orElse(Burden.NONE);
    }

    private static List<Item> items(Statements statements, Line line, long bucket, int most) {
        return statements.all(
                "SELECT item, at, cost, bytes FROM line WHERE name = ? AND bucket = ? LIMIT ?",
                row -> item(row, bucket),
                line.name(),
                bucket,
                most);
    }

    private static Item item(Row row, long bucket) {
        return new Item(row.text("item"), bucket, row.instant("at"), JobTable.weight(row));
    }

    /// Dated back, so that it cannot hit what a server whose clock is behind is just adding.
    private void forget(Statements statements, Line line, long bucket) {
        statements.change(
                "DELETE FROM line_bucket USING TIMESTAMP ? WHERE name = ? AND bucket = ?",
                Statements.micros(clock.instant().minus(APART_MOST)),
                line.name(),
                bucket);
        if (!items(statements, line, bucket, 1).isEmpty())
            statements.each(List.of(line.list(bucket)));
    }

    /// Ids of one bucket below this one, largest first.
    List<String> below(Statements statements, Line line, long bucket, String id, int most) {
        return statements.all(
                """
                SELECT item FROM line WHERE name = ? AND bucket = ? AND item < ?
                ORDER BY item DESC LIMIT ?\
                """,
                row -> row.text("item"),
                line.name(),
                bucket,
                id,
                most);
    }
}
