package safelight.photos;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;

/// The bytes of one request on their way in. If the connection breaks, this stream just ends, so
/// that what came can be kept, and remembers the break. With a checksum there is nothing to keep
/// then, and the break is passed on.
final class Arriving extends InputStream {
    private final InputStream in;
    private final long most;
    private final long announced;
    private final Optional<Checksum> checksum;
    private final Optional<MessageDigest> computation;
    private Optional<IOException> broken = Optional.empty();
    private long count;

    /// At most `most` bytes of an upload that was announced with `announced`.
    Arriving(InputStream in, long most, long announced, Optional<Checksum> checksum) {
        this.in = in;
        this.most = most;
        this.announced = announced;
        this.checksum = checksum;
        this.computation = checksum.map(Checksum::computation);
    }

    /// What broke it off, if anything did.
    Optional<IOException> broken() {
        return broken;
    }

    /// Everything came.
    ///
    /// @throws UploadFailure.WrongChecksum if it is not what was sent
    void check() {
        if (computation.isEmpty()) return;
        var hash = Base64.getEncoder().encodeToString(computation.get().digest());
        if (!hash.equals(checksum.orElseThrow().hash())) throw new UploadFailure.WrongChecksum();
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        if (broken.isPresent()) return -1;
        try {
            int read = in.read(to, offset, length);
            if (read > 0) take(to, offset, read);
            return read;
        } catch (IOException e) {
            if (checksum.isPresent()) throw e;
            broken = Optional.of(e);
            return -1;
        }
    }

    private void take(byte[] bytes, int offset, int length) {
        count += length;
        if (count > most) throw new UploadFailure.TooMuch(announced);
        computation.ifPresent(c -> c.update(bytes, offset, length));
    }
}
