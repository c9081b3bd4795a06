package safelight.catalog;

import java.time.Instant;
import java.util.Optional;
import safelight.base.AccountId;
import safelight.base.Digest;
import safelight.base.JobId;
import safelight.base.PhotoId;

/// An uploaded photo or a job's result. `format` is an imaging format id such as `jpeg`; width and
/// height are those of the upright picture.
public record Photo(
        PhotoId id,
        AccountId account,
        Digest digest,
        String format,
        int widthPx,
        int heightPx,
        long size,
        String name,
        Optional<Origin> origin,
        Instant created) {
    /// Where a result came from.
    public record Origin(PhotoId photo, JobId job) {}
}
