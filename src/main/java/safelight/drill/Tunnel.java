package safelight.drill;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A TCP proxy of loopback that can hold back what goes one way or both, as a network does that
/// drops packets: nothing is told to either side, and what was held back arrives later unless a
/// side has given up. The lock guards `held` and `closed`.
public final class Tunnel implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Tunnel.class);
    private static final int CHUNK = 16 << 10;
    private static final int BACKLOG = 64;
    private static final int SOCKETS_MAX = 2000;
    private static final int CONNECT_MS = 2000;

    /// From the side that connects, or to it.
    public enum Way {
        OUT,
        BACK
    }

    private final ServerSocket door;
    private final int to;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Set<Way> held = EnumSet.noneOf(Way.class);
    private boolean closed;

    /// To this port of loopback, from a free one.
    public Tunnel(int to) throws IOException {
        this.to = to;
        this.door = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().name("tunnel").start(this::accept);
    }

    /// Where it begins.
    public int port() {
        return door.getLocalPort();
    }

    /// Lets nothing through that goes these ways; new connections neither.
    public synchronized void hold(Set<Way> ways) {
        held.addAll(ways);
    }

    /// Lets everything through, also what waits.
    public synchronized void release() {
        held.clear();
        notifyAll();
    }

    /// Breaks every connection.
    public void breakAll() {
        for (var socket : Set.copyOf(open)) end(socket);
    }

    @Override
    public void close() throws IOException {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        door.close();
        breakAll();
    }

    private void accept() {
        try {
            while (true) {
                var socket = door.accept();
                if (open.size() >= SOCKETS_MAX) socket.close();
                else Thread.ofVirtual().name("tunnel-out").start(() -> connect(socket));
            }
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("tunnel is closed");
        }
    }

    private void connect(Socket near) {
        var far = new Socket();
        open.add(near);
        open.add(far);
        try {
            pass(Way.OUT);
            pass(Way.BACK);
            far.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), to), CONNECT_MS);
            near.setTcpNoDelay(true);
            far.setTcpNoDelay(true);
            Thread.ofVirtual().name("tunnel-back").start(() -> pump(Way.BACK, far, near));
            pump(Way.OUT, near, far);
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("nobody at the end of the tunnel");
            end(near);
            end(far);
        }
    }

    private void pump(Way way, Socket from, Socket into) {
        try {
            var bytes = new byte[CHUNK];
            var in = from.getInputStream();
            var out = into.getOutputStream();
            for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
                pass(way);
                out.write(bytes, 0, read);
            }
            // The end of a connection is a packet too.
            pass(way);
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("connection broke");
        } finally {
            end(from);
            end(into);
        }
    }

    private synchronized void pass(Way way) throws IOException {
        try {
            while (held.contains(way) && !closed) wait();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        if (closed) throw new IOException("the tunnel is closed");
    }

    private void end(Socket socket) {
        open.remove(socket);
        try {
            socket.close();
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("socket did not close");
        }
    }
}
