package safelight.catalog;

import java.time.Instant;
import safelight.base.Digest;

/// A blob that the data center `target` has to look at, since it has come or gone in `source`. The
/// rows say what is to be done, not the task: so doing it twice, or late, is no fault.
public record BlobTask(
        String target, Kind kind, Digest digest, long size, String source, Instant since) {
    /// What happened in the other data center.
    public enum Kind {
        COME,
        GONE
    }
}
