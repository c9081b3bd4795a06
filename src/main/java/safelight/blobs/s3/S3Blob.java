package safelight.blobs.s3;

import java.io.InputStream;
import safelight.base.CheckedStream;
import safelight.base.Digest;
import safelight.blobs.Blob;
import safelight.blobs.BlobFailure;

/// A blob in its bucket. Asks for the object anew for each reader.
record S3Blob(Bucket bucket, String key, Digest digest, long size) implements Blob {
    @Override
    public InputStream open(long offset, long length) {
        if (offset < 0 || length < 0)
            throw new IllegalArgumentException("no " + length + " bytes from " + offset);
        long count = Math.min(length, size - offset);
        if (count <= 0) return InputStream.nullInputStream();
        return bucket.read(key, offset, count, "read blob " + digest);
    }

    @Override
    public InputStream openChecked() {
        return new CheckedStream(open(0, size), digest, () -> new BlobFailure.Corrupt(digest));
    }
}
