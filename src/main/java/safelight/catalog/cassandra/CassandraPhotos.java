package safelight.catalog.cassandra;

import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import safelight.base.AccountId;
import safelight.base.Digest;
import safelight.base.Page;
import safelight.base.PhotoId;
import safelight.catalog.Photo;
import safelight.catalog.PhotoRows;
import safelight.catalog.Rendition;
import safelight.cql.Access;
import safelight.cql.CqlCluster;
import safelight.cql.Statements;

/// Photos and renditions in Cassandra.
///
/// Removal first cancels the open jobs on a photo and only then looks for its results, so that none
/// can come later; then goes through results, renditions and rows, and takes the photo that was
/// asked for last. Whoever repeats a removal that a crash cut off finds that photo and does the
/// rest.
public final class CassandraPhotos implements PhotoRows {
    private static final int HIDDEN_MAX = 10_000;
    private static final int RESULTS_MAX = 100_000;
    private static final int RENDITIONS_MAX = 100_000;

    private final Access rows;
    private final JobSteps steps;

    /// In this cluster; `clock` dates the cancelled jobs.
    public CassandraPhotos(CqlCluster cluster, Clock clock) {
        this.rows = cluster.in(CatalogWording.WORDS);
        this.steps = new JobSteps(cluster, clock);
    }

    @Override
    public void add(Photo photo) {
        rows.write("add photo " + photo.id(), s -> s.all(PhotoTables.uploaded(photo)));
    }

    @Override
    public void addHidden(Photo photo) {
        rows.write("add hidden photo " + photo.id(), s -> s.all(PhotoTables.hidden(photo)));
    }

    @Override
    public List<PhotoId> hiddenBefore(AccountId account, PhotoId id) {
        return rows.run(
                "list the hidden photos of account " + account,
                s ->
                        s.all(
                                "SELECT id FROM photo_hidden WHERE account = ? AND id < ? LIMIT ?",
                                row -> new PhotoId(row.text("id")),
                                account,
                                id,
                                HIDDEN_MAX));
    }

    @Override
    public Optional<Photo> find(PhotoId id) {
        return rows.run("find photo " + id, s -> found(s, id));
    }

    @Override
    public List<Photo> findAll(List<PhotoId> ids) {
        return rows.run(
                "find " + ids.size() + " photos",
                s ->
                        PhotoTables.rows(s, ids).stream()
                                .filter(found -> PhotoTables.isThere(s, found))
                                .map(PhotoTables.Found::photo)
                                .toList());
    }

    private static Optional<Photo> found(Statements statements, PhotoId id) {
        return PhotoTables.row(statements, id)
                .filter(found -> PhotoTables.isThere(statements, found))
                .map(PhotoTables.Found::photo);
    }

    @Override
    public Page<Photo> list(AccountId account, Page.Request page) {
        var below = Cursor.below(page.cursor());
        var found =
                rows.run(
                        "list the photos of account " + account,
                        s -> listed(s, account, below, page.limit()));
        return Page.cut(found, page.limit(), photo -> Cursor.after(photo.id().value()));
    }

    private static List<Photo> listed(
            Statements statements, AccountId account, String top, int limit) {
        var listed = new ArrayList<Photo>();
        var below = top;
        while (true) {
            var some =
                    statements.all(
                            """
                            SELECT * FROM photo_of_account WHERE account = ? AND id < ? LIMIT ?\
                            """,
                            row -> new Line(row.text("id"), PhotoTables.found(row)),
                            account,
                            below,
                            limit + 1);
            for (var line : some)
                line.found()
                        .filter(found -> PhotoTables.isThere(statements, found))
                        .ifPresent(found -> listed.add(found.photo()));
            if (listed.size() > limit || some.size() <= limit) return listed;
            below = some.getLast().id();
        }
    }

    /// One row of a list.
    private record Line(String id, Optional<PhotoTables.Found> found) {}

    @Override
    public List<Digest> remove(PhotoId id) {
        return rows.run("remove photo " + id, s -> remove(s, id));
    }

    private List<Digest> remove(Statements statements, PhotoId id) {
        var root = found(statements, id);
        if (root.isEmpty()) return List.of();
        var photos = withResults(statements, root.get());
        var sources = new LinkedHashSet<Digest>();
        photos.forEach(photo -> sources.add(photo.digest()));
        var named = new LinkedHashSet<>(sources);
        named.addAll(removeRenditions(statements, sources, photos));
        for (var photo : photos.reversed()) {
            photo.origin().ifPresent(o -> statements.each(List.of(JobTable.resultGone(o.job()))));
            statements.all(PhotoTables.removed(photo));
        }
        // A job that succeeded just before may have recorded its rendition just now.
        named.addAll(removeRenditions(statements, sources, photos));
        // Accepted while this went on; it could not succeed any more.
        photos.forEach(photo -> steps.cancelOn(statements, photo.id()));
        return List.copyOf(named);
    }

    /// The photo and all that was made from it, each before what was made from it.
    private List<Photo> withResults(Statements statements, Photo root) {
        var photos = new ArrayList<Photo>();
        photos.add(root);
        for (int i = 0; i < photos.size(); i++) {
            var photo = photos.get(i);
            steps.cancelOn(statements, photo.id());
            var made =
                    statements.all(
                            "SELECT id FROM photo_made WHERE origin = ? LIMIT ?",
                            row -> new PhotoId(row.text("id")),
                            photo.id(),
                            RESULTS_MAX);
            for (var id : made)
                PhotoTables.row(statements, id).ifPresent(found -> add(statements, found, photos));
        }
        return photos;
    }

    /// What a job would have made that did not succeed belongs to nobody.
    private static void add(Statements statements, PhotoTables.Found found, List<Photo> photos) {
        if (PhotoTables.isThere(statements, found)) photos.add(found.photo());
        else statements.all(PhotoTables.removed(found.photo()));
    }

    /// A source that another photo still has keeps its renditions.
    private static List<Digest> removeRenditions(
            Statements statements, Set<Digest> sources, List<Photo> photos) {
        var ids = photos.stream().map(Photo::id).toList();
        var named = new ArrayList<Digest>();
        for (var source : sources) {
            if (Uses.byOtherPhoto(statements, source, ids)) continue;
            var made =
                    statements.all(
                            "SELECT digest FROM rendition WHERE source = ? LIMIT ?",
                            row -> new Digest(row.text("digest")),
                            source,
                            RENDITIONS_MAX);
            if (made.isEmpty()) continue;
            statements.change("DELETE FROM rendition WHERE source = ?", source);
            var use = Uses.Use.rendition(source);
            statements.each(made.stream().distinct().map(use::removed).toList());
            named.addAll(made);
        }
        return named;
    }

    @Override
    public boolean isUsed(Digest digest) {
        return rows.run("look for uses of blob " + digest, s -> Uses.any(s, digest));
    }

    @Override
    public Optional<Rendition> rendition(Rendition.Key key) {
        return rows.run("find a rendition of " + key.source(), s -> PhotoTables.rendition(s, key));
    }

    @Override
    public Optional<Rendition> anyRendition(Digest source, String recipe) {
        return rows.run(
                "find a rendition of " + source,
                s ->
                        s.one(
                                "SELECT * FROM rendition WHERE source = ? AND recipe = ? LIMIT 1",
                                PhotoTables::rendition,
                                source,
                                recipe));
    }

    @Override
    public void addRendition(Rendition.Key key, Rendition rendition) {
        rows.write(
                "add a rendition of " + key.source(), s -> PhotoTables.record(s, key, rendition));
    }
}
