package safelight.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import safelight.base.Backoff;
import safelight.base.Failure;
import safelight.base.InstanceId;
import safelight.fleet.Instance;
import safelight.jobs.Orphans;
import safelight.queue.artemis.BrokerAccess;

/// Photo work in a process of its own, so that a crash in native code takes no web server with it.
/// Started again whenever it ends, with a growing wait if it ends early.
///
/// The child's standard input is its lifeline: the first lines say who it is and where the broker
/// is, later ones ask for its metrics, and its end tells the child to drain, also when this process
/// was killed.
final class ChildWorker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ChildWorker.class);
    private static final Duration ANSWER_MOST = Duration.ofSeconds(1);
    private static final Duration KILL_AFTER = Duration.ofSeconds(5);
    private static final int EARLY_ENDS_FREE = 3;
    private static final Backoff BETWEEN =
            new Backoff(Duration.ofMillis(500), Duration.ofSeconds(30));

    private final Plan plan;
    private final SecureRandom random = new SecureRandom();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private volatile Optional<Running> running = Optional.empty();

    /// What is needed to start a child and to clean up after it; `place` is this process' own name,
    /// which stays when a child is replaced.
    record Plan(
            List<String> command,
            BrokerAccess broker,
            Orphans orphans,
            Duration drainMost,
            InstanceId place,
            Clock clock) {}

    /// A child that was started. `answers` are blocks of lines, each answering one question.
    private record Running(
            InstanceId id, Process process, Writer input, BlockingQueue<String> answers) {}

    /// Starts the first child.
    ChildWorker(Plan plan) {
        this.plan = plan;
        this.thread = Thread.ofPlatform().name("child-worker").start(this::run);
    }

    /// What a child that works for this process is told: the same settings, and where the data is.
    static List<String> arguments(ConfigOptions options, Config config) {
        var arguments = new ArrayList<>(List.of("child-worker"));
        arguments.addAll(options.again());
        arguments.addAll(List.of("--data", config.data().toString()));
        return arguments;
    }

    /// The metrics of the child that runs now; empty if there is none, or it does not answer soon.
    synchronized String metrics() {
        var now = running;
        if (now.isEmpty()) return "";
        try {
            now.get().answers.clear();
            now.get().input.write("metrics\n");
            now.get().input.flush();
            var answer = now.get().answers.poll(ANSWER_MOST.toMillis(), TimeUnit.MILLISECONDS);
            return answer == null ? "" : answer;
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    /// Lets the child drain, then makes sure that it is gone.
    @Override
    public void close() {
        closing.countDown();
        running.ifPresent(this::hangUp);
        try {
            if (thread.join(plan.drainMost.plus(KILL_AFTER))) return;
            running.ifPresent(r -> r.process.destroyForcibly());
            thread.join(KILL_AFTER);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        int early = 0;
        while (closing.getCount() > 0) {
            var began = plan.clock.instant();
            boolean guilty = true;
            try {
                guilty = Exit.isOwnFault(runOne());
            } catch (IOException e) {
                LOG.atError().setCause(e).log("worker process could not be started");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            early = Restarts.early(early, Duration.between(began, plan.clock.instant()), guilty);
            if (early > EARLY_ENDS_FREE && !rest(early - EARLY_ENDS_FREE)) return;
        }
    }

    private boolean rest(int early) {
        try {
            return !closing.await(BETWEEN.delay(early, random).toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private int runOne() throws IOException, InterruptedException {
        var id = Instances.next(Instance.Role.WORKER, plan.clock, random);
        var builder =
                new ProcessBuilder(plan.command).redirectError(ProcessBuilder.Redirect.INHERIT);
        // glib prints warnings about what it copes with; glibc keeps memory in an arena a thread.
        builder.environment().put("VIPS_WARNING", "0");
        builder.environment().putIfAbsent("MALLOC_ARENA_MAX", "2");
        var process = builder.start();
        var child =
                new Running(
                        id,
                        process,
                        process.outputWriter(StandardCharsets.UTF_8),
                        new ArrayBlockingQueue<>(4));
        Thread.ofVirtual().name("child-answers").start(() -> listen(child));
        running = Optional.of(child);
        introduce(child);
        if (closing.getCount() == 0) hangUp(child);
        int code = process.waitFor();
        running = Optional.empty();
        bury(child, code);
        return code;
    }

    private void introduce(Running child) {
        try {
            child.input.write(
                    child.id
                            + "\n"
                            + plan.broker.url()
                            + "\n"
                            + plan.broker.user()
                            + "\n"
                            + plan.broker.password()
                            + "\n"
                            + plan.place
                            + "\n");
            child.input.flush();
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("worker process ended before it began");
        }
    }

    private void bury(Running child, int code) {
        boolean expected = closing.getCount() == 0 && code == 0;
        if (!expected)
            LOG.atWarn()
                    .addKeyValue("instance", child.id)
                    .addKeyValue("exitCode", code)
                    .log("worker process ended");
        try {
            plan.orphans.adopt(child.id.value(), Exit.isOwnFault(code));
        } catch (Failure e) {
            LOG.atWarn()
                    .addKeyValue("problem", e.problem().code())
                    .log("jobs of the ended worker are freed later");
        }
    }

    private void hangUp(Running child) {
        try {
            child.input.close();
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("worker process had hung up already");
        }
    }

    private static void listen(Running child) {
        try (var lines =
                new BufferedReader(
                        new InputStreamReader(
                                child.process.getInputStream(), StandardCharsets.UTF_8))) {
            var block = new StringBuilder();
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.equals(ChildProtocol.END)) {
                    block.append(line).append('\n');
                    continue;
                }
                if (!child.answers.offer(block.toString()))
                    LOG.atDebug().log("answer nobody asked for");
                block.setLength(0);
            }
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("worker process stopped talking");
        }
    }
}
