import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import safelight.queue.artemis.ArtemisBroker;
import safelight.queue.artemis.BrokerAccess;
import safelight.queue.artemis.BrokerSettings;

/// Confirmed, durable submissions of 1 KiB a second, with 1, 16 and 64 threads that each wait for their
/// confirm, and the time from submit to start at a steady rate with two consumers: Safelight's queue
/// with its broker in the same process (as in `serve`) and over TCP, beside RabbitMQ's quorum queue. All
/// write to one disk, take turns round by round, and the first round is not counted. What a round
/// submitted is thrown away after it, so that every round begins empty.
final class Run {
    private static final int CONSUMERS = 2;

    private final Options options;
    private final int[] senders;
    private final int[] messages;
    private final Map<String, Figures> figures = new LinkedHashMap<>();

    private Run(Options options) {
        this.options = options;
        this.senders = numbers(options.text("senders"));
        this.messages = numbers(options.text("messages"));
    }

    private static int[] numbers(String list) {
        return Arrays.stream(list.split(",")).mapToInt(Integer::parseInt).toArray();
    }

    public static void main(String[] arguments) throws Exception {
        var options = new Options(Map.of("rounds", "3", "messages", "1000,8000,16000",
                "senders", "1,16,64", "seconds", "4", "rate", "100"), arguments);
        try (var site = new Site("submit")) {
            var run = new Run(options);
            var sides = new ArrayList<Side>();
            try {
                sides.add(inside(site));
                sides.add(overTcp(site));
                sides.add(new RabbitQueue(site));
                for (int round = 0; round <= options.number("rounds"); round++)
                    for (var side : sides) run.round(side, round > 0);
                run.print(sides);
            } finally {
                for (var side : sides) side.close();
            }
        }
    }

    private static Side inside(Site site) {
        var broker = ArtemisBroker.start(BrokerSettings.at(site.folder.resolve("inside"), 0,
                new SecureRandom()));
        return new SafelightQueue("Safelight, in the process", broker.inside(), broker);
    }

    private static Side overTcp(Site site) throws Exception {
        var process = site.add(new ProcessBuilder(System.getProperty("java.home") + "/bin/java",
                "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
                "-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders", "-Xmx512m",
                "-Dlogback.configurationFile=" + System.getProperty("logback.configurationFile"), "-cp",
                System.getProperty("java.class.path"), "Broker",
                Files.createDirectory(site.folder.resolve("tcp")).toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT).start());
        var access = process.inputReader().readLine().split(" ");
        return new SafelightQueue("Safelight, over TCP", BrokerAccess.overTcp("127.0.0.1",
                Integer.parseInt(access[0]), access[1]), process.getOutputStream()::close);
    }

    private void round(Side side, boolean isCounted) throws Exception {
        for (int i = 0; i < senders.length; i++) {
            double speed = speed(side, senders[i], messages[i]);
            if (isCounted) of(side, "senders " + senders[i]).add(speed);
            side.empty();
        }
        var waits = waits(side);
        if (!isCounted) return;
        of(side, "p50").add(waits.median());
        of(side, "p99").add(waits.at(0.99));
    }

    private Figures of(Side side, String what) {
        return figures.computeIfAbsent(side.name() + what, _ -> new Figures());
    }

    /// Messages a second.
    private static double speed(Side side, int threads, int messages) throws Exception {
        var open = new ArrayList<Side.Sender>();
        for (int i = 0; i < threads; i++) open.add(side.sender());
        var left = new AtomicInteger(messages);
        var sent = new ArrayList<Future<Boolean>>();
        long began = System.nanoTime();
        try (var tasks = Executors.newFixedThreadPool(threads)) {
            for (var sender : open)
                sent.add(tasks.submit(() -> {
                    while (left.getAndDecrement() > 0) sender.send(System.nanoTime());
                    return true;
                }));
            for (var each : sent) each.get();
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        for (var sender : open) sender.close();
        return messages / seconds;
    }

    /// Milliseconds from the moment a message was due to the moment a consumer has it.
    private Figures waits(Side side) throws Exception {
        int count = options.number("seconds") * options.number("rate");
        long everyNanos = Duration.ofSeconds(1).toNanos() / options.number("rate");
        var waited = new ConcurrentLinkedQueue<Double>();
        var done = new Semaphore(0);
        try (var tasks = Executors.newCachedThreadPool()) {
            var consuming = new ArrayList<Future<Boolean>>();
            for (int i = 0; i < CONSUMERS; i++)
                consuming.add(tasks.submit(() -> {
                    side.consume(stamp -> {
                        waited.add((System.nanoTime() - stamp) / 1e6);
                        done.release();
                    }, () -> waited.size() >= count);
                    return true;
                }));
            Thread.sleep(500);
            send(side, count, everyNanos);
            done.acquire(count);
            for (var each : consuming) each.get();
        }
        return new Figures(waited);
    }

    /// A slow confirm does not delay the next message: several senders take turns.
    private static void send(Side side, int count, long everyNanos) throws Exception {
        var idle = new java.util.concurrent.LinkedBlockingQueue<Side.Sender>();
        for (int i = 0; i < 16; i++) idle.add(side.sender());
        var all = List.copyOf(idle);
        var failures = new ConcurrentLinkedQueue<Exception>();
        try (var tasks = Executors.newFixedThreadPool(16)) {
            long due = System.nanoTime();
            for (int i = 0; i < count; i++, due += everyNanos) {
                for (long now = System.nanoTime(); now < due; now = System.nanoTime())
                    LockSupport.parkNanos(due - now);
                long stamp = due;
                tasks.submit(() -> {
                    try {
                        var sender = idle.take();
                        sender.send(stamp);
                        idle.add(sender);
                    } catch (Exception e) {
                        failures.add(e);
                    }
                });
            }
        }
        for (var sender : all) sender.close();
        for (var failure : failures) throw failure;
    }

    private void print(List<Side> sides) {
        System.out.printf("%d rounds, median (least to most)%n%-28s", options.number("rounds"), "");
        for (int count : senders) System.out.printf(" %-26s", "confirmed/s, " + count + " threads");
        System.out.printf(" %-24s %-24s%n", "start p50 ms", "start p99 ms");
        for (var side : sides) {
            System.out.printf("%-28s", side.name());
            for (int count : senders)
                System.out.printf(Locale.ROOT, " %-26s",
                        of(side, "senders " + count).spread("%.0f"));
            System.out.printf(" %-24s %-24s%n", of(side, "p50").spread("%.2f"),
                    of(side, "p99").spread("%.2f"));
        }
    }
}
