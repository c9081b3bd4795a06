package safelight.catalog.cassandra;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import safelight.base.AccountId;
import safelight.base.Digest;
import safelight.base.PhotoId;
import safelight.base.UploadId;
import safelight.catalog.Upload;
import safelight.catalog.UploadRows;
import safelight.cql.Access;
import safelight.cql.Change;
import safelight.cql.CqlCluster;
import safelight.cql.Row;
import safelight.cql.Statements;

/// Unfinished uploads in Cassandra: one partition each, its parts as rows. How much has been
/// received and whether it is done change by conditions, so of two parts at one place one counts.
/// That is one condition for each part of some megabytes.
///
/// The use of a part's blob is written before the part; a crash between keeps the blob.
public final class CassandraUploads implements UploadRows {
    private static final int EXPIRED_MAX = 10_000;
    private static final int OPEN_MAX = 10_000;
    private static final int BATCH_MAX = 64;

    private final Access rows;
    private final Lines lines;

    /// In this cluster; `clock` says which buckets of expired uploads are old.
    public CassandraUploads(CqlCluster cluster, Clock clock) {
        this.rows = cluster.in(CatalogWording.WORDS);
        this.lines = new Lines(clock);
    }

    @Override
    public void add(Upload upload) {
        rows.write("add upload " + upload.id(), s -> add(s, upload));
    }

    private static void add(Statements statements, Upload upload) {
        long bucket = Lines.UPLOADS.bucket(upload.expires());
        statements.all(
                List.of(
                        Change.of(
                                """
                                INSERT INTO upload (id, account, photo, name, size, created_at,
                                    expires_at, received, done)
                                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) USING TIMESTAMP 1\
                                """,
                                upload.id(),
                                upload.account(),
                                upload.photo(),
                                upload.name(),
                                upload.size(),
                                upload.created(),
                                upload.expires(),
                                0L,
                                false),
                        Lines.UPLOADS.add(bucket, upload.id().value(), upload.expires()),
                        Lines.UPLOADS.list(bucket),
                        Change.of(
                                "INSERT INTO upload_open (account, id) VALUES (?, ?)",
                                upload.account(),
                                upload.id())));
    }

    @Override
    public long open(AccountId account) {
        return rows.run(
                "count the uploads of account " + account,
                s ->
                        (long)
                                s.all(
                                                "SELECT id FROM upload_open WHERE account = ?"
                                                        + " LIMIT ?",
                                                row -> row.text("id"),
                                                account,
                                                OPEN_MAX)
                                        .size());
    }

    private static void close(Statements statements, Upload upload) {
        statements.change(
                "DELETE FROM upload_open WHERE account = ? AND id = ?",
                upload.account(),
                upload.id());
    }

    @Override
    public Optional<Upload> find(UploadId id) {
        return rows.run("find upload " + id, s -> find(s, id));
    }

    /// One row of the partition: what is said of the whole, and a part if there is one.
    private record Line(Upload upload, Optional<Upload.Part> part) {}

    private static List<Line> lines(Statements statements, UploadId id) {
        return statements
                .all("SELECT * FROM upload WHERE id = ?", CassandraUploads::line, id)
                .stream()
                .flatMap(Optional::stream)
                .toList();
    }

    private static Optional<Upload> find(Statements statements, UploadId id) {
        var lines = lines(statements, id);
        if (lines.isEmpty()) return Optional.empty();
        var whole = lines.getFirst().upload();
        if (whole.isDone()) return Optional.of(whole);
        var parts = lines.stream().flatMap(line -> line.part().stream()).toList();
        return Optional.of(
                new Upload(
                        whole.id(),
                        whole.account(),
                        whole.photo(),
                        whole.name(),
                        whole.size(),
                        whole.created(),
                        whole.expires(),
                        parts,
                        false));
    }

    @Override
    public boolean append(UploadId id, Upload.Part part) {
        return rows.run("add a part to upload " + id, s -> append(s, id, part));
    }

    private static boolean append(Statements statements, UploadId id, Upload.Part part) {
        var before = find(statements, id);
        if (before.isEmpty() || before.get().isDone() || before.get().offset() != part.start())
            return false;
        var use = Uses.Use.part(id, part.start());
        statements.all(List.of(use.added(part.digest())));
        boolean isAdded =
                statements.applied(
                        List.of(
                                Change.of(
                                        """
                                        UPDATE upload SET received = ? WHERE id = ?
                                        IF received = ? AND done = false\
                                        """,
                                        part.end(),
                                        id,
                                        part.start()),
                                Change.of(
                                        """
                                        INSERT INTO upload (id, start, length, digest)
                                        VALUES (?, ?, ?, ?)\
                                        """,
                                        id,
                                        part.start(),
                                        part.length(),
                                        part.digest())));
        if (!isAdded && !isNamed(statements, id, part))
            statements.all(List.of(use.removed(part.digest())));
        return isAdded;
    }

    /// Whether somebody else put the same bytes in the same place.
    private static boolean isNamed(Statements statements, UploadId id, Upload.Part part) {
        return lines(statements, id).stream()
                .flatMap(line -> line.part().stream())
                .anyMatch(p -> p.start() == part.start() && p.digest().equals(part.digest()));
    }

    @Override
    public List<Digest> finish(UploadId id) {
        return rows.run("finish upload " + id, s -> finish(s, id));
    }

    private static List<Digest> finish(Statements statements, UploadId id) {
        var upload = find(statements, id);
        if (upload.isEmpty() || !end(statements, id)) return List.of();
        close(statements, upload.get());
        return forgetParts(statements, id);
    }

    /// From now on no part is added; false if that was so before, or there is no such upload.
    private static boolean end(Statements statements, UploadId id) {
        return statements.applied("UPDATE upload SET done = true WHERE id = ? IF done = false", id);
    }

    private static List<Digest> forgetParts(Statements statements, UploadId id) {
        var parts = lines(statements, id).stream().flatMap(l -> l.part().stream()).toList();
        statements.each(
                parts.stream().map(p -> Uses.Use.part(id, p.start()).removed(p.digest())).toList());
        var changes = new ArrayList<Change>();
        for (var part : parts)
            changes.add(
                    Change.of("DELETE FROM upload WHERE id = ? AND start = ?", id, part.start()));
        for (int i = 0; i < changes.size(); i += BATCH_MAX)
            statements.together(changes.subList(i, Math.min(i + BATCH_MAX, changes.size())));
        return parts.stream().map(Upload.Part::digest).distinct().toList();
    }

    @Override
    public List<Digest> remove(UploadId id) {
        return rows.run("remove upload " + id, s -> remove(s, id));
    }

    /// Its place among the expired goes last, so that a removal that a crash cut off is repeated.
    private static List<Digest> remove(Statements statements, UploadId id) {
        var upload = find(statements, id);
        if (upload.isEmpty()) return List.of();
        if (!upload.get().isDone()) end(statements, id);
        close(statements, upload.get());
        var named = forgetParts(statements, id);
        statements.change("DELETE FROM upload WHERE id = ?", id);
        var expires = upload.get().expires();
        statements.all(List.of(Lines.UPLOADS.drop(Lines.UPLOADS.bucket(expires), id.value())));
        return named;
    }

    @Override
    public List<UploadId> expired(Instant before, int limit) {
        return rows.run("list expired uploads", s -> expired(s, before, limit));
    }

    private List<UploadId> expired(Statements statements, Instant before, int limit) {
        long last = Lines.UPLOADS.bucket(before);
        return lines.scan(statements, Lines.UPLOADS, Long.MIN_VALUE, EXPIRED_MAX).stream()
                .filter(item -> item.bucket() <= last && item.at().isBefore(before))
                .limit(limit)
                .map(item -> new UploadId(item.id()))
                .toList();
    }

    private static Optional<Line> line(Row row) {
        if (!row.has("account")) return Optional.empty();
        var part =
                row.maybeText("digest")
                        .map(digest ->
                                new Upload.Part(
                                        row.number("start"),
                                        row.number("length"),
                                        new Digest(digest)));
        return Optional.of(
                new Line(
                        new Upload(
                                new UploadId(row.text("id")),
                                new AccountId(row.text("account")),
                                new PhotoId(row.text("photo")),
                                row.text("name"),
                                row.number("size"),
                                row.instant("created_at"),
                                row.instant("expires_at"),
                                List.of(),
                                row.flag("done")),
                        part));
    }
}
