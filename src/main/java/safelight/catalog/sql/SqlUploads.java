package safelight.catalog.sql;

import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import safelight.base.AccountId;
import safelight.base.Digest;
import safelight.base.PhotoId;
import safelight.base.UploadId;
import safelight.catalog.Upload;
import safelight.catalog.UploadRows;
import safelight.sql.Access;
import safelight.sql.Database;
import safelight.sql.Row;
import safelight.sql.Statements;

/// Unfinished uploads in SQL. Each change begins with a statement on the upload's own row: its lock
/// puts servers that write at once in line, and its count of changed rows says who was first.
public final class SqlUploads implements UploadRows {
    private final Access rows;

    /// In this database.
    public SqlUploads(Database database) {
        this.rows = database.in(CatalogWording.WORDS);
    }

    @Override
    public void add(Upload upload) {
        rows.write(
                "add upload " + upload.id(),
                s ->
                        s.update(
                                """
                                INSERT INTO upload (id, account, photo, name, size, created_at,
                                    expires_at, received, done)
                                VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0)\
                                """,
                                upload.id(),
                                upload.account(),
                                upload.photo(),
                                upload.name(),
                                upload.size(),
                                upload.created(),
                                upload.expires()));
    }

    /// One statement, so that upload and parts are of the same moment.
    @Override
    public Optional<Upload> find(UploadId id) {
        var found =
                rows.read(
                        "find upload " + id,
                        s ->
                                s.all(
                                        """
                                        SELECT upload.*, upload_part.start AS part_start,
                                            upload_part.length AS part_length,
                                            upload_part.digest AS part_digest
                                        FROM upload LEFT JOIN upload_part
                                            ON upload_part.upload = upload.id
                                        WHERE upload.id = ? ORDER BY upload_part.start\
                                        """,
                                        SqlUploads::line,
                                        id));
        return found.stream()
                .findFirst()
                .map(first ->
                        with(
                                first.upload,
                                found.stream().flatMap(line -> line.part.stream()).toList()));
    }

    @Override
    public long open(AccountId account) {
        return rows.read(
                "count the uploads of account " + account,
                s ->
                        s.number(
                                "SELECT COUNT(*) AS n FROM upload WHERE account = ? AND done = 0",
                                account));
    }

    @Override
    public boolean append(UploadId id, Upload.Part part) {
        return rows.write(
                "add a part to upload " + id,
                s -> {
                    int taken =
                            s.update(
                                    """
                                    UPDATE upload SET received = ?
                                    WHERE id = ? AND received = ? AND done = 0\
                                    """,
                                    part.end(),
                                    id,
                                    part.start());
                    if (taken == 0) return false;
                    s.update(
                            """
                            INSERT INTO upload_part (upload, start, length, digest)
                            VALUES (?, ?, ?, ?)\
                            """,
                            id,
                            part.start(),
                            part.length(),
                            part.digest());
                    return true;
                });
    }

    @Override
    public List<Digest> finish(UploadId id) {
        return rows.write(
                "finish upload " + id,
                s ->
                        s.update("UPDATE upload SET done = 1 WHERE id = ? AND done = 0", id) == 0
                                ? List.of()
                                : forgetParts(s, id));
    }

    @Override
    public List<Digest> remove(UploadId id) {
        return rows.write(
                "remove upload " + id,
                s ->
                        s.update("DELETE FROM upload WHERE id = ?", id) == 0
                                ? List.of()
                                : forgetParts(s, id));
    }

    @Override
    public List<UploadId> expired(Instant before, int limit) {
        return rows.read(
                "list expired uploads",
                s ->
                        s.all(
                                """
                                SELECT id FROM upload WHERE expires_at < ?
                                ORDER BY expires_at LIMIT ?\
                                """,
                                row -> new UploadId(row.text("id")),
                                before,
                                limit));
    }

    private static List<Digest> forgetParts(Statements statements, UploadId id)
            throws SQLException {
        var named =
                statements.all(
                        "SELECT DISTINCT digest FROM upload_part WHERE upload = ?",
                        row -> new Digest(row.text("digest")),
                        id);
        statements.update("DELETE FROM upload_part WHERE upload = ?", id);
        return named;
    }

    /// One row of the join: the upload without its parts, and one of them.
    private record Line(Upload upload, Optional<Upload.Part> part) {}

    private static Line line(Row row) throws SQLException {
        var upload =
                new Upload(
                        new UploadId(row.text("id")),
                        new AccountId(row.text("account")),
                        new PhotoId(row.text("photo")),
                        row.text("name"),
                        row.number("size"),
                        row.instant("created_at"),
                        row.instant("expires_at"),
                        List.of(),
                        row.flag("done"));
        long start = row.number("part_start");
        long length = row.number("part_length");
        return new Line(
                upload,
                row.maybeText("part_digest")
                        .map(hex -> new Upload.Part(start, length, new Digest(hex))));
    }

    private static Upload with(Upload upload, List<Upload.Part> parts) {
        return new Upload(
                upload.id(),
                upload.account(),
                upload.photo(),
                upload.name(),
                upload.size(),
                upload.created(),
                upload.expires(),
                parts,
                upload.isDone());
    }
}
