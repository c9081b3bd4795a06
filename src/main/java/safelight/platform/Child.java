package safelight.platform;

import java.io.BufferedReader;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import safelight.base.Backoff;

/// One child process of this host, kept running: started again whenever it ends, with a growing
/// wait if it ends early, until it is closed. Its standard input is its lifeline: it comes to an
/// end when this process does, however that happens, and the child is expected to drain then. It
/// runs in a session of its own, so that a terminal's Ctrl-C reaches only the parent, which stops
/// its children in order.
///
/// Thread-safe: the lock guards `process` and `asked`, so that nothing is started after the stop.
public final class Child implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Child.class);
    private static final Duration STEADY = Duration.ofSeconds(20);
    private static final Duration KILLED_MOST = Duration.ofSeconds(5);
    private static final Backoff BETWEEN =
            new Backoff(Duration.ofMillis(200), Duration.ofSeconds(30));
    private static final long LOG_BYTES_MAX = 16L << 20;
    private static final File SETSID = new File("/usr/bin/setsid");

    private final Plan plan;
    private final Clock clock;
    private final RandomGenerator random;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private Optional<Process> process = Optional.empty();
    private boolean asked;
    private volatile Instant began;

    /// What to start. `environment` is added to that of this process; secrets go there, since
    /// everybody on a host may read command lines. Both output streams go to the file `log`; `said`
    /// also gets each line of the standard output, `ended` is told when the process has ended,
    /// before the next one starts. `stopMost`: the time to end by itself after it was asked to.
    public record Plan(
            String name,
            List<String> command,
            Map<String, String> environment,
            File log,
            Duration stopMost,
            Consumer<String> said,
            Runnable ended) {
        /// Copies command and environment.
        public Plan {
            command = List.copyOf(command);
            environment = Map.copyOf(environment);
        }
    }

    /// Starts the first process, soon.
    public Child(Plan plan, Clock clock, RandomGenerator random) {
        this.plan = plan;
        this.clock = clock;
        this.random = random;
        this.began = clock.instant();
        this.thread = Thread.ofVirtual().name("child-" + plan.name).start(this::run);
    }

    /// What it is called.
    public String name() {
        return plan.name;
    }

    /// When the present process was started.
    public Instant began() {
        return began;
    }

    /// The process that runs now.
    public synchronized Optional<ProcessHandle> handle() {
        return process.map(Process::toHandle);
    }

    /// Asks the process to drain and end (SIGTERM), and returns at once. None is started any more.
    public synchronized void ask() {
        if (asked) return;
        asked = true;
        closing.countDown();
        // Not Process.destroy(): that closes the pipes, and the last words would be lost.
        process.ifPresent(p -> p.toHandle().destroy());
    }

    /// Asks, waits, and kills what has not ended in time, with all that it started. Idempotent.
    @Override
    public void close() {
        ask();
        try {
            if (thread.join(plan.stopMost)) return;
            LOG.atWarn().addKeyValue("child", plan.name).log("child did not end in time: killed");
            handle().ifPresent(Child::kill);
            thread.join(KILLED_MOST);
        } catch (InterruptedException e) {
            handle().ifPresent(Child::kill);
            Thread.currentThread().interrupt();
        }
    }

    private static void kill(ProcessHandle process) {
        var all = process.descendants().toList();
        process.destroyForcibly();
        all.forEach(ProcessHandle::destroyForcibly);
    }

    private void run() {
        int early = 0;
        try {
            while (!closing.await(early == 0 ? 0 : pause(early), TimeUnit.MILLISECONDS)) {
                runOne();
                plan.ended.run();
                boolean steady = began.plus(STEADY).isBefore(clock.instant());
                early = steady ? 1 : early + 1;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private long pause(int early) {
        return BETWEEN.delay(early, random).toMillis();
    }

    private void runOne() throws InterruptedException {
        try {
            var started = launch();
            if (started.isEmpty()) return;
            listen(started.get());
            int code = started.get().waitFor();
            if (closing.getCount() > 0)
                LOG.atWarn()
                        .addKeyValue("child", plan.name)
                        .addKeyValue("exitCode", code)
                        .addKeyValue("log", plan.log)
                        .log("child ended, and is started again");
        } catch (IOException e) {
            LOG.atError().addKeyValue("child", plan.name).setCause(e).log("child does not start");
        } finally {
            synchronized (this) {
                process = Optional.empty();
            }
        }
    }

    private synchronized Optional<Process> launch() throws IOException {
        if (asked) return Optional.empty();
        rotate();
        var command = new ArrayList<String>();
        if (SETSID.canExecute()) command.add(SETSID.getPath());
        command.addAll(plan.command);
        began = clock.instant();
        var builder =
                new ProcessBuilder(command)
                        .redirectError(ProcessBuilder.Redirect.appendTo(plan.log));
        builder.environment().putAll(plan.environment);
        process = Optional.of(builder.start());
        return process;
    }

    private void rotate() {
        if (plan.log.length() < LOG_BYTES_MAX) return;
        if (!plan.log.renameTo(new File(plan.log.getPath() + ".1")))
            LOG.atWarn().addKeyValue("log", plan.log).log("log could not be put aside");
    }

    /// Reads until the output ends; that is when the process does.
    private void listen(Process started) throws IOException {
        try (var lines =
                        new BufferedReader(
                                new InputStreamReader(
                                        started.getInputStream(), StandardCharsets.UTF_8));
                var log = new FileOutputStream(plan.log, true)) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                // First, since the disk may let the log wait.
                plan.said.accept(line);
                log.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            }
        }
    }
}
