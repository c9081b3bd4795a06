package safelight.web;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a web server says of itself to the load balancer: one line to whoever connects, in the
/// words of HAProxy's agent check (configuration manual 5.2, `agent-check`). Thread-safe; answers
/// one caller after the other, and waits for none.
public final class AgentCheck implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AgentCheck.class);
    private static final int BACKLOG = 50;
    private static final Duration CLOSE_MOST = Duration.ofSeconds(2);

    /// Up to this share of its cores a server takes its full part.
    private static final double FULL_UP_TO = 0.8;

    private static final int WEIGHT_MIN = 10;
    private static final int WEIGHT_FULL = 100;

    private final ServerSocket socket;
    private final Supplier<Willingness> willingness;
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch drainHeard = new CountDownLatch(1);
    private final Thread thread;

    /// How much traffic a server asks for: `percent` of an equal part, or nothing new.
    public record Willingness(boolean draining, int percent) {
        /// Refuses what HAProxy would: it takes up to 256 times its part.
        public Willingness {
            if (percent < 1 || percent > WEIGHT_FULL)
                throw new IllegalArgumentException("no part of " + percent + " percent");
        }

        /// Of a server that uses a share of the cores that it may use: its full part up to 80 %,
        /// then less. Never nothing, since all servers may be short of cores at once.
        public static Willingness of(boolean draining, double cpuShare) {
            double over = (Math.clamp(cpuShare, FULL_UP_TO, 1) - FULL_UP_TO) / (1 - FULL_UP_TO);
            return new Willingness(
                    draining, (int) Math.round(WEIGHT_FULL - over * (WEIGHT_FULL - WEIGHT_MIN)));
        }

        String line() {
            return draining ? "drain\n" : "up ready " + percent + "%\n";
        }
    }

    /// Answers from now on; port 0 is a free one.
    ///
    /// @throws IOException if the port cannot be had
    public AgentCheck(String host, int port, Supplier<Willingness> willingness) throws IOException {
        this.willingness = willingness;
        this.socket = new ServerSocket();
        try {
            socket.bind(new InetSocketAddress(InetAddress.getByName(host), port), BACKLOG);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
        this.thread = Thread.ofVirtual().name("agent-check").start(this::run);
    }

    /// The port that it listens on.
    public int port() {
        return socket.getLocalPort();
    }

    /// Waits until a load balancer has been told that this server drains, but no longer than
    /// `most`; not at all if none has ever asked.
    public void awaitDrainHeard(Duration most) throws InterruptedException {
        if (asked.getCount() > 0) return;
        var _ = drainHeard.await(most.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// Answers no more; the load balancer keeps what it heard last. Idempotent.
    @Override
    public void close() {
        try {
            socket.close();
            thread.join(CLOSE_MOST);
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("agent check did not close cleanly");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!socket.isClosed()) {
            try (var caller = socket.accept()) {
                // A line fits into the socket's buffer, so a caller that does not read holds up
                // nobody.
                var said = willingness.get();
                caller.getOutputStream().write(said.line().getBytes(StandardCharsets.US_ASCII));
                asked.countDown();
                if (said.draining()) drainHeard.countDown();
            } catch (IOException e) {
                if (!socket.isClosed()) LOG.atDebug().setCause(e).log("agent check not answered");
            } catch (RuntimeException e) {
                LOG.atError().setCause(e).log("agent check broke, and goes on");
            }
        }
    }
}
