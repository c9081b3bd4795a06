package safelight.app;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// So many requests in hand at any moment, however fast the server is: each body comes a second
/// after its headers. By sockets, since java.net.http may keep the headers until the body is there.
final class SlowRequests implements AutoCloseable {
    private static final int SILENCE_MOST_MS = 30_000;
    private static final String EXPECTED = "HTTP/1.1 422 ";

    private final URI server;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor();

    /// Sends from now on.
    SlowRequests(URI server, int count) {
        this.server = server;
        for (int i = 0; i < count; i++) senders.execute(this::repeat);
    }

    /// Ends those in hand, and tells what went wrong.
    List<String> stop() {
        close();
        return List.copyOf(failures);
    }

    @Override
    public void close() {
        closing.countDown();
        senders.close();
    }

    private void repeat() {
        try {
            while (closing.getCount() > 0) send();
        } catch (IOException e) {
            failures.add(e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// A sign-in that lacks everything, and is refused.
    private void send() throws IOException, InterruptedException {
        try (var socket = new Socket(server.getHost(), server.getPort())) {
            socket.setSoTimeout(SILENCE_MOST_MS);
            write(
                    socket,
                    """
                    POST /api/v1/session HTTP/1.1
                    Host: %s
                    Content-Type: application/json
                    Content-Length: 2
                    Connection: close

                    """
                            .formatted(server.getAuthority())
                            .replace("\n", "\r\n"));
            var _ = closing.await(1, TimeUnit.SECONDS);
            write(socket, "{}");
            var answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
            if (!answer.startsWith(EXPECTED)) failures.add(answer);
        }
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(US_ASCII));
    }
}
