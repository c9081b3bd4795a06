package safelight.catalog.sql;

import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import safelight.base.AccountId;
import safelight.base.Digest;
import safelight.base.Page;
import safelight.base.PhotoId;
import safelight.catalog.Photo;
import safelight.catalog.PhotoRows;
import safelight.catalog.Rendition;
import safelight.sql.Access;
import safelight.sql.Database;
import safelight.sql.Statements;

/// Photos and renditions in SQL.
public final class SqlPhotos implements PhotoRows {
    private static final int FOUND_AT_ONCE = 200;
    private static final String FIND_SOME =
            "SELECT * FROM photo WHERE id IN (%s)"
                    .formatted(String.join(", ", Collections.nCopies(FOUND_AT_ONCE, "?")));

    private final Access rows;
    private final Clock clock;

    /// In this database; `clock` dates the cancelled jobs.
    public SqlPhotos(Database database, Clock clock) {
        this.rows = database.in(CatalogWording.WORDS);
        this.clock = clock;
    }

    @Override
    public void add(Photo photo) {
        rows.write("add photo " + photo.id(), s -> PhotoStatements.insert(s, photo));
    }

    @Override
    public void addHidden(Photo photo) {
        rows.write(
                "add hidden photo " + photo.id(),
                s ->
                        PhotoStatements.insert(s, photo)
                                + s.update("UPDATE photo SET hidden = 1 WHERE id = ?", photo.id()));
    }

    @Override
    public List<PhotoId> hiddenBefore(AccountId account, PhotoId id) {
        return rows.read(
                "list the hidden photos of account " + account,
                s ->
                        s.all(
                                "SELECT id FROM photo WHERE account = ? AND id < ? AND hidden = 1",
                                row -> new PhotoId(row.text("id")),
                                account,
                                id));
    }

    @Override
    public Optional<Photo> find(PhotoId id) {
        return rows.read(
                "find photo " + id,
                s -> s.one("SELECT * FROM photo WHERE id = ?", PhotoStatements::photo, id));
    }

    @Override
    public List<Photo> findAll(List<PhotoId> ids) {
        var found = new ArrayList<Photo>();
        for (int from = 0; from < ids.size(); from += FOUND_AT_ONCE) {
            var some = ids.subList(from, Math.min(from + FOUND_AT_ONCE, ids.size()));
            // One statement for any number: what is missing is filled up with the last one.
            var parameters = new Object[FOUND_AT_ONCE];
            for (int i = 0; i < FOUND_AT_ONCE; i++)
                parameters[i] = some.get(Math.min(i, some.size() - 1));
            found.addAll(
                    rows.read(
                            "find " + some.size() + " photos",
                            s -> s.all(FIND_SOME, PhotoStatements::photo, parameters)));
        }
        return found;
    }

    @Override
    public Page<Photo> list(AccountId account, Page.Request page) {
        var below = Cursor.below(page.cursor());
        var found =
                rows.read(
                        "list the photos of account " + account,
                        s ->
                                s.all(
                                        """
                                        SELECT * FROM photo
                                        WHERE account = ? AND id < ? AND hidden = 0
                                        ORDER BY id DESC LIMIT ?\
                                        """,
                                        PhotoStatements::photo,
                                        account,
                                        below,
                                        page.limit() + 1));
        return Page.cut(found, page.limit(), photo -> Cursor.after(photo.id().value()));
    }

    @Override
    public List<Digest> remove(PhotoId id) {
        var photo = find(id);
        if (photo.isEmpty()) return List.of();
        return rows.write(
                "remove photo " + id,
                JobStatements.lock(photo.get().account()),
                s -> remove(s, id));
    }

    private List<Digest> remove(Statements statements, PhotoId id) throws SQLException {
        var photos = withResults(statements, id);
        var sources = new TreeSet<>(Comparator.comparing(Digest::hex));
        photos.forEach(photo -> sources.add(photo.digest()));
        for (var source : sources) PhotoStatements.lock(statements, source);
        var now = clock.instant();
        for (var photo : photos) {
            JobStatements.cancelOn(statements, photo.id(), now);
            statements.update("UPDATE job SET result = NULL WHERE result = ?", photo.id());
            statements.update("DELETE FROM photo WHERE id = ?", photo.id());
        }
        var named = new LinkedHashSet<Digest>(sources);
        for (var source : sources) named.addAll(removeRenditions(statements, source));
        return List.copyOf(named);
    }

    private static List<Photo> withResults(Statements statements, PhotoId id) throws SQLException {
        return statements.all(
                """
                WITH RECURSIVE made AS (
                    SELECT * FROM photo WHERE id = ?
                    UNION
                    SELECT photo.* FROM photo JOIN made ON photo.origin_photo = made.id)
                SELECT * FROM made\
                """,
                PhotoStatements::photo,
                id);
    }

    /// A source that another photo still has keeps its renditions.
    private static List<Digest> removeRenditions(Statements statements, Digest source)
            throws SQLException {
        if (statements.number("SELECT COUNT(*) AS n FROM photo WHERE digest = ?", source) > 0)
            return List.of();
        return statements.all(
                "DELETE FROM rendition WHERE source = ? RETURNING digest",
                row -> new Digest(row.text("digest")),
                source);
    }

    @Override
    public boolean isUsed(Digest digest) {
        return rows.read(
                "look for uses of blob " + digest,
                s ->
                        s.number(
                                        """
                                        SELECT CASE WHEN
                                            EXISTS (SELECT 1 FROM photo WHERE digest = ?)
                                            OR EXISTS (SELECT 1 FROM rendition WHERE digest = ?)
                                            OR EXISTS (SELECT 1 FROM account WHERE avatar = ?)
                                            OR EXISTS (SELECT 1 FROM upload_part
                                                WHERE digest = ?)
                                            THEN 1 ELSE 0 END AS n\
                                        """,
                                        digest,
                                        digest,
                                        digest,
                                        digest)
                                > 0);
    }

    @Override
    public Optional<Rendition> rendition(Rendition.Key key) {
        return rows.read(
                "find a rendition of " + key.source(),
                s ->
                        s.one(
                                """
                                SELECT * FROM rendition
                                WHERE source = ? AND recipe = ? AND engine = ?\
                                """,
                                PhotoStatements::rendition,
                                key.source(),
                                key.recipe(),
                                key.engine()));
    }

    @Override
    public Optional<Rendition> anyRendition(Digest source, String recipe) {
        return rows.read(
                "find a rendition of " + source,
                s ->
                        s.one(
                                """
                                SELECT * FROM rendition WHERE source = ? AND recipe = ?
                                ORDER BY engine DESC LIMIT 1\
                                """,
                                PhotoStatements::rendition,
                                source,
                                recipe));
    }

    @Override
    public void addRendition(Rendition.Key key, Rendition rendition) {
        rows.write(
                "add a rendition of " + key.source(),
                s -> PhotoStatements.insert(s, key, rendition));
    }
}
