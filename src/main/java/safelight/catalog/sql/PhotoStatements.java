package safelight.catalog.sql;

import java.sql.SQLException;
import safelight.base.AccountId;
import safelight.base.Digest;
import safelight.base.JobId;
import safelight.base.PhotoId;
import safelight.catalog.Photo;
import safelight.catalog.Rendition;
import safelight.sql.Row;
import safelight.sql.Statements;

/// The statements on photos and renditions that uploads and finished jobs share.
final class PhotoStatements {
    private PhotoStatements() {}

    /// Whoever adds or removes photos of these bytes, so that their renditions stay as long as one
    /// of them does. Comes after the lock on an account's jobs; several in their order.
    static void lock(Statements statements, Digest bytes) throws SQLException {
        statements.lock("photos of " + bytes);
    }

    static int insert(Statements statements, Photo photo) throws SQLException {
        lock(statements, photo.digest());
        return statements.update(
                """
                INSERT INTO photo (id, account, digest, format, width_px, height_px, size, name,
                    origin_photo, origin_job, created_at, frames, source_frames)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING\
                """,
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
                photo.frames().here(),
                photo.frames().ofSource());
    }

    static int insert(Statements statements, Rendition.Key key, Rendition rendition)
            throws SQLException {
        return statements.update(
                """
                INSERT INTO rendition (source, recipe, engine, digest, format, width_px, height_px,
                    size)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT DO NOTHING\
                """,
                key.source(),
                key.recipe(),
                key.engine(),
                rendition.digest(),
                rendition.format(),
                rendition.widthPx(),
                rendition.heightPx(),
                rendition.size());
    }

    static Photo photo(Row row) throws SQLException {
        var job = row.maybeText("origin_job").map(JobId::new);
        return new Photo(
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
                        .flatMap(photo -> job.map(made -> new Photo.Origin(photo, made))),
                row.instant("created_at"),
                new Photo.Frames(row.small("frames"), row.small("source_frames")));
    }

    static Rendition rendition(Row row) throws SQLException {
        return new Rendition(
                new Digest(row.text("digest")),
                row.text("format"),
                row.small("width_px"),
                row.small("height_px"),
                row.number("size"));
    }
}
