package safelight.blobs;

import java.io.InputStream;

/// One stored blob, ready to be read; thread-safe.
public interface Blob {
    /// How many bytes it has.
    long size();

    /// The bytes from `offset`, at most `length` of them; the caller closes the stream.
    ///
    /// @throws BlobFailure.Unavailable if the store does not answer, or the blob has just gone
    InputStream open(long offset, long length);

    /// All bytes, compared with the digest while they are read: the stream's last read throws
    /// {@link BlobFailure.Corrupt} if they differ, before it says that the end is reached.
    InputStream openChecked();
}
