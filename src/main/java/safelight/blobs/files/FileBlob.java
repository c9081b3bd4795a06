package safelight.blobs.files;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import safelight.base.CheckedStream;
import safelight.base.Digest;
import safelight.blobs.Blob;
import safelight.blobs.BlobFailure;

/// A blob in its file. Opens the file anew for each reader.
record FileBlob(Digest digest, Path file, long size) implements Blob {
    @Override
    public InputStream open(long offset, long length) {
        if (offset < 0 || length < 0)
            throw new IllegalArgumentException("no " + length + " bytes from " + offset);
        var in = opened(file, "read blob " + digest);
        try {
            in.getChannel().position(offset);
            return new Span(in, length);
        } catch (IOException e) {
            throw new BlobFailure.Unavailable("read blob " + digest, e);
        }
    }

    @Override
    public InputStream openChecked() {
        return new CheckedStream(
                opened(file, "read blob " + digest), digest, () -> new BlobFailure.Corrupt(digest));
    }

    /// Not a channel stream: an interrupt of the reading thread must not close it half way.
    static FileInputStream opened(Path file, String what) {
        try {
            return new FileInputStream(file.toFile());
        } catch (IOException e) {
            throw new BlobFailure.Unavailable(what, e);
        }
    }
}
