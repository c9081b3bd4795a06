package safelight.blobs.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import safelight.base.Bytes;
import safelight.base.Digest;
import safelight.blobs.BlobFailure;

/// What a directory tree needs so that a renamed file is still there after a power cut, and how
/// much room it has.
final class Disk {
    private static final Logger LOG = LoggerFactory.getLogger(Disk.class);
    private static final long PAGE_BYTES = 4096;

    private final Path root;
    private final Bytes reserve;

    Disk(Path root, Bytes reserve) {
        this.root = root;
        this.reserve = reserve;
    }

    /// Room beyond the reserve.
    long roomLeft() throws IOException {
        return Math.max(0, usable() - reserve.count());
    }

    void refuseIfFull() throws IOException {
        if (usable() <= reserve.count()) throw new BlobFailure.Full();
    }

    /// In the port's words: full if the file system says so or has nothing left.
    BlobFailure failure(String what, IOException cause) {
        return isFull(cause)
                ? new BlobFailure.Full(cause)
                : new BlobFailure.Unavailable(what, cause);
    }

    private boolean isFull(IOException cause) {
        var said = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
        if (said.contains("no space left") || said.contains("quota exceeded")) return true;
        try {
            return usable() < PAGE_BYTES;
        } catch (IOException e) {
            return false;
        }
    }

    private long usable() throws IOException {
        return Files.getFileStore(root).getUsableSpace();
    }

    /// Where the blob of this name is.
    Path place(Digest digest) {
        return directory(digest).resolve(digest.hex());
    }

    /// Renames onto the blob's place, replacing what is there, and makes that durable with all
    /// directories down from the root. Those are synced even if they were there: another process
    /// may have made them a moment ago; syncing a clean directory costs next to nothing.
    void keep(Path file, Digest digest) throws IOException {
        var upper = upperDirectory(digest);
        var directory = directory(digest);
        makeDirectory(upper);
        makeDirectory(directory);
        Files.move(file, place(digest), StandardCopyOption.ATOMIC_MOVE);
        sync(directory);
        sync(upper);
        sync(root);
    }

    private Path upperDirectory(Digest digest) {
        return root.resolve(digest.hex().substring(0, 2));
    }

    private Path directory(Digest digest) {
        return upperDirectory(digest).resolve(digest.hex().substring(2, 4));
    }

    private static void makeDirectory(Path directory) throws IOException {
        try {
            if (!Files.isDirectory(directory)) Files.createDirectory(directory);
        } catch (FileAlreadyExistsException _) {
            return;
        }
    }

    private static void sync(Path directory) throws IOException {
        try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /// Deletes a staged file. If that fails it is cleared at some later start.
    static void drop(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("staged file not deleted");
        }
    }
}
