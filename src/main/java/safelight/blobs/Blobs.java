package safelight.blobs;

import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import safelight.base.Bytes;
import safelight.base.Digest;

/// Immutable bytes under their SHA-256. Safe for use by many threads and processes at once.
public interface Blobs {
    /// Reads the stream to its end while hashing it. The bytes are durable when this returns but
    /// not yet visible: the caller looks at them and then keeps or drops them.
    ///
    /// @throws BlobFailure.TooLarge if there are more than `limit` bytes
    /// @throws BlobFailure.Full if the store has no room
    /// @throws BlobFailure.Unavailable if the store does not answer
    /// @throws BlobFailure.SourceBroken if reading `in` failed
    Staged stage(InputStream in, Bytes limit);

    /// The blob of this name, or empty if there is none.
    ///
    /// @throws BlobFailure.Unavailable if the store does not answer
    Optional<Blob> find(Digest digest);

    /// Whether the blob is in this data center's own store; what another one would send does not
    /// count.
    ///
    /// @throws BlobFailure.Unavailable if the store does not answer
    default boolean isHere(Digest digest) {
        return find(digest).isPresent();
    }

    /// Removes the blob, unless `stillWanted` says that somebody uses it. That is asked before, and
    /// again after the blob has become invisible, in case somebody has begun to use it meanwhile.
    /// Removing what is not there is no fault.
    ///
    /// @throws BlobFailure.Unavailable if the store does not answer
    void remove(Digest digest, java.util.function.BooleanSupplier stillWanted);

    /// The blobs that are there, by name: the first ones after `after`. One that comes or goes
    /// meanwhile may be in the list or not.
    ///
    /// @throws BlobFailure.Unavailable if the store does not answer
    List<Digest> list(Optional<Digest> after, int limit);

    /// How many bytes may still be stored before {@link BlobFailure.Full}; Long.MAX_VALUE if the
    /// store does not know.
    long roomLeft();
}
