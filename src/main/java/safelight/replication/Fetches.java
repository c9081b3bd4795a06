package safelight.replication;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import safelight.base.Bytes;
import safelight.base.Digest;
import safelight.base.Failure;
import safelight.blobs.BlobFailure;
import safelight.blobs.Blobs;
import safelight.catalog.CopyRows;

/// Brings blobs here from other data centers, each once however many ask for it at the same time.
/// Bytes are compared with their digest before they are kept; a connection that breaks is taken up
/// where it broke. Thread-safe.
final class Fetches {
    private static final Logger LOG = LoggerFactory.getLogger(Fetches.class);
    private static final int AT_ONCE_MAX = 16;
    private static final int TRIES_MAX = 3;
    private static final Duration SILENCE_MOST = Duration.ofSeconds(5);

    private final Peers peers;
    private final Blobs here;
    private final CopyRows rows;
    private final Path folder;
    private final LongAdder blobsCome = new LongAdder();
    private final LongAdder bytesCome = new LongAdder();
    private final ConcurrentHashMap<Digest, Arrival> arrivals = new ConcurrentHashMap<>();
    private final Semaphore permits = new Semaphore(AT_ONCE_MAX, true);

    /// Into `here`; `folder`, which is made if need be, is for what is on its way.
    Fetches(Peers peers, Blobs here, CopyRows rows, Path folder) {
        this.peers = peers;
        this.here = here;
        this.rows = rows;
        this.folder = folder;
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new BlobFailure.Unavailable("open " + folder, e);
        }
    }

    long blobsCome() {
        return blobsCome.sum();
    }

    long bytesCome() {
        return bytesCome.sum();
    }

    /// The blob on its way, begun if nobody did; the caller is a user of it.
    Arrival join(Peers.Place place) {
        while (true) {
            var arrival =
                    arrivals.compute(
                            place.digest(),
                            (_, known) -> known != null && known.join() ? known : begun(place));
            if (arrival != null) return arrival;
        }
    }

    /// Waits until the blob is here.
    ///
    /// @throws Failure if it did not come
    void fetch(Peers.Place place) {
        var arrival = join(place);
        try {
            arrival.await();
        } finally {
            arrival.leave();
        }
    }

    private Arrival begun(Peers.Place place) {
        var arrival = new Arrival(place, folder);
        // The user that this thread is; the one that asked is another.
        arrival.join();
        Thread.ofVirtual().name("fetch").start(() -> run(arrival));
        return arrival;
    }

    private void run(Arrival arrival) {
        var digest = arrival.place().digest();
        permits.acquireUninterruptibly();
        try {
            bring(arrival);
            arrival.keep();
        } catch (Failure e) {
            LOG.atWarn()
                    .addKeyValue("blob", digest)
                    .addKeyValue("problem", e.problem().code())
                    .log("blob not fetched");
            arrival.fail(e);
        } catch (RuntimeException e) {
            LOG.atError().addKeyValue("blob", digest).setCause(e).log("fetch broke");
            arrival.fail(new BlobFailure.Unavailable("fetch blob " + digest, e));
        } finally {
            permits.release();
            arrivals.remove(digest, arrival);
            arrival.leave();
        }
    }

    private void bring(Arrival arrival) {
        var place = arrival.place();
        try (var in = new Incoming(arrival);
                var staged = here.stage(in, new Bytes(place.size()))) {
            if (!staged.digest().equals(place.digest()))
                throw new BlobFailure.Corrupt(place.digest());
            staged.keep();
        } catch (IOException e) {
            throw new BlobFailure.Unavailable("fetch blob " + place.digest(), e);
        }
        // Deleted meanwhile: whoever did that has not seen it here.
        if (!rows.isUsed(place.digest()))
            here.remove(place.digest(), () -> rows.isUsed(place.digest()));
        bytesCome.add(place.size());
        blobsCome.increment();
    }

    /// The bytes as they come, shown to the readers too.
    private final class Incoming extends InputStream {
        private final Arrival arrival;
        private final CountDownLatch done = new CountDownLatch(1);
        private volatile InputStream in;
        private final AtomicLong position = new AtomicLong();
        private int tries = 1;

        Incoming(Arrival arrival) {
            this.arrival = arrival;
            this.in = peers.read(arrival.place(), 0);
            Thread.ofVirtual().name("fetch-watch").start(this::watch);
        }

        /// A line that was cut may say nothing for ever, and reading has no limit of its own.
        private void watch() {
            try {
                long before = -1;
                while (!done.await(SILENCE_MOST.toMillis(), TimeUnit.MILLISECONDS)) {
                    long now = position.get();
                    if (now == before) in.close();
                    before = now;
                }
            } catch (IOException e) {
                LOG.atDebug().addKeyValue("blob", arrival.place().digest()).log("already closed");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] to, int offset, int length) throws IOException {
            while (true) {
                try {
                    int count = in.read(to, offset, length);
                    if (count < 0 && position.get() < arrival.place().size())
                        throw new IOException("broke off at " + position.get());
                    if (count <= 0) return count;
                    arrival.append(to, offset, count);
                    position.addAndGet(count);
                    return count;
                } catch (IOException e) {
                    if (++tries > TRIES_MAX) throw e;
                    in.close();
                    in = peers.read(arrival.place(), position.get());
                }
            }
        }

        @Override
        public void close() throws IOException {
            done.countDown();
            in.close();
        }
    }
}
