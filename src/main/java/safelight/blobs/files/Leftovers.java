package safelight.blobs.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import safelight.base.Digest;

/// Clears the staging directory of what a killed process left. Other processes may be at work
/// there, so only what has not changed for a while counts.
final class Leftovers {
    private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);
    private static final Duration STAGING_AGE = Duration.ofHours(1);
    private static final Duration REMOVAL_AGE = Duration.ofMinutes(1);
    private static final String REMOVAL = "removed-";
    private static final Pattern REMOVED = Pattern.compile(REMOVAL + "([0-9a-f]{64})-.*");

    private final Disk disk;

    Leftovers(Disk disk) {
        this.disk = disk;
    }

    /// The beginning of the name of a file that is being removed.
    static String prefix(Digest digest) {
        return REMOVAL + digest + "-";
    }

    void clear(Path staging, Instant now) throws IOException {
        try (var files = Files.newDirectoryStream(staging)) {
            for (var file : files) clearOne(file, now);
        }
    }

    private void clearOne(Path file, Instant now) throws IOException {
        var removed = REMOVED.matcher(file.getFileName().toString());
        try {
            // The time of the last rename or write.
            var changed = (FileTime) Files.getAttribute(file, "unix:ctime");
            var age = Duration.between(changed.toInstant(), now);
            if (removed.matches() && age.compareTo(REMOVAL_AGE) > 0) {
                restore(file, new Digest(removed.group(1)));
            } else if (!removed.matches() && age.compareTo(STAGING_AGE) > 0) {
                Files.deleteIfExists(file);
                LOG.atInfo().log("staged bytes of a stopped process removed");
            }
        } catch (NoSuchFileException _) {
            LOG.atDebug().log("another process cleared the same leftover");
        }
    }

    /// Its process died before it knew whether the blob was wanted again. An unused blob is better
    /// than a lost one.
    private void restore(Path file, Digest digest) throws IOException {
        if (Files.exists(disk.place(digest))) Files.deleteIfExists(file);
        else disk.keep(file, digest);
        LOG.atWarn().addKeyValue("blob", digest).log("half removed blob restored");
    }
}
