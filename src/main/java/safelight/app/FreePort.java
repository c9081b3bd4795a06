package safelight.app;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;

/// Ports of loopback for servers that cannot choose one themselves.
final class FreePort {
    private static final Duration WAIT_MOST = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final int CONNECT_MS = 500;

    private FreePort() {}

    /// One that nobody has now.
    static int find() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
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
