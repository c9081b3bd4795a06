package safelight.blobs.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
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
    private static final Pattern HALF = Pattern.compile("[0-9a-f]{2}");
    private static final Pattern WHOLE = Pattern.compile("[0-9a-f]{64}");

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

    /// Asked of the path itself: to look its file store up reads the list of all mounts.
    private long usable() throws IOException {
        long usable = root.toFile().getUsableSpace();
        // It says 0 if it cannot tell, too: the file store says why.
        return usable > 0 ? usable : Files.getFileStore(root).getUsableSpace();
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

    /// Names of blobs after this one, in order.
    List<Digest> list(String after, int limit) throws IOException {
        var found = new ArrayList<Digest>();
        for (var upper : children(root, HALF, after))
            for (var directory : children(upper, HALF, after))
                for (var file : children(directory, WHOLE, after)) {
                    if (file.getFileName().toString().equals(after)) continue;
                    if (found.size() == limit) return found;
                    found.add(new Digest(file.getFileName().toString()));
                }
        return found;
    }

    /// What is in a directory, in order, without what comes before `after` with all below it.
    private List<Path> children(Path directory, Pattern names, String after) throws IOException {
        var before = root.relativize(directory).toString().replace("/", "");
        try (var all = Files.list(directory)) {
            return all.filter(p -> names.matcher(p.getFileName().toString()).matches())
                    .filter(p -> !isBefore(p.getFileName().toString(), before, after))
                    .sorted()
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    private static boolean isBefore(String name, String directory, String after) {
        var full = name.length() == 2 ? directory + name : name;
        return full.compareTo(after.substring(0, Math.min(full.length(), after.length()))) < 0;
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
