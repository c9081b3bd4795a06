package safelight.app;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/// Ports of loopback for servers that cannot choose one themselves.
public final class FreePort {
    private static final int FIRST = 20_000;
    private static final int COUNT = 10_000;
    private static final int TRIES_MAX = 100;
    private static final AtomicInteger NEXT = new AtomicInteger(new SecureRandom().nextInt(COUNT));
    private static final Duration WAIT_MOST = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final int CONNECT_MS = 500;

    private FreePort() {}

    /// One that nobody has now. Not one that the system chooses: from those (32768 to 60999 on
    /// Linux) it may give it to an outgoing connection, or to who else asks for any, before the
    /// server that is meant to have it starts. The first is by chance, so that processes which look
    /// at the same time do not meet; the same one comes again only after all others.
    ///
    /// @throws IOException if many in a row are taken
    public static int find() throws IOException {
        for (int tried = 1; ; tried++) {
            int port = FIRST + Math.floorMod(NEXT.getAndIncrement(), COUNT);
            try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (BindException e) {
                if (tried == TRIES_MAX) throw e;
            }
        }
    }

    /// Returns once `server` listens there.
    ///
    /// @throws CannotStart if it does not in time
    static void awaitTaken(int port, String server, Path log) throws InterruptedException {
        long deadline = System.nanoTime() + WAIT_MOST.toNanos();
        while (!isTaken(port)) {
            if (System.nanoTime() > deadline)
                throw new CannotStart(server + " does not come up; see " + log + ".");
            Thread.sleep(PAUSE);
        }
    }

    private static boolean isTaken(int port) {
        try (var socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
