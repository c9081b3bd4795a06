package safelight.base;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/// A disk of a few megabytes in memory, for tests of a full one. Tests that want one are skipped
/// where it cannot be mounted.
public final class SmallDisk implements AutoCloseable {
    private static final int WAIT_SECONDS = 20;

    private final Path place;

    private SmallDisk(Path place) {
        this.place = place;
    }

    /// Mounts one.
    public static SmallDisk of(Bytes size) throws IOException {
        var place = Files.createTempDirectory("small-disk");
        boolean isMounted =
                isDone(
                        "mount",
                        "-t",
                        "tmpfs",
                        "-o",
                        "size=" + size.count(),
                        "tmpfs",
                        place.toString());
        if (!isMounted) Files.delete(place);
        Assumptions.assumeTrue(isMounted, "cannot mount a tmpfs here");
        return new SmallDisk(place);
    }

    /// Its directory.
    public Path place() {
        return place;
    }

    private static boolean isDone(String... command) {
        try {
            var process = new ProcessBuilder(command).redirectErrorStream(true).start();
            return process.waitFor(WAIT_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        if (!isDone("umount", place.toString())) isDone("umount", "-l", place.toString());
        Files.deleteIfExists(place);
    }
}
