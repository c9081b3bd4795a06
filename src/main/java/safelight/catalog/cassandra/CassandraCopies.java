package safelight.catalog.cassandra;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import safelight.base.Digest;
import safelight.catalog.BlobTask;
import safelight.catalog.CopyRows;
import safelight.cql.Access;
import safelight.cql.Change;
import safelight.cql.CqlCluster;
import safelight.cql.Statements;

/// What data centers have to copy, as a line for each: an item says all there is to say about a
/// task, so there is nothing but lines to keep.
public final class CassandraCopies implements CopyRows {
    private static final Duration BUCKET = Duration.ofMinutes(1);
    private static final String BETWEEN = " ";

    private final Access rows;
    private final Lines lines;

    /// In this cluster; `clock` says which parts of a line are old.
    public CassandraCopies(CqlCluster cluster, Clock clock) {
        this.rows = cluster.in(CatalogWording.WORDS);
        this.lines = new Lines(clock);
    }

    @Override
    public void add(List<BlobTask> tasks) {
        var items = new ArrayList<Change>();
        var buckets = new ArrayList<Change>();
        for (var task : tasks) {
            var line = line(task.target());
            long bucket = line.bucket(task.since());
            items.add(line.add(bucket, item(task), task.since()));
            buckets.add(line.list(bucket));
        }
        items.addAll(buckets);
        rows.write("note blobs to be copied", s -> s.all(items));
    }

    @Override
    public List<BlobTask> waiting(String target, Optional<BlobTask> after, int limit) {
        return rows
                .run(
                        "list blobs to be copied to " + target,
                        s -> scan(s, line(target), after, limit))
                .stream()
                .map(item -> task(target, item))
                .toList();
    }

    private List<Lines.Item> scan(
            Statements statements, Lines.Line line, Optional<BlobTask> after, int limit) {
        if (after.isEmpty()) return lines.scan(statements, line, Long.MIN_VALUE, limit);
        var task = after.get();
        return lines.scan(statements, line, line.bucket(task.since()), item(task), limit);
    }

    @Override
    public void done(List<BlobTask> tasks) {
        var drops = tasks.stream().map(CassandraCopies::drop).toList();
        rows.write("take copied blobs off the line", s -> s.each(drops));
    }

    private static Change drop(BlobTask task) {
        var line = line(task.target());
        return line.drop(line.bucket(task.since()), item(task));
    }

    @Override
    public boolean isUsed(Digest digest) {
        return rows.run("look for uses of blob " + digest, s -> Uses.any(s, digest));
    }

    /// In the order of the ring of tokens.
    @Override
    public List<Digest> named(Optional<Digest> after, int limit) {
        return rows.run("list blobs that are named", s -> Uses.named(s, after, limit));
    }

    private static Lines.Line line(String target) {
        return new Lines.Line("copy/" + target, BUCKET);
    }

    private static String item(BlobTask task) {
        return String.join(
                BETWEEN,
                task.digest().hex(),
                task.kind().name(),
                String.valueOf(task.size()),
                task.source());
    }

    private static BlobTask task(String target, Lines.Item item) {
        var words = item.id().split(BETWEEN, 4);
        return new BlobTask(
                target,
                BlobTask.Kind.valueOf(words[1]),
                new Digest(words[0]),
                Long.parseLong(words[2]),
                words[3],
                item.at());
    }
}
