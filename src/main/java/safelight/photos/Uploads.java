package safelight.photos;

import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import safelight.base.AccountId;
import safelight.base.Bytes;
import safelight.base.Digest;
import safelight.base.Failure;
import safelight.base.PhotoId;
import safelight.base.Ulids;
import safelight.base.UploadId;
import safelight.blobs.Blob;
import safelight.blobs.BlobFailure;
import safelight.blobs.Blobs;
import safelight.catalog.PhotoRows;
import safelight.catalog.Upload;
import safelight.catalog.UploadRows;
import safelight.imaging.BadPhoto;

/// Photos that come in parts: each request's bytes become a blob, the row says which blobs they are
/// and where the next one starts. So any server can go on, and only the bytes of a request that was
/// cut off are sent again. With the last byte the parts become one photo. A crash at any point is
/// healed by the next look at the upload. Keeps nothing itself; thread-safe.
public final class Uploads {
    private static final Logger LOG = LoggerFactory.getLogger(Uploads.class);
    private static final int OPEN_MAX = 100;
    private static final int PARTS_MAX = 10_000;
    private static final int SWEEP_MAX = 100;

    /// An expired upload stays as long as a request may still be adding to it.
    private static final Duration SWEPT_AFTER = Duration.ofHours(1);

    private final UploadRows rows;
    private final PhotoRows photoRows;
    private final Blobs blobs;
    private final Photos photos;
    private final Bytes sizeMost;
    private final Duration kept;
    private final Clock clock;
    private final Ulids ids;

    /// What it needs. `sizeMost` bounds a photo; `kept` is how long an upload may take, and how
    /// long it can be asked for.
    public record Parts(
            UploadRows rows,
            PhotoRows photoRows,
            Blobs blobs,
            Photos photos,
            Bytes sizeMost,
            Duration kept,
            Clock clock,
            RandomGenerator random) {}

    /// Some bytes that go on at `offset`; `length` is how many were announced, -1 if that was not
    /// said.
    public record Incoming(
            long offset, long length, Optional<Checksum> checksum, InputStream bytes) {}

    /// Wires it.
    public Uploads(Parts parts) {
        this.rows = parts.rows;
        this.photoRows = parts.photoRows;
        this.blobs = parts.blobs;
        this.photos = parts.photos;
        this.sizeMost = parts.sizeMost;
        this.kept = parts.kept;
        this.clock = parts.clock;
        this.ids = new Ulids(parts.clock, parts.random);
    }

    /// Begins an upload of `size` bytes; `name` is only shown.
    ///
    /// @throws BlobFailure.TooLarge if a photo cannot have so many
    /// @throws UploadFailure.TooMany if the account has too many unfinished ones
    /// @throws BadPhoto if there are no bytes at all
    public Upload create(AccountId account, String name, long size) {
        if (size > sizeMost.count()) throw new BlobFailure.TooLarge(sizeMost);
        if (rows.open(account) >= OPEN_MAX) throw new UploadFailure.TooMany(OPEN_MAX);
        var now = clock.instant();
        var upload =
                new Upload(
                        new UploadId(ids.next()),
                        account,
                        new PhotoId(ids.next()),
                        Photos.shown(name),
                        size,
                        now,
                        now.plus(kept),
                        List.of(),
                        false);
        rows.add(upload);
        return healed(upload);
    }

    /// The account's upload; if all bytes are there, so is the photo when this returns.
    ///
    /// @throws UploadFailure.Unknown if there is none
    /// @throws BadPhoto if all bytes are there but are no photo; the upload is gone then
    public Upload find(AccountId account, UploadId id) {
        return healed(known(account, id));
    }

    /// Adds bytes, and makes the photo with the last one.
    ///
    /// @throws UploadFailure if they do not fit, or broke off
    /// @throws BadPhoto if all bytes are there but are no photo; the upload is gone then
    public Upload append(AccountId account, UploadId id, Incoming incoming) {
        var upload = known(account, id);
        if (incoming.offset != upload.offset())
            throw new UploadFailure.WrongOffset(incoming.offset, upload.offset());
        long left = upload.size() - upload.offset();
        if (incoming.length > left) throw new UploadFailure.TooMuch(upload.size());
        if (upload.parts().size() >= PARTS_MAX) throw new UploadFailure.TooManyParts(PARTS_MAX);
        var arriving = new Arriving(incoming.bytes, left, upload.size(), incoming.checksum);
        receive(upload, arriving);
        var now = find(account, id);
        if (arriving.broken().isPresent())
            throw new UploadFailure.BrokeOff(arriving.broken().get());
        return now;
    }

    /// Ends the upload and drops what came of it; the photo stays if it was finished.
    ///
    /// @throws UploadFailure.Unknown if there is none
    public void end(AccountId account, UploadId id) {
        drop(known(account, id));
    }

    /// Drops uploads that expired a while ago. Returns how many.
    public int sweep() {
        var expired = rows.expired(clock.instant().minus(SWEPT_AFTER), SWEEP_MAX);
        for (var id : expired) free(rows.remove(id));
        if (!expired.isEmpty())
            LOG.atInfo().addKeyValue("uploads", expired.size()).log("expired uploads dropped");
        return expired.size();
    }

    private Upload known(AccountId account, UploadId id) {
        return rows.find(id)
                .filter(u -> u.account().equals(account))
                .filter(u -> u.expires().isAfter(clock.instant()))
                .orElseThrow(UploadFailure.Unknown::new);
    }

    /// Bytes first, the row second: a crash between leaves a blob that nobody names.
    private void receive(Upload upload, Arriving arriving) {
        try (var staged = blobs.stage(arriving, sizeMost)) {
            arriving.check();
            if (staged.size() == 0) return;
            staged.keep();
            var part = new Upload.Part(upload.offset(), staged.size(), staged.digest());
            if (!rows.append(upload.id(), part)) {
                free(List.of(part.digest()));
                throw new UploadFailure.WrongOffset(
                        part.start(), rows.find(upload.id()).map(Upload::offset).orElse(0L));
            }
            if (blobs.find(part.digest()).isEmpty()) lost(upload);
        }
    }

    private Upload healed(Upload upload) {
        if (upload.isDone() || upload.offset() < upload.size()) return upload;
        return finish(upload);
    }

    /// May run on several servers at once, and again after a crash: the photo's id was chosen when
    /// the upload began, so there is one photo.
    private Upload finish(Upload upload) {
        var parts = new ArrayList<Blob>();
        for (var part : upload.parts()) {
            var blob = blobs.find(part.digest());
            if (blob.isEmpty()) return lost(upload);
            parts.add(blob.get());
        }
        try (var in = new Joined(parts)) {
            photos.upload(upload.account(), upload.photo(), upload.name(), in);
        } catch (BadPhoto e) {
            drop(upload);
            throw e;
        } catch (BlobFailure.Unavailable e) {
            return finishedElsewhere(upload).orElseThrow(() -> e);
        }
        tidy(upload);
        return upload;
    }

    /// A part is gone: another server has just finished this upload and freed it, or equal bytes
    /// were being removed when it was kept. Then the upload cannot go on.
    private Upload lost(Upload upload) {
        var finished = finishedElsewhere(upload);
        if (finished.isPresent()) return finished.get();
        drop(upload);
        LOG.atWarn().addKeyValue("upload", upload.id()).log("upload lost a part");
        throw new PhotoFailure.JustRemoved();
    }

    private Optional<Upload> finishedElsewhere(Upload upload) {
        return rows.find(upload.id()).filter(Upload::isDone);
    }

    /// The photo is there, so the client has what it wanted, whatever becomes of the parts: the
    /// next look at the upload or the sweep frees them.
    private void tidy(Upload upload) {
        try {
            free(rows.finish(upload.id()));
        } catch (Failure e) {
            LOG.atWarn()
                    .addKeyValue("upload", upload.id())
                    .addKeyValue("problem", e.problem().code())
                    .log("parts of an upload stay for now");
        }
    }

    private void drop(Upload upload) {
        free(rows.remove(upload.id()));
    }

    private void free(List<Digest> digests) {
        for (var digest : digests) blobs.remove(digest, () -> photoRows.isUsed(digest));
    }
}
