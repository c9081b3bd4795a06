package safelight.blobs.files;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import safelight.base.Bytes;
import safelight.base.Digest;
import safelight.blobs.Blob;
import safelight.blobs.BlobFailure;
import safelight.blobs.Blobs;
import safelight.blobs.Staged;

/// Blobs as files: `root/ab/cd/abcd...`, staged in `root/tmp`. Any number of threads and of
/// processes may use one directory. It never fills the disk beyond a reserve.
public final class FileBlobs implements Blobs {
    private static final int BUFFER_BYTES = 128 << 10;
    private static final long LOOK_BYTES = 4 << 20;

    private final Path staging;
    private final Disk disk;

    /// In this directory, which is made if need be, leaving `reserve` free on its disk. What killed
    /// processes left behind long before `clock` is cleared.
    ///
    /// @throws BlobFailure.Unavailable if the directory cannot be used
    public FileBlobs(Path root, Bytes reserve, Clock clock) {
        this.staging = root.toAbsolutePath().resolve("tmp");
        this.disk = new Disk(root.toAbsolutePath(), reserve);
        try {
            Files.createDirectories(staging);
            new Leftovers(disk).clear(staging, clock.instant());
        } catch (IOException e) {
            throw disk.failure("open " + root, e);
        }
    }

    @Override
    public Staged stage(InputStream in, Bytes limit) {
        var file = staging.resolve("staged-" + UUID.randomUUID());
        boolean isStaged = false;
        try {
            disk.refuseIfFull();
            var staged = receive(in, limit, file);
            isStaged = true;
            return staged;
        } catch (IOException e) {
            throw disk.failure("store an upload", e);
        } finally {
            if (!isStaged) Disk.drop(file);
        }
    }

    private Staged receive(InputStream in, Bytes limit, Path file) throws IOException {
        var sha256 = Digest.sha256();
        var buffer = new byte[BUFFER_BYTES];
        long size = 0;
        long looked = 0;
        try (var out = new FileOutputStream(file.toFile())) {
            for (int count = pull(in, buffer); count >= 0; count = pull(in, buffer)) {
                size += count;
                if (size > limit.count()) throw new BlobFailure.TooLarge(limit);
                if (size - looked >= LOOK_BYTES) {
                    disk.refuseIfFull();
                    looked = size;
                }
                sha256.update(buffer, 0, count);
                out.write(buffer, 0, count);
            }
            out.getFD().sync();
        }
        var digest = Digest.finish(sha256);
        return new StagedFile(disk, file, digest, size);
    }

    /// Whatever goes wrong here is the sender's, not the disk's.
    private static int pull(InputStream in, byte[] buffer) {
        try {
            return in.read(buffer);
        } catch (IOException e) {
            throw new BlobFailure.SourceBroken(e);
        }
    }

    @Override
    public Optional<Blob> find(Digest digest) {
        var file = disk.place(digest);
        try {
            return Optional.of(new FileBlob(digest, file, Files.size(file)));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            throw disk.failure("find blob " + digest, e);
        }
    }

    @Override
    public void remove(Digest digest, BooleanSupplier stillWanted) {
        if (stillWanted.getAsBoolean()) return;
        var place = disk.place(digest);
        var hidden = staging.resolve(Leftovers.prefix(digest) + UUID.randomUUID());
        try {
            Files.move(place, hidden, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException _) {
            return;
        } catch (IOException e) {
            throw disk.failure("remove blob " + digest, e);
        }
        boolean isUnwanted = false;
        try {
            isUnwanted = !stillWanted.getAsBoolean();
        } finally {
            if (isUnwanted) Disk.drop(hidden);
            else bringBack(digest, hidden, place);
        }
    }

    /// Unless equal bytes were kept meanwhile.
    private void bringBack(Digest digest, Path hidden, Path place) {
        try {
            if (Files.exists(place)) Disk.drop(hidden);
            else disk.keep(hidden, digest);
        } catch (IOException e) {
            throw disk.failure("bring back blob " + digest, e);
        }
    }

    @Override
    public List<Digest> list(Optional<Digest> after, int limit) {
        try {
            return disk.list(after.map(Digest::hex).orElse(""), limit);
        } catch (IOException e) {
            throw disk.failure("list blobs", e);
        }
    }

    @Override
    public long roomLeft() {
        try {
            return disk.roomLeft();
        } catch (IOException e) {
            throw disk.failure("ask for the room left", e);
        }
    }
}
