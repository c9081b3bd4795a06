package safelight.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import safelight.base.InstanceId;

/// One instance's own folder for what is being received; gone when it stops. Folders that killed
/// instances left are removed after a day.
final class Temporary implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Temporary.class);
    private static final Duration LEFT_MOST = Duration.ofDays(1);

    private final Path folder;

    private Temporary(Path folder) {
        this.folder = folder;
    }

    /// Below `parent`, which instances share.
    static Temporary of(Path parent, InstanceId id, Clock clock) throws IOException {
        Files.createDirectories(parent);
        var old = clock.instant().minus(LEFT_MOST);
        try (var others = Files.newDirectoryStream(parent)) {
            for (var other : others)
                if (Files.getLastModifiedTime(other).toInstant().isBefore(old)) remove(other);
        }
        return new Temporary(Files.createDirectories(parent.resolve(id.value())));
    }

    Path folder() {
        return folder;
    }

    @Override
    public void close() {
        remove(folder);
    }

    private static void remove(Path folder) {
        try (var all = Files.walk(folder)) {
            for (var each : all.sorted(Comparator.reverseOrder()).toList())
                Files.deleteIfExists(each);
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("folder", folder).setCause(e).log("could not be removed");
        }
    }
}
