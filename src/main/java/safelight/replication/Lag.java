package safelight.replication;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import safelight.base.Bytes;
import safelight.catalog.BlobTask;
import safelight.catalog.CopyRows;

/// How far a data center's blobs are behind: so many tasks wait, of so many bytes, the oldest one
/// for so long. Counting stops at 10,000.
public record Lag(int waiting, Bytes bytes, Duration oldest) {
    /// Nothing waits.
    public static final Lag NONE = new Lag(0, new Bytes(0), Duration.ZERO);

    static final int COUNTED_MAX = 10_000;

    /// Of this data center now, as far as its storage knows.
    public static Lag of(CopyRows rows, String dataCenter, Instant now) {
        return of(rows.waiting(dataCenter, Optional.empty(), COUNTED_MAX), now);
    }

    static Lag of(List<BlobTask> waiting, Instant now) {
        long bytes = 0;
        var oldest = Duration.ZERO;
        for (var task : waiting) {
            bytes += task.size();
            var age = Duration.between(task.since(), now);
            if (age.compareTo(oldest) > 0) oldest = age;
        }
        return new Lag(waiting.size(), new Bytes(bytes), oldest);
    }
}
