package safelight.replication;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import safelight.base.Failure;
import safelight.blobs.BlobFailure;

/// One blob on its way from another data center, for any number of readers. They follow in a file
/// without a name what has come so far; the last byte is theirs only once the blob has proved to
/// have its digest and is kept here, so nobody reads to the end what is not the photo. Thread-safe.
final class Arrival {
    private static final Duration SILENCE_MOST = Duration.ofSeconds(30);

    private final Peers.Place place;
    private final FileChannel spool;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    private long written;
    private long moves;
    private boolean isKept;
    private Optional<Failure> failure = Optional.empty();
    private int users = 1;

    /// Nothing has come yet; whoever makes this is its first user.
    Arrival(Peers.Place place, Path folder) {
        this.place = place;
        try {
            this.spool =
                    FileChannel.open(
                            folder.resolve("arrival-" + UUID.randomUUID()),
                            StandardOpenOption.CREATE_NEW,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE,
                            StandardOpenOption.DELETE_ON_CLOSE);
        } catch (IOException e) {
            throw unavailable(e);
        }
    }

    Peers.Place place() {
        return place;
    }

    /// One more user, unless the last one has left already.
    boolean join() {
        return locked(() -> {
            if (users == 0) return false;
            users++;
            return true;
        });
    }

    void leave() {
        boolean isLast = locked(() -> --users == 0);
        if (isLast)
            try {
                spool.close();
            } catch (IOException e) {
                throw unavailable(e);
            }
    }

    /// More bytes have come.
    void append(byte[] bytes, int from, int count) throws IOException {
        var rest = ByteBuffer.wrap(bytes, from, count);
        long at = locked(() -> written);
        while (rest.hasRemaining()) at += spool.write(rest, at);
        move(() -> written += count);
    }

    void keep() {
        move(() -> isKept = true);
    }

    void fail(Failure cause) {
        move(() -> failure = Optional.of(cause));
    }

    /// Waits for the end.
    ///
    /// @throws Failure if the blob did not come whole
    void await() {
        awaitBytes(place.size());
    }

    /// The bytes from `offset`, at most `length`. The caller has joined; closing leaves.
    InputStream reader(long offset, long length) {
        return new Reader(offset, Math.min(place.size(), offset + length));
    }

    /// How many bytes may be read: more than `position`, or all there are.
    private long awaitBytes(long position) {
        lock.lock();
        try {
            while (true) {
                if (failure.isPresent()) throw failure.get();
                if (isKept) return place.size();
                long open = Math.min(written, place.size() - 1);
                if (open > position) return open;
                long before = moves;
                if (!moved.await(SILENCE_MOST.toSeconds(), TimeUnit.SECONDS) && before == moves)
                    throw unavailable(new IOException("no byte came for " + SILENCE_MOST));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable(e);
        } finally {
            lock.unlock();
        }
    }

    private BlobFailure unavailable(Exception cause) {
        return new BlobFailure.Unavailable("fetch blob " + place.digest(), cause);
    }

    private void move(Runnable change) {
        locked(() -> {
            change.run();
            moves++;
            moved.signalAll();
            return true;
        });
    }

    private <T> T locked(java.util.function.Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    /// One reader's way through the bytes.
    private final class Reader extends InputStream {
        private final long end;
        private long position;
        private boolean isClosed;

        Reader(long offset, long end) {
            this.position = offset;
            this.end = end;
        }

        @Override
        public int read() {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] to, int offset, int length) {
            if (length == 0) return 0;
            if (position >= end) return -1;
            long open = Math.min(awaitBytes(position), end);
            var part = ByteBuffer.wrap(to, offset, (int) Math.min(length, open - position));
            try {
                int count = spool.read(part, position);
                if (count > 0) position += count;
                return count;
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read what has come", e);
            }
        }

        @Override
        public void close() {
            if (isClosed) return;
            isClosed = true;
            leave();
        }
    }
}
