package safelight.catalog.cassandra;

import java.util.List;
import java.util.Optional;
import safelight.base.AccountId;
import safelight.base.Digest;
import safelight.base.PhotoId;
import safelight.base.UploadId;
import safelight.cql.Change;
import safelight.cql.Row;
import safelight.cql.Statements;

/// Who names which blob. A use is written before or with the row that names the blob, and removed
/// with it or after it, so that a crash between keeps a blob too long and never loses one.
final class Uses {
    private static final String ADD = "INSERT INTO blob_use (digest, kind, user) VALUES (?, ?, ?)";
    private static final String REMOVE =
            "DELETE FROM blob_use WHERE digest = ? AND kind = ? AND user = ?";
    private static final String PHOTO = "photo";
    private static final int OTHERS_MAX = 1_000;

    private Uses() {}

    /// One use: `user` under `kind`.
    record Use(String kind, String user) {
        static Use photo(PhotoId id) {
            return new Use(PHOTO, id.value());
        }

        static Use rendition(Digest source) {
            return new Use("rendition", source.hex());
        }

        static Use avatar(AccountId account) {
            return new Use("avatar", account.value());
        }

        static Use part(UploadId upload, long start) {
            return new Use("part", upload.value() + "/" + start);
        }

        Change added(Digest digest) {
            return Change.of(ADD, digest, kind, user);
        }

        /// Once and for all: not after it was removed.
        Change born(Digest digest) {
            return Change.of(ADD + " USING TIMESTAMP 1", digest, kind, user);
        }

        Change removed(Digest digest) {
            return Change.of(REMOVE, digest, kind, user);
        }
    }

    static boolean any(Statements statements, Digest digest) {
        return statements
                .one(
                        "SELECT kind FROM blob_use WHERE digest = ? LIMIT 1",
                        row -> row.text("kind"),
                        digest)
                .isPresent();
    }

    /// Blobs with a use, each once.
    static List<Digest> named(Statements statements, Optional<Digest> after, int limit) {
        var digests =
                after.isEmpty()
                        ? statements.all(
                                "SELECT DISTINCT digest FROM blob_use LIMIT ?", Uses::digest, limit)
                        : statements.all(
                                "SELECT DISTINCT digest FROM blob_use"
                                        + " WHERE token(digest) > token(?) LIMIT ?",
                                Uses::digest,
                                after.get(),
                                limit);
        return digests.stream().map(Digest::new).toList();
    }

    private static String digest(Row row) {
        return row.text("digest");
    }

    /// Whether a photo other than these has the bytes.
    static boolean byOtherPhoto(Statements statements, Digest digest, List<PhotoId> these) {
        var ids = these.stream().map(PhotoId::value).toList();
        return statements
                .all(
                        "SELECT user FROM blob_use WHERE digest = ? AND kind = ? LIMIT ?",
                        row -> row.text("user"),
                        digest,
                        PHOTO,
                        Math.max(OTHERS_MAX, ids.size() + 1))
                .stream()
                .anyMatch(user -> !ids.contains(user));
    }
}
