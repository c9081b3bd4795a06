package safelight.catalog.cassandra;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import safelight.base.AccountId;
import safelight.base.Digest;
import safelight.base.JobId;
import safelight.base.PhotoId;
import safelight.catalog.Job;
import safelight.catalog.Photo;
import safelight.catalog.Rendition;
import safelight.cql.Change;
import safelight.cql.Row;
import safelight.cql.Statements;

/// The statements on photos and renditions that uploads and finished jobs share. A photo is a row
/// for its id, one for its account's list and one under its origin.
///
/// The result of a job is written before the job succeeds, and is `pending` until then: it is there
/// only if the job's row says that it succeeded with this very photo.
final class PhotoTables {
    private static final String COLUMNS =
            "(id, account, digest, format, width_px, height_px, size, name, origin_photo,"
                    + " origin_job, created_at, pending, frames, source_frames)"
                    + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    private static final String ONCE = " USING TIMESTAMP 1";

    private PhotoTables() {}

    /// A photo as its row has it.
    record Found(Photo photo, Optional<JobId> pending) {}

    /// An upload; what was removed does not come back by this.
    static List<Change> uploaded(Photo photo) {
        return added(photo, Optional.empty(), ONCE);
    }

    /// An upload that is not listed.
    static List<Change> hidden(Photo photo) {
        var changes = new ArrayList<Change>();
        changes.add(Uses.Use.photo(photo.id()).born(photo.digest()));
        changes.add(row("photo", photo, Optional.empty(), ONCE));
        changes.add(
                Change.of(
                        "INSERT INTO photo_hidden (account, id) VALUES (?, ?)" + ONCE,
                        photo.account(),
                        photo.id()));
        return changes;
    }

    /// The result of a job that has not succeeded yet.
    static List<Change> pending(Photo photo, JobId job) {
        return added(photo, Optional.of(job), "");
    }

    private static List<Change> added(Photo photo, Optional<JobId> pending, String once) {
        var changes = new ArrayList<Change>();
        var use = Uses.Use.photo(photo.id());
        changes.add(once.isEmpty() ? use.added(photo.digest()) : use.born(photo.digest()));
        changes.add(row("photo", photo, pending, once));
        changes.add(row("photo_of_account", photo, pending, once));
        photo.origin()
                .ifPresent(from ->
                        changes.add(
                                Change.of(
                                        "INSERT INTO photo_made (origin, id) VALUES (?, ?)" + once,
                                        from.photo(),
                                        photo.id())));
        return changes;
    }

    private static Change row(String table, Photo photo, Optional<JobId> pending, String once) {
        return Change.of(
                "INSERT INTO " + table + " " + COLUMNS + once,
                photo.id(),
                photo.account(),
                photo.digest(),
                photo.format(),
                photo.widthPx(),
                photo.heightPx(),
                photo.size(),
                photo.name(),
                photo.origin().map(Photo.Origin::photo),
                photo.origin().map(Photo.Origin::job),
                photo.created(),
                pending,
                photo.frames().here(),
                photo.frames().ofSource());
    }

    /// The job has succeeded; that saves readers a look at it.
    static List<Change> confirmed(Photo photo) {
        return List.of(
                Change.of("DELETE pending FROM photo WHERE id = ?", photo.id()),
                Change.of(
                        "DELETE pending FROM photo_of_account WHERE account = ? AND id = ?",
                        photo.account(),
                        photo.id()));
    }

    static List<Change> removed(Photo photo) {
        var changes = new ArrayList<Change>();
        changes.add(Change.of("DELETE FROM photo WHERE id = ?", photo.id()));
        for (var table : List.of("photo_of_account", "photo_hidden"))
            changes.add(
                    Change.of(
                            "DELETE FROM " + table + " WHERE account = ? AND id = ?",
                            photo.account(),
                            photo.id()));
        photo.origin()
                .ifPresent(from ->
                        changes.add(
                                Change.of(
                                        "DELETE FROM photo_made WHERE origin = ? AND id = ?",
                                        from.photo(),
                                        photo.id())));
        changes.add(Uses.Use.photo(photo.id()).removed(photo.digest()));
        return changes;
    }

    /// The row, whether the photo is there yet or not.
    static Optional<Found> row(Statements statements, PhotoId id) {
        return statements
                .one("SELECT * FROM photo WHERE id = ?", PhotoTables::found, id)
                .flatMap(found -> found);
    }

    /// The rows of those that have one.
    static List<Found> rows(Statements statements, List<PhotoId> ids) {
        return statements
                .ones(
                        ids.stream()
                                .map(id -> Change.of("SELECT * FROM photo WHERE id = ?", id))
                                .toList(),
                        PhotoTables::found)
                .stream()
                .flatMap(Optional::stream)
                .flatMap(Optional::stream)
                .toList();
    }

    /// Whether the photo is there: uploaded, or the result of a job that succeeded.
    static boolean isThere(Statements statements, Found found) {
        return found.pending().isEmpty()
                || JobTable.find(statements, found.pending().get())
                        .filter(job -> isResult(job, found.photo().id()))
                        .isPresent();
    }

    static boolean isResult(Job job, PhotoId photo) {
        return job.status().state() == Job.State.SUCCEEDED
                && job.status().result().filter(photo::equals).isPresent();
    }

    static Optional<Found> found(Row row) {
        if (!row.has("account") || !row.has("digest")) return Optional.empty();
        var job = row.maybeText("origin_job").map(JobId::new);
        return Optional.of(
                new Found(
                        new Photo(
                                new PhotoId(row.text("id")),
                                new AccountId(row.text("account")),
                                new Digest(row.text("digest")),
                                row.text("format"),
                                row.small("width_px"),
                                row.small("height_px"),
                                row.number("size"),
                                row.text("name"),
                                row.maybeText("origin_photo")
                                        .map(PhotoId::new)
                                        .flatMap(p -> job.map(j -> new Photo.Origin(p, j))),
                                row.instant("created_at"),
                                frames(row)),
                        row.maybeText("pending").map(JobId::new)));
    }

    /// Rows from before frames were counted have none.
    private static Photo.Frames frames(Row row) {
        return new Photo.Frames(
                Math.max(1, row.small("frames")), Math.max(1, row.small("source_frames")));
    }

    static Optional<Rendition> rendition(Statements statements, Rendition.Key key) {
        return statements.one(
                """
                SELECT * FROM rendition WHERE source = ? AND recipe = ? AND engine = ? LIMIT 1\
                """,
                PhotoTables::rendition,
                key.source(),
                key.recipe(),
                key.engine());
    }

    /// Records a rendition unless there is another. Equal ones are written again, since somebody
    /// may have removed one half of them.
    static void record(Statements statements, Rendition.Key key, Rendition made) {
        var known = rendition(statements, key);
        if (known.isPresent() && !known.get().digest().equals(made.digest())) return;
        statements.each(List.of(Uses.Use.rendition(key.source()).added(made.digest())));
        statements.change(
                """
                INSERT INTO rendition (source, recipe, engine, digest, format, width_px, height_px,
                    size)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)\
                """,
                key.source(),
                key.recipe(),
                key.engine(),
                made.digest(),
                made.format(),
                made.widthPx(),
                made.heightPx(),
                made.size());
    }

    /// Takes back a rendition that should not have been recorded.
    static void unrecord(Statements statements, Rendition.Key key, Rendition made) {
        statements.all(
                List.of(
                        Change.of(
                                """
                                DELETE FROM rendition
                                WHERE source = ? AND recipe = ? AND engine = ? AND digest = ?\
                                """,
                                key.source(),
                                key.recipe(),
                                key.engine(),
                                made.digest()),
                        Uses.Use.rendition(key.source()).removed(made.digest())));
    }

    static Rendition rendition(Row row) {
        return new Rendition(
                new Digest(row.text("digest")),
                row.text("format"),
                row.small("width_px"),
                row.small("height_px"),
                row.number("size"));
    }
}
