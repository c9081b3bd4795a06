package safelight.blobs;

import java.io.InputStream;
import safelight.base.Digest;

/// Bytes that were received and hashed but are not visible yet. Closing without {@link #keep()}
/// drops them. Not thread-safe.
public interface Staged extends AutoCloseable {
    /// The name under which they will be kept.
    Digest digest();

    /// How many bytes there are.
    long size();

    /// A look at the bytes from the start; the caller closes the stream.
    ///
    /// @throws BlobFailure.Unavailable if the store does not answer
    InputStream open();

    /// Makes the bytes visible under their digest: durable when this returns, also if equal bytes
    /// were there before. Doing it twice is no fault.
    ///
    /// @throws BlobFailure.Unavailable if the store does not answer
    void keep();

    @Override
    void close();
}
