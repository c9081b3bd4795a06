package safelight.archive;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import safelight.base.Digest;
import safelight.blobs.Blob;
import safelight.blobs.BlobFailure;
import safelight.blobs.Blobs;

/// Copies blobs into an archive, each once, while comparing them with their digests.
final class BlobCopies {
    private static final int BUFFER_BYTES = 128 << 10;

    private final Blobs blobs;
    private final Folder folder;
    private final Listener listener;
    private final AtomicLong count = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();

    BlobCopies(Blobs blobs, Folder folder, Listener listener) {
        this.blobs = blobs;
        this.folder = folder;
        this.listener = listener;
    }

    long count() {
        return count.get();
    }

    long bytes() {
        return bytes.get();
    }

    /// What became of each of them.
    Map<Digest, Presence> take(List<Digest> digests) {
        var distinct = digests.stream().distinct().toList();
        var outcomes = Crew.each(distinct, this::take);
        var presences = new LinkedHashMap<Digest, Presence>();
        for (int i = 0; i < distinct.size(); i++) presences.put(distinct.get(i), outcomes.get(i));
        return presences;
    }

    private Presence take(Digest digest) {
        var file = folder.blob(digest);
        if (Files.exists(file)) return Presence.HERE;
        var blob = blobs.find(digest);
        if (blob.isEmpty()) return Presence.MISSING;
        var part = file.resolveSibling(digest.hex() + ".part");
        try {
            Files.createDirectories(file.getParent());
            var presence = copy(blob.get(), part);
            if (presence == Presence.HERE) Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
            else Files.deleteIfExists(part);
            return presence;
        } catch (IOException e) {
            throw new ArchiveFailure.Unusable("write", file, e);
        }
    }

    private Presence copy(Blob blob, Path to) throws IOException {
        try (var out = new FileOutputStream(to.toFile());
                var in = blob.openChecked()) {
            var buffer = new byte[BUFFER_BYTES];
            long size = 0;
            for (int some = pull(in, buffer); some >= 0; some = pull(in, buffer)) {
                out.write(buffer, 0, some);
                listener.moved(some);
                size += some;
            }
            out.getFD().sync();
            count.incrementAndGet();
            bytes.addAndGet(size);
            return Presence.HERE;
        } catch (BlobFailure.Corrupt | BlobFailure.SourceBroken e) {
            return Presence.DAMAGED;
        }
    }

    /// What goes wrong here is the store's, not the archive's: such as a bad sector.
    private static int pull(InputStream in, byte[] buffer) {
        try {
            return in.read(buffer);
        } catch (IOException e) {
            throw new BlobFailure.SourceBroken(e);
        }
    }
}
