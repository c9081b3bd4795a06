package safelight.blobs.s3;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What processes that died in the middle left in the bucket: blobs that were being removed, which
/// come back, and uploads in parts, which are aborted. Thread-safe.
final class Leftovers {
    private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);
    private static final Duration EVERY = Duration.ofMinutes(5);
    private static final Duration REMOVAL_AGE = Duration.ofMinutes(5);
    private static final Duration UPLOAD_AGE = Duration.ofDays(1);
    private static final String WHAT = "clear what a stopped process left";

    private final Bucket bucket;
    private final S3Keys keys;
    private final Clock clock;
    private final AtomicReference<Instant> next = new AtomicReference<>(Instant.MIN);

    Leftovers(Bucket bucket, S3Keys keys, Clock clock) {
        this.bucket = bucket;
        this.keys = keys;
        this.clock = clock;
    }

    /// Looks, but no more often than listing is worth. Returns how much it found.
    int clear() {
        var now = clock.instant();
        var due = next.get();
        if (now.isBefore(due) || !next.compareAndSet(due, now.plus(EVERY))) return 0;
        int found = 0;
        for (var copy : bucket.list(keys.removals(), WHAT))
            if (isOlder(copy, REMOVAL_AGE, now) && bringBack(copy)) found++;
        for (var upload : bucket.uploads(keys.prefix() + "blobs/", WHAT)) {
            if (!isOlder(upload, UPLOAD_AGE, now)) continue;
            bucket.abort(upload, WHAT);
            LOG.atInfo().log("upload of a stopped process aborted");
            found++;
        }
        return found;
    }

    private static boolean isOlder(Bucket.Found found, Duration age, Instant now) {
        return found.since().isBefore(now.minus(age));
    }

    /// Its process died before it knew whether the blob was wanted again. An unused blob is better
    /// than a lost one.
    private boolean bringBack(Bucket.Found copy) {
        var digest = keys.removed(copy.key());
        if (digest.isEmpty()) return false;
        bucket.copy(copy.key(), keys.blob(digest.get()), WHAT);
        bucket.delete(copy.key(), WHAT);
        LOG.atWarn().addKeyValue("blob", digest.get()).log("half removed blob restored");
        return true;
    }
}
