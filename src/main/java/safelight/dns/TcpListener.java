package safelight.dns;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// DNS by TCP (RFC 7766): many queries on a connection, answered in their order. Connections are
/// bounded in number, in time between queries, in time that a client takes to read, and in queries.
final class TcpListener implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TcpListener.class);
    private static final Duration IDLE_MOST = Duration.ofSeconds(10);
    private static final Duration WRITE_MOST = Duration.ofSeconds(10);
    private static final Duration SWEEP_EVERY = Duration.ofSeconds(1);
    private static final int QUERIES_MOST = 10_000;
    private static final int BACKLOG = 256;
    private static final int MESSAGE_MOST = 65_535;
    private static final int QUERY_MOST = 4096;

    private final ServerSocket listener;
    private final int connectionsMost;
    private final Supplier<Responder> responders;
    private final Counts counts;
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();

    /// A socket and since when an answer is being written, by {@link System#nanoTime}. A write to a
    /// client that does not read has no limit of its own.
    private record Connection(Socket socket, AtomicReference<Optional<Long>> writing) {
        boolean isStuck(long nowNs) {
            return writing.get().filter(since -> nowNs - since > WRITE_MOST.toNanos()).isPresent();
        }
    }

    TcpListener(
            ServerSocket bound,
            int connectionsMost,
            Supplier<Responder> responders,
            Counts counts) {
        this.listener = bound;
        this.connectionsMost = connectionsMost;
        this.responders = responders;
        this.counts = counts;
    }

    static ServerSocket bind(InetAddress address, int port) throws IOException {
        return new ServerSocket(port, BACKLOG, address);
    }

    int connections() {
        return open.size();
    }

    /// Accepts until closed.
    void run() {
        while (!listener.isClosed()) {
            try {
                listener.setSoTimeout((int) SWEEP_EVERY.toMillis());
                accept();
                sweep();
            } catch (IOException e) {
                if (!listener.isClosed()) LOG.atWarn().setCause(e).log("connection not accepted");
            }
        }
    }

    private void accept() throws IOException {
        try {
            var socket = listener.accept();
            if (open.size() >= connectionsMost) {
                socket.close();
                return;
            }
            var connection = new Connection(socket, new AtomicReference<>(Optional.empty()));
            open.add(connection);
            Thread.ofVirtual().name("dns-tcp").start(() -> serve(connection));
        } catch (SocketTimeoutException e) {
            LOG.atTrace().log("no connection came");
        }
    }

    private void sweep() throws IOException {
        long nowNs = System.nanoTime();
        for (var connection : open) if (connection.isStuck(nowNs)) connection.socket.close();
    }

    private void serve(Connection connection) {
        var socket = connection.socket;
        try (socket;
                var in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
                var out =
                        new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()))) {
            socket.setSoTimeout((int) IDLE_MOST.toMillis());
            socket.setTcpNoDelay(true);
            var query = new Query(QUERY_MOST);
            query.isTcp = true;
            var address = socket.getInetAddress().getAddress();
            query.resolver.set(address.length > 4, address, 0, address.length);
            var responder = responders.get();
            var answer = new byte[MESSAGE_MOST];
            for (int i = 0; i < QUERIES_MOST; i++) {
                int size = in.readUnsignedShort();
                if (size > QUERY_MOST) return;
                in.readFully(query.in, 0, size);
                counts.tcp.increment();
                int length = responder.answer(query, size, answer, Listener.SECONDS.get());
                if (length == 0) return;
                connection.writing.set(Optional.of(System.nanoTime()));
                out.writeShort(length);
                out.write(answer, 0, length);
                if (in.available() == 0) out.flush();
                connection.writing.set(Optional.empty());
            }
        } catch (SocketTimeoutException e) {
            LOG.atDebug().log("idle connection closed");
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("connection ended");
        } finally {
            open.remove(connection);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (var connection : open) connection.socket.close();
    }
}
