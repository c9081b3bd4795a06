package safelight.photos;

import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import safelight.base.AccountId;
import safelight.base.Bytes;
import safelight.base.Page;
import safelight.base.PhotoId;
import safelight.base.Ulids;
import safelight.blobs.Blob;
import safelight.blobs.BlobFailure;
import safelight.blobs.Blobs;
import safelight.blobs.Staged;
import safelight.catalog.Photo;
import safelight.catalog.PhotoRows;
import safelight.imaging.Header;
import safelight.imaging.Limits;
import safelight.imaging.Source;

/// Upload, look at and delete photos. Bytes go first, the row second, so that a crash between
/// leaves a blob that nobody names and never a row without bytes. Keeps nothing itself;
/// thread-safe.
public final class Photos {
    private static final int NAME_MAX = 200;

    /// Looking at an upload takes its bytes into memory: so many at once, whatever comes in.
    private static final int INSPECTIONS_MAX = 4;

    private final PhotoRows rows;
    private final Blobs blobs;
    private final Bytes sizeMost;
    private final Limits limits;
    private final Clock clock;
    private final Ulids ids;
    private final Semaphore inspections = new Semaphore(INSPECTIONS_MAX, true);

    /// Wires it to its storage; `sizeMost` and `limits` bound an upload.
    public Photos(
            PhotoRows rows,
            Blobs blobs,
            Bytes sizeMost,
            Limits limits,
            Clock clock,
            RandomGenerator random) {
        this.rows = rows;
        this.blobs = blobs;
        this.sizeMost = sizeMost;
        this.limits = limits;
        this.clock = clock;
        this.ids = new Ulids(clock, random);
    }

    /// Takes in one photo. Its format comes from its bytes; `name` is only shown.
    ///
    /// @throws safelight.imaging.BadPhoto if the bytes are no photo that can be taken in
    /// @throws BlobFailure if they are too many or cannot be stored
    public Photo upload(AccountId account, String name, InputStream in) {
        return take(account, new PhotoId(ids.next()), name, in, rows::add);
    }

    /// Takes in one photo under an id that was chosen before. If it is there already, that is the
    /// answer and `in` is not read, so this may be repeated.
    ///
    /// @throws safelight.imaging.BadPhoto if the bytes are no photo that can be taken in
    /// @throws BlobFailure if they are too many or cannot be stored
    public Photo upload(AccountId account, PhotoId id, String name, InputStream in) {
        return rows.find(id).orElseGet(() -> take(account, id, name, in, rows::add));
    }

    /// Takes in what a profile picture is to be made of; it is not listed. {@link #forgetHidden}
    /// removes those that it takes the place of.
    ///
    /// @throws safelight.imaging.BadPhoto if the bytes are no photo that can be taken in
    /// @throws BlobFailure if they are too many or cannot be stored
    public Photo uploadHidden(AccountId account, String name, InputStream in) {
        return take(account, new PhotoId(ids.next()), name, in, rows::addHidden);
    }

    /// Deletes the account's hidden photos that are older than this one.
    public void forgetHidden(Photo latest) {
        for (var id : rows.hiddenBefore(latest.account(), latest.id())) remove(id);
    }

    private Photo take(
            AccountId account, PhotoId id, String name, InputStream in, Consumer<Photo> add) {
        try (var staged = blobs.stage(in, sizeMost)) {
            var header = inspect(staged);
            var photo =
                    new Photo(
                            id,
                            account,
                            staged.digest(),
                            header.format().id(),
                            header.size().widthPx(),
                            header.size().heightPx(),
                            staged.size(),
                            shown(name),
                            Optional.empty(),
                            clock.instant(),
                            new Photo.Frames(header.frames(), header.frames()));
            staged.keep();
            add.accept(photo);
            if (!blobs.isHere(photo.digest())) undo(photo);
            return photo;
        }
    }

    /// The account's photo of this id.
    ///
    /// @throws PhotoFailure.Unknown if there is none
    public Photo find(AccountId account, PhotoId id) {
        return rows.find(id)
                .filter(p -> p.account().equals(account))
                .orElseThrow(PhotoFailure.Unknown::new);
    }

    /// The account's photo of what may be an id, if there is one.
    public Optional<Photo> findOwn(AccountId account, String id) {
        if (!Ulids.isUlid(id)) return Optional.empty();
        return rows.find(new PhotoId(id)).filter(p -> p.account().equals(account));
    }

    /// The account's photos, newest first.
    public Page<Photo> list(AccountId account, Page.Request page) {
        return rows.list(account, page);
    }

    /// The bytes of a photo.
    ///
    /// @throws PhotoFailure.Unknown if they are gone
    public Blob content(Photo photo) {
        return blobs.find(photo.digest()).orElseThrow(PhotoFailure.Unknown::new);
    }

    /// Deletes the photo and everything made from it: rows first, then the bytes that nothing else
    /// names.
    ///
    /// @throws PhotoFailure.Unknown if the account has no such photo
    public void delete(AccountId account, PhotoId id) {
        find(account, id);
        remove(id);
    }

    private void remove(PhotoId id) {
        for (var digest : rows.remove(id)) blobs.remove(digest, () -> rows.isUsed(digest));
    }

    private void undo(Photo photo) {
        rows.remove(photo.id());
        throw new PhotoFailure.JustRemoved();
    }

    private Header inspect(Staged staged) {
        inspections.acquireUninterruptibly();
        try (var in = staged.open();
                var source = Source.read(in, staged.size())) {
            return Header.read(source, limits);
        } catch (IOException e) {
            throw new BlobFailure.Unavailable("read back an upload", e);
        } finally {
            inspections.release();
        }
    }

    /// A name as it may be shown: one line, not too long.
    static String shown(String name) {
        var line = name.strip().replaceAll("[\\p{Cntrl}/\\\\]", "_");
        if (line.length() <= NAME_MAX) return line;
        boolean splits = Character.isHighSurrogate(line.charAt(NAME_MAX - 1));
        return line.substring(0, splits ? NAME_MAX - 1 : NAME_MAX);
    }
}
