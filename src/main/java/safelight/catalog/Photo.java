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
        Instant created,
        Frames frames) {
    /// Of a picture that stands still.
    public Photo(
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
        this(
                id,
                account,
                digest,
                format,
                widthPx,
                heightPx,
                size,
                name,
                origin,
                created,
                Frames.STILL);
    }

    /// How many frames the photo has, and how many the one had that it was made from; as many, if
    /// it was made from none.
    public record Frames(int here, int ofSource) {
        /// Of a picture that stands still and always did.
        public static final Frames STILL = new Frames(1, 1);

        /// Refuses less than one frame.
        public Frames {
            if (here < 1 || ofSource < 1)
                throw new IllegalArgumentException("frames: " + here + " of " + ofSource);
        }
    }

    /// Where a result came from.
    public record Origin(PhotoId photo, JobId job) {}
}
