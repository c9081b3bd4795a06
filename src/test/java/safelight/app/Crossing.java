package safelight.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// One address for several servers, or for one that is started again elsewhere: each connection
/// goes to the next of them. What is cut on one side is cut on the other.
final class Crossing implements AutoCloseable {
    private final ServerSocket listening;
    private final AtomicInteger turn = new AtomicInteger();
    private volatile List<URI> targets = List.of();

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
                var back = Thread.ofVirtual().start(() -> pump(to, from));
                pump(from, to);
                back.join();
            }
        } catch (IOException e) {
            // The server is away: the client sees its connection end.
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void pump(Socket from, Socket to) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            in.transferTo(out);
            to.shutdownOutput();
        } catch (IOException e) {
            close(from);
            close(to);
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
        listening.close();
    }
}
