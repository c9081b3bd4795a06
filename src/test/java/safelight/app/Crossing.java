package safelight.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;

/// One address for several servers, or for one that is started again elsewhere: each connection
/// goes to the next of them. What is cut on one side is cut on the other.
final class Crossing implements AutoCloseable {
    private static final int BUFFER_BYTES = 16 << 10;
    private static final int SMALL_BYTES = 256 << 10;

    private final ServerSocket listening;
    private final AtomicInteger turn = new AtomicInteger();
    private final AtomicLong arrived = new AtomicLong();
    private volatile List<URI> targets = List.of();
    private volatile long letThrough = Long.MAX_VALUE;
    private volatile CountDownLatch hold = new CountDownLatch(0);

    Crossing() throws IOException {
        listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    String url() {
        return "http://localhost:" + listening.getLocalPort();
    }

    /// From now on, connections go there.
    void leadTo(List<String> urls) {
        targets = urls.stream().map(URI::create).toList();
    }

    /// From now on, lets so many bytes of clients through, and keeps large requests waiting then,
    /// so that what they bring cannot be complete; small ones go on.
    void holdAfter(long bytes) {
        hold = new CountDownLatch(1);
        arrived.set(0);
        letThrough = bytes;
    }

    /// Lets everything through again.
    void release() {
        letThrough = Long.MAX_VALUE;
        hold.countDown();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                var in = listening.accept();
                Thread.ofVirtual().start(() -> lead(in));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void lead(Socket from) {
        var all = targets;
        try (from) {
            if (all.isEmpty()) return;
            var target = all.get(Math.floorMod(turn.getAndIncrement(), all.size()));
            try (var to = new Socket(InetAddress.getLoopbackAddress(), target.getPort())) {
                var unanswered = new AtomicLong();
                var back = Thread.ofVirtual().start(() -> pump(to, from, _ -> unanswered.set(0)));
                pump(from, to, bytes -> awaitTurn(bytes, unanswered));
                back.join();
            }
        } catch (IOException e) {
            // The server is away: the client sees its connection end.
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void pump(Socket from, Socket to, IntConsumer before) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            var buffer = new byte[BUFFER_BYTES];
            for (int bytes = in.read(buffer); bytes >= 0; bytes = in.read(buffer)) {
                before.accept(bytes);
                out.write(buffer, 0, bytes);
            }
            to.shutdownOutput();
        } catch (IOException e) {
            close(from);
            close(to);
        }
    }

    private void awaitTurn(int bytes, AtomicLong unanswered) {
        boolean isSmall = unanswered.addAndGet(bytes) <= SMALL_BYTES;
        if (arrived.addAndGet(bytes) <= letThrough || isSmall) return;
        try {
            hold.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws IOException {
        release();
        listening.close();
    }
}
