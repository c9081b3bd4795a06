package safelight.dns;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.util.concurrent.atomic.AtomicBoolean;

/// A UDP socket of Linux, by the FFM API: up to 64 datagrams with one system call each way.
final class BatchListener implements Listener {
    /// Longer queries are none that we know how to answer.
    static final int QUERY_MOST = 1024;

    /// With room behind the payload, since an answer is measured after it was written.
    static final int ANSWER_MOST = 4096;

    private static final int BATCH = 64;
    private static final int ADDRESS = 28;

    private final Sockets sockets;
    private final int descriptor;
    private final int port;
    private final boolean isSix;
    private final AtomicBoolean isClosed = new AtomicBoolean();

    BatchListener(Sockets sockets, InetAddress address, int port) throws IOException {
        this.sockets = sockets;
        this.isSix = address.getAddress().length > Integer.BYTES;
        this.descriptor = sockets.open(address, port);
        this.port = sockets.port(descriptor);
    }

    @Override
    public void run(Responder responder) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var received = new Batch(arena, QUERY_MOST);
            var answers = new Batch(arena, ANSWER_MOST);
            var query = new Query(QUERY_MOST);
            var out = new byte[ANSWER_MOST];
            var address = new byte[16];
            var state = Sockets.state(arena);
            while (!isClosed.get()) {
                received.clear();
                int count = sockets.receive(descriptor, received.messages, BATCH, state);
                int ready = 0;
                responder.received(count);
                int nowS = SECONDS.get();
                for (int i = 0; i < count; i++) {
                    int size = received.take(i, query.in);
                    received.address(i, isSix, address);
                    query.resolver.set(isSix, address, 0, isSix ? 16 : 4);
                    int length = responder.answer(query, size, out, nowS);
                    if (length > 0) answers.put(ready++, out, length, received, i);
                }
                sockets.send(descriptor, answers.messages, ready, state);
            }
        } finally {
            sockets.close(descriptor);
        }
    }

    @Override
    public int port() {
        return port;
    }

    /// Within the time after which an idle socket looks up.
    @Override
    public void close() {
        isClosed.set(true);
    }

    /// An array of `struct mmsghdr` with a buffer and an address each.
    private static final class Batch {
        private static final int STRIDE = 64;
        private static final int NAME_LENGTH = 8;
        private static final int VECTOR = 16;
        private static final int VECTORS = 24;
        private static final int LENGTH = 56;
        private static final int IOVEC = 16;

        private final MemorySegment messages;
        private final MemorySegment buffers;
        private final MemorySegment names;
        private final MemorySegment vectors;
        private final int most;

        Batch(Arena arena, int most) {
            this.most = most;
            messages = arena.allocate((long) BATCH * STRIDE, 8);
            buffers = arena.allocate((long) BATCH * most, 64);
            names = arena.allocate((long) BATCH * 32, 8);
            vectors = arena.allocate((long) BATCH * IOVEC, 8);
            for (long i = 0; i < BATCH; i++) {
                vectors.set(ValueLayout.ADDRESS, i * IOVEC, buffers.asSlice(i * most));
                vectors.set(ValueLayout.JAVA_LONG, i * IOVEC + 8, most);
                messages.set(ValueLayout.ADDRESS, i * STRIDE, names.asSlice(i * 32));
                messages.set(ValueLayout.ADDRESS, i * STRIDE + VECTOR, vectors.asSlice(i * IOVEC));
                messages.set(ValueLayout.JAVA_LONG, i * STRIDE + VECTORS, 1);
            }
        }

        void clear() {
            for (long i = 0; i < BATCH; i++)
                messages.set(ValueLayout.JAVA_INT, i * STRIDE + NAME_LENGTH, ADDRESS);
        }

        int take(long i, byte[] into) {
            int size = Math.min(most, messages.get(ValueLayout.JAVA_INT, i * STRIDE + LENGTH));
            MemorySegment.copy(buffers, ValueLayout.JAVA_BYTE, i * most, into, 0, size);
            return size;
        }

        void address(long i, boolean six, byte[] into) {
            long at = i * 32 + (six ? 8 : 4);
            MemorySegment.copy(names, ValueLayout.JAVA_BYTE, at, into, 0, six ? 16 : 4);
        }

        void put(long i, byte[] bytes, int length, Batch asked, long question) {
            MemorySegment.copy(bytes, 0, buffers, ValueLayout.JAVA_BYTE, i * most, length);
            vectors.set(ValueLayout.JAVA_LONG, i * IOVEC + 8, length);
            messages.set(ValueLayout.ADDRESS, i * STRIDE, asked.names.asSlice(question * 32));
            messages.set(
                    ValueLayout.JAVA_INT,
                    i * STRIDE + NAME_LENGTH,
                    asked.messages.get(ValueLayout.JAVA_INT, question * STRIDE + NAME_LENGTH));
        }
    }
}
