package safelight.dns;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The sockets of a DNS server and the threads that answer on them, all from one snapshot that can
/// be replaced at any time.
final class DnsServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DnsServer.class);
    private static final long STOP_MOST_MS = 2000;
    private static final long APART = 0x3243f6a8885a308dL;

    private final AtomicReference<Snapshot> current;
    private final DnsSettings settings;
    private final Clock clock;
    private final AtomicLong starts;
    private final Counts counts;
    private final List<Listener> listeners = new ArrayList<>();
    private final List<TcpListener> tcp = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    DnsServer(Snapshot first, DnsSettings settings, Clock clock, RandomGenerator random) {
        this.current = new AtomicReference<>(first);
        this.settings = settings;
        this.clock = clock;
        this.starts = new AtomicLong(random.nextLong());
        this.counts = new Counts();
    }

    /// Listens and answers from now on; throws with a sentence if an address cannot be had.
    void start() throws IOException {
        int port = settings.port();
        for (var address : settings.listen()) port = listen(address, port);
        for (var listener : listeners)
            threads.add(
                    Thread.ofPlatform()
                            .name("dns-udp-" + threads.size())
                            .start(() -> run(listener, responder(settings.rateMost()))));
        for (var listener : tcp)
            threads.add(Thread.ofPlatform().name("dns-accept").start(listener::run));
    }

    void use(Snapshot snapshot) {
        current.set(snapshot);
    }

    int port() {
        return listeners.getFirst().port();
    }

    Counts counts() {
        return counts;
    }

    int connections() {
        return tcp.stream().mapToInt(TcpListener::connections).sum();
    }

    boolean isBatched() {
        return listeners.getFirst() instanceof BatchListener;
    }

    @Override
    public void close() throws IOException {
        for (var listener : listeners) listener.close();
        for (var listener : tcp) listener.close();
        try {
            for (var thread : threads) thread.join(STOP_MOST_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// UDP and TCP on the same port.
    private int listen(InetAddress address, int port) throws IOException {
        var bound = TcpListener.bind(address, port);
        tcp.add(new TcpListener(bound, settings.connectionsMost(), () -> responder(0), counts));
        var sockets = Sockets.find();
        for (int i = 0; i < settings.threads(); i++)
            listeners.add(
                    sockets.isPresent()
                            ? new BatchListener(sockets.get(), address, bound.getLocalPort())
                            : new ChannelListener(address, bound.getLocalPort()));
        return bound.getLocalPort();
    }

    private Responder responder(int rateMost) {
        var own =
                new Responder.Own(
                        new Cookies(HexFormat.of().parseHex(settings.cookieSecret()), clock),
                        new RateLimit(rateMost),
                        starts.getAndAdd(APART));
        var identity = new Responder.Identity(settings.dataCenter(), settings.usesSubnets());
        return new Responder(current::get, identity, own, counts);
    }

    private static void run(Listener listener, Responder responder) {
        try {
            listener.run(responder);
        } catch (Throwable e) {
            // A server without this thread would look alive and answer less.
            LOG.atError().setCause(e).log("a udp thread ended");
            System.exit(1);
        }
    }
}
