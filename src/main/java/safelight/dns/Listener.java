package safelight.dns;

import java.io.IOException;
import java.util.function.Supplier;

/// One UDP socket and the thread that answers on it.
interface Listener extends AutoCloseable {
    /// Receives and answers until closed.
    void run(Responder responder) throws IOException;

    int port();

    @Override
    void close() throws IOException;

    /// Seconds that only go on, for limits by the second.
    Supplier<Integer> SECONDS = () -> (int) (System.nanoTime() / 1_000_000_000L);
}
