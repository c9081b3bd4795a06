package safelight.platform.haproxy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// HAProxy's runtime socket: a connection for each question, as the management guide wants it. The
/// answer comes in full, and in time, or not at all.
record AdminSocket(Path path) {
    private static final Duration ANSWER_MOST = Duration.ofSeconds(5);
    private static final int ANSWER_BYTES_MAX = 16 << 20;
    private static final int LINE_COMMANDS_MAX = 40;

    /// Carries out commands in order.
    ///
    /// @throws IOException if HAProxy does not answer; how many were carried out is not known
    void tell(List<String> commands) throws IOException {
        // A line has to fit into one of HAProxy's buffers of 16 KiB.
        for (int i = 0; i < commands.size(); i += LINE_COMMANDS_MAX)
            ask(
                    String.join(
                            ";",
                            commands.subList(i, Math.min(commands.size(), i + LINE_COMMANDS_MAX))));
    }

    /// The answer to one line.
    ///
    /// @throws IOException if HAProxy does not answer
    String ask(String line) throws IOException {
        long deadline = System.nanoTime() + ANSWER_MOST.toNanos();
        try (var channel = SocketChannel.open(UnixDomainSocketAddress.of(path));
                var selector = Selector.open()) {
            channel.write(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8)));
            // Else the master would keep the connection to a worker open for the next question.
            channel.shutdownOutput();
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
            var answer = new ByteArrayOutputStream();
            var buffer = ByteBuffer.allocate(1 << 16);
            while (channel.read(buffer) >= 0) {
                answer.write(buffer.array(), 0, buffer.position());
                buffer.clear();
                long left = (deadline - System.nanoTime()) / 1_000_000;
                if (left <= 0 || answer.size() > ANSWER_BYTES_MAX)
                    throw new IOException("no end of the answer to '" + line + "'");
                selector.select(left);
                selector.selectedKeys().clear();
            }
            return answer.toString(StandardCharsets.UTF_8);
        }
    }
}
