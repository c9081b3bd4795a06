package safelight.blobs.files;

import java.io.IOException;
import java.io.InputStream;

/// At most so many bytes of another stream.
final class Span extends InputStream {
    private final InputStream in;
    private long left;

    Span(InputStream in, long length) {
        this.in = in;
        this.left = length;
    }

    @Override
    public int read() throws IOException {
        if (left <= 0) return -1;
        int one = in.read();
        if (one >= 0) left--;
        return one;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        if (length == 0) return 0;
        if (left <= 0) return -1;
        int count = in.read(to, offset, (int) Math.min(length, left));
        if (count > 0) left -= count;
        return count;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
