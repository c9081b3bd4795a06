import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// GET requests in an open loop: each is sent when it is due, however late the others are, and its
/// time counts from when it was due. By hand on plain sockets, since it shares the cores with what
/// it measures: a request costs it about a tenth of what an HTTP client takes.
final class Load implements AutoCloseable {
    private static final long SECOND = 1_000_000_000L;
    private static final int ANSWER_MOST_MS = 30_000;

    /// Connections that a burst left are closed: HAProxy takes a number of them, and no more.
    private static final long IDLE_MOST = 5 * SECOND;

    private static final byte[] SERVED_BY = "\"servedBy\":\"".getBytes(StandardCharsets.US_ASCII);

    /// An answer: when it came and how long after it was due, in nanoseconds; the server that it
    /// names; what was wrong with it, or nothing.
    record Answer(long at, long took, String by, String fault) {}

    /// When a server first and last answered.
    record Seen(long first, long last) {}

    private final ConcurrentLinkedDeque<Line> idle = new ConcurrentLinkedDeque<>();
    private final ConcurrentLinkedQueue<Answer> answers = new ConcurrentLinkedQueue<>();
    private final ConcurrentHashMap<String, Seen> servers = new ConcurrentHashMap<>();
    private final AtomicLong sent = new AtomicLong();
    private final ExecutorService tasks = Executors.newVirtualThreadPerTaskExecutor();
    private final URI target;
    private final byte[] request;
    private final Thread pacer;
    private volatile double rate;
    private volatile boolean stopped;

    Load(String url, String cookie, double rate) {
        this.target = URI.create(url);
        this.rate = rate;
        this.request =
                "GET %s HTTP/1.1\r\nHost: %s\r\nCookie: %s\r\n\r\n"
                        .formatted(target.getPath(), target.getAuthority(), cookie)
                        .getBytes(StandardCharsets.US_ASCII);
        this.pacer = Thread.ofPlatform().name("pacer").start(this::pace);
    }

    void rate(double perSecond) {
        rate = perSecond;
    }

    double rate() {
        return rate;
    }

    /// All answers so far, in no strict order.
    List<Answer> answers() {
        return List.copyOf(answers);
    }

    /// The servers that answered, by the names that they give themselves.
    Map<String, Seen> servers() {
        return Map.copyOf(servers);
    }

    long sent() {
        return sent.get();
    }

    /// Sends no more and waits for what is under way.
    @Override
    public void close() throws InterruptedException {
        stopped = true;
        pacer.join();
        tasks.close();
    }

    private void pace() {
        double due = System.nanoTime();
        while (!stopped) {
            long now = System.nanoTime();
            if (now < due) {
                LockSupport.parkNanos((long) Math.min(due - now, SECOND / 50));
                continue;
            }
            long dueNow = (long) due;
            sent.incrementAndGet();
            tasks.execute(() -> answers.add(ask(dueNow)));
            due += SECOND / rate;
        }
    }

    private Answer ask(long due) {
        try {
            var line = line();
            var answer = line.ask(request);
            idle.push(line);
            long now = System.nanoTime();
            int by = indexOf(answer.body, SERVED_BY);
            var server = by < 0 ? "" : text(answer.body, by + SERVED_BY.length);
            if (by >= 0)
                servers.merge(
                        server, new Seen(now, now), (old, _) -> new Seen(old.first, now));
            var fault = answer.status == 200 ? "" : answer.status + " " + new String(answer.body);
            return new Answer(now, now - due, server, fault);
        } catch (IOException e) {
            long now = System.nanoTime();
            return new Answer(now, now - due, "", e.toString());
        }
    }

    private Line line() throws IOException {
        var oldest = idle.pollLast();
        if (oldest != null) {
            if (System.nanoTime() - oldest.used > IDLE_MOST) oldest.socket.close();
            else idle.addLast(oldest);
        }
        var line = idle.poll();
        if (line != null && System.nanoTime() - line.used < IDLE_MOST) return line;
        if (line != null) line.socket.close();
        return new Line(new Socket(target.getHost(), target.getPort()));
    }

    private static String text(byte[] body, int from) {
        int to = from;
        while (to < body.length && body[to] != '"') to++;
        return new String(body, from, to - from, StandardCharsets.US_ASCII);
    }

    private static int indexOf(byte[] in, byte[] what) {
        for (int i = 0; i + what.length <= in.length; i++) {
            int n = 0;
            while (n < what.length && in[i + n] == what[n]) n++;
            if (n == what.length) return i;
        }
        return -1;
    }

    private record Reply(int status, byte[] body) {}

    /// One connection that is kept.
    private static final class Line {
        private final Socket socket;
        private final InputStream in;
        private final OutputStream out;
        private long used;

        Line(Socket socket) throws IOException {
            this.socket = socket;
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(ANSWER_MOST_MS);
            this.in = new BufferedInputStream(socket.getInputStream(), 4096);
            this.out = socket.getOutputStream();
        }

        Reply ask(byte[] request) throws IOException {
            try {
                out.write(request);
                var reply = read();
                used = System.nanoTime();
                return reply;
            } catch (IOException e) {
                socket.close();
                throw e;
            }
        }

        private Reply read() throws IOException {
            int status = Integer.parseInt(header().split(" ", 3)[1]);
            int length = -1;
            for (var line = header(); !line.isEmpty(); line = header())
                if (line.regionMatches(true, 0, "content-length:", 0, 15))
                    length = Integer.parseInt(line.substring(15).strip());
            if (length < 0) throw new IOException(status + " without a length");
            var body = in.readNBytes(length);
            if (body.length < length) throw new EOFException("the answer ended early");
            return new Reply(status, body);
        }

        private String header() throws IOException {
            var line = new StringBuilder(64);
            for (int c = in.read(); c != '\n'; c = in.read()) {
                if (c < 0) throw new EOFException("the connection was closed");
                if (c != '\r') line.append((char) c);
            }
            return line.toString();
        }
    }
}
