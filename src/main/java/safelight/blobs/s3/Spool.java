package safelight.blobs.s3;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/// Bytes in a file of this machine that has no name any more: nothing is left of it when its
/// process ends, however it ends. Used by one thread at a time.
final class Spool implements AutoCloseable {
    private final RandomAccessFile file;
    private long size;

    /// An empty one on the disk of this folder.
    Spool(Path folder) throws IOException {
        var path = folder.resolve("staged-" + UUID.randomUUID());
        file = new RandomAccessFile(path.toFile(), "rw");
        Files.delete(path);
    }

    void write(byte[] bytes, int length) throws IOException {
        file.seek(size);
        file.write(bytes, 0, length);
        size += length;
    }

    long size() {
        return size;
    }

    /// Some of the bytes, from their own place each time; closing does nothing.
    InputStream read(long from, long length) {
        return new Reading(from, from + length);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private final class Reading extends InputStream {
        private final long end;
        private long at;

        Reading(long from, long end) {
            this.at = from;
            this.end = end;
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] to, int offset, int length) throws IOException {
            if (length == 0) return 0;
            if (at >= end) return -1;
            file.seek(at);
            int count = file.read(to, offset, (int) Math.min(length, end - at));
            if (count > 0) at += count;
            return count;
        }
    }
}
