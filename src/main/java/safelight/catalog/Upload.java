package safelight.catalog;

import java.time.Instant;
import java.util.List;
import safelight.base.AccountId;
import safelight.base.Digest;
import safelight.base.PhotoId;
import safelight.base.UploadId;

/// A photo that comes in parts, over any number of requests and servers. `photo` is the id that it
/// gets when all `size` bytes are there, chosen at the start so that finishing twice makes one
/// photo. `parts` are in order and without gaps; none are left once it `isDone`.
public record Upload(
        UploadId id,
        AccountId account,
        PhotoId photo,
        String name,
        long size,
        Instant created,
        Instant expires,
        List<Part> parts,
        boolean isDone) {
    /// Copies the parts.
    public Upload {
        if (size < 0) throw new IllegalArgumentException("no upload of " + size + " bytes");
        parts = List.copyOf(parts);
    }

    /// How many bytes are there.
    public long offset() {
        if (isDone) return size;
        return parts.isEmpty() ? 0 : parts.getLast().end();
    }

    /// Bytes of the upload from `start` on, kept as a blob.
    public record Part(long start, long length, Digest digest) {
        /// Refuses parts of nothing.
        public Part {
            if (start < 0 || length <= 0)
                throw new IllegalArgumentException("no part of " + length + " at " + start);
        }

        /// Where the next part starts.
        public long end() {
            return start + length;
        }
    }
}
