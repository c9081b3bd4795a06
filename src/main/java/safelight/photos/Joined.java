package safelight.photos;

import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.List;
import safelight.blobs.Blob;
import safelight.blobs.BlobFailure;

/// Blobs as one stream, each opened when its turn comes and compared with its digest. What fails is
/// the store's fault, not that of the upload's sender.
final class Joined extends InputStream {
    private final Iterator<Blob> rest;
    private InputStream current = InputStream.nullInputStream();

    Joined(List<Blob> blobs) {
        this.rest = blobs.iterator();
    }

    @Override
    public int read() {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int offset, int length) {
        if (length == 0) return 0;
        try {
            while (true) {
                int read = current.read(to, offset, length);
                if (read >= 0) return read;
                if (!rest.hasNext()) return -1;
                current.close();
                current = rest.next().openChecked();
            }
        } catch (IOException e) {
            throw new BlobFailure.Unavailable("read back an upload", e);
        }
    }

    @Override
    public void close() {
        try {
            current.close();
        } catch (IOException e) {
            throw new BlobFailure.Unavailable("read back an upload", e);
        }
    }
}
