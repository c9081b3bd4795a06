package safelight.app;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/// Keeps two servers from embedding their engines in one folder. The lock ends with the process,
/// however that ends.
final class DataLock implements AutoCloseable {
    private final FileChannel channel;

    private DataLock(FileChannel channel) {
        this.channel = channel;
    }

    /// @throws CannotStart if another process has it
    static DataLock on(Path folder) throws IOException {
        return ask(folder).orElseThrow(() -> taken(folder));
    }

    /// Empty if another process has it.
    static Optional<DataLock> ask(Path folder) throws IOException {
        Files.createDirectories(folder);
        var channel =
                FileChannel.open(
                        folder.resolve("lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
        if (!isTaken(channel)) return Optional.of(new DataLock(channel));
        channel.close();
        return Optional.empty();
    }

    static CannotStart taken(Path folder) {
        return new CannotStart(
                "Another Safelight is using the folder "
                        + folder
                        + ". Stop it, or give this one a folder of its own with --data.");
    }

    private static boolean isTaken(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock == null;
        } catch (OverlappingFileLockException e) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
