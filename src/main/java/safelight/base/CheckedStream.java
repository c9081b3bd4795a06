package safelight.base;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.function.Supplier;

/// Another stream whose end is reached only if its bytes had the right SHA-256.
public final class CheckedStream extends InputStream {
    private final InputStream in;
    private final Digest expected;
    private final Supplier<? extends RuntimeException> fault;
    private final MessageDigest sha256 = Digest.sha256();
    private boolean isRight;

    /// Its last read throws the `fault` if the bytes of `in` were not the `expected` ones.
    public CheckedStream(
            InputStream in, Digest expected, Supplier<? extends RuntimeException> fault) {
        this.in = in;
        this.expected = expected;
        this.fault = fault;
    }

    @Override
    public int read() throws IOException {
        int one = in.read();
        if (one >= 0) sha256.update((byte) one);
        else check();
        return one;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        int count = in.read(to, offset, length);
        if (count > 0) sha256.update(to, offset, count);
        else if (count < 0) check();
        return count;
    }

    /// After a mismatch the computation starts over, on no bytes, and so fails again.
    private void check() {
        if (isRight) return;
        if (!Digest.finish(sha256).equals(expected)) throw fault.get();
        isRight = true;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
