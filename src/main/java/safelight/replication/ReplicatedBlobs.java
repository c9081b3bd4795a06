package safelight.replication;

import java.io.InputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import safelight.base.Bytes;
import safelight.base.Digest;
import safelight.blobs.Blob;
import safelight.blobs.BlobFailure;
import safelight.blobs.Blobs;
import safelight.blobs.Staged;
import safelight.catalog.BlobTask;
import safelight.catalog.CopyRows;

/// The blobs of one data center among several. What is kept or removed here becomes a task of every
/// other one, durable before the caller hears of it; what is not here is read from where it is, and
/// kept. Thread-safe.
public final class ReplicatedBlobs implements Blobs {
    private final Blobs here;
    private final CopyRows rows;
    private final Peers peers;
    private final Fetches fetches;
    private final ReplicationSettings settings;
    private final Clock clock;

    /// Over the blobs that are here; `folder` is for those that are on their way.
    public ReplicatedBlobs(Blobs here, Site site, Path folder) {
        this.here = here;
        this.rows = site.rows;
        this.peers = site.peers;
        this.settings = site.settings;
        this.clock = site.clock;
        this.fetches = new Fetches(peers, here, rows, folder);
    }

    /// This data center and what it shares with the others.
    public record Site(ReplicationSettings settings, CopyRows rows, Peers peers, Clock clock) {}

    /// How many blobs this process has brought here.
    public long blobsCome() {
        return fetches.blobsCome();
    }

    /// Of how many bytes.
    public long bytesCome() {
        return fetches.bytesCome();
    }

    Blobs here() {
        return here;
    }

    @Override
    public Staged stage(InputStream in, Bytes limit) {
        return new Noted(here.stage(in, limit));
    }

    /// @throws BlobFailure.Unavailable if it is not here, and the others do not answer
    @Override
    public Optional<Blob> find(Digest digest) {
        var found = here.find(digest);
        if (found.isPresent()) return found;
        return place(digest, "").map(Remote::new);
    }

    @Override
    public boolean isHere(Digest digest) {
        return here.isHere(digest);
    }

    @Override
    public void remove(Digest digest, BooleanSupplier stillWanted) {
        var isWanted = new AtomicBoolean();
        here.remove(
                digest,
                () -> {
                    isWanted.set(stillWanted.getAsBoolean());
                    return isWanted.get();
                });
        if (!isWanted.get()) rows.add(tasks(BlobTask.Kind.GONE, digest, 0));
    }

    @Override
    public List<Digest> list(Optional<Digest> after, int limit) {
        return here.list(after, limit);
    }

    @Override
    public long roomLeft() {
        return here.roomLeft();
    }

    /// Brings the blob here; `source` is asked first. Returns how many bytes came, or empty if
    /// nobody has it.
    ///
    /// @throws safelight.base.Failure if it could not be brought
    Optional<Bytes> bring(Digest digest, String source) {
        var place = place(digest, source);
        place.ifPresent(fetches::fetch);
        return place.map(p -> new Bytes(p.size()));
    }

    private Optional<Peers.Place> place(Digest digest, String first) {
        try {
            return peers.find(digest, first);
        } catch (ReplicationFailure e) {
            throw new BlobFailure.Unavailable("look for blob " + digest + " elsewhere", e);
        }
    }

    private List<BlobTask> tasks(BlobTask.Kind kind, Digest digest, long size) {
        var now = clock.instant();
        return peers.names().stream()
                .map(name -> new BlobTask(name, kind, digest, size, settings.own(), now))
                .toList();
    }

    /// Bytes that the others hear of when they are kept.
    private final class Noted implements Staged {
        private final Staged staged;
        private boolean isNoted;

        Noted(Staged staged) {
            this.staged = staged;
        }

        @Override
        public Digest digest() {
            return staged.digest();
        }

        @Override
        public long size() {
            return staged.size();
        }

        @Override
        public InputStream open() {
            return staged.open();
        }

        /// A crash between leaves a blob that no row names, since the caller adds its row later.
        @Override
        public void keep() {
            staged.keep();
            if (isNoted || settings.external()) return;
            rows.add(tasks(BlobTask.Kind.COME, digest(), size()));
            isNoted = true;
        }

        @Override
        public void close() {
            staged.close();
        }
    }

    /// A blob of another data center. Whoever reads it brings it here.
    private final class Remote implements Blob {
        private final Peers.Place place;

        Remote(Peers.Place place) {
            this.place = place;
        }

        @Override
        public long size() {
            return place.size();
        }

        @Override
        public InputStream open(long offset, long length) {
            var arrived = here.find(place.digest());
            if (arrived.isPresent()) return arrived.get().open(offset, length);
            return fetches.join(place).reader(offset, length);
        }

        /// What arrives is compared with its digest in any case.
        @Override
        public InputStream openChecked() {
            var arrived = here.find(place.digest());
            if (arrived.isPresent()) return arrived.get().openChecked();
            return fetches.join(place).reader(0, place.size());
        }
    }
}
