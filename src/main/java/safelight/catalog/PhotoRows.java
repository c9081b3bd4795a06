package safelight.catalog;

import java.util.List;
import java.util.Optional;
import safelight.base.AccountId;
import safelight.base.Digest;
import safelight.base.Page;
import safelight.base.PhotoId;

/// The catalog's photos and renditions. Thread-safe; every write is durable when its method
/// returns; every method throws {@link CatalogUnavailable} if storage does not answer.
public interface PhotoRows {
    /// Adds a photo. Adding it again changes nothing.
    void add(Photo photo);

    /// Adds a photo that is not listed: what a profile picture is made of.
    void addHidden(Photo photo);

    /// The account's photos that are not listed, of those older than `id`.
    List<PhotoId> hiddenBefore(AccountId account, PhotoId id);

    /// The photo of this id, whoever owns it.
    Optional<Photo> find(PhotoId id);

    /// Those of these photos that are there, whoever owns them, in any order.
    List<Photo> findAll(List<PhotoId> ids);

    /// The account's photos, newest first, results included, hidden ones not.
    Page<Photo> list(AccountId account, Page.Request page);

    /// Removes the photo, all results made from it and from those in turn, their renditions, and
    /// the open jobs on any of them become cancelled; all in one step. Returns the digests that the
    /// removed rows named; empty if there was no such photo.
    List<Digest> remove(PhotoId id);

    /// Whether any photo, rendition, profile picture or part of an upload names this blob.
    boolean isUsed(Digest digest);

    /// The rendition of this key, if one was recorded.
    Optional<Rendition> rendition(Rendition.Key key);

    /// The rendition of this source and recipe by whichever engine made one last.
    Optional<Rendition> anyRendition(Digest source, String recipe);

    /// Records a rendition; the first one stays.
    void addRendition(Rendition.Key key, Rendition rendition);
}
