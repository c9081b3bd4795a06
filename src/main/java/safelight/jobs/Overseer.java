package safelight.jobs;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import safelight.imaging.Watch;

/// Keeps an eye on one running operation: stops it when somebody cancels the job or its time is up,
/// and ends the whole process if it does not stop then, since native code cannot be stopped in any
/// other way. Progress goes out from here, now and then: the operation's own threads wait for
/// nobody. It looks on a virtual thread: photo work is done on platform threads, and keeps none of
/// the carriers.
final class Overseer implements Watch, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Overseer.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);

    private final Clock clock;
    private final BooleanSupplier unwanted;
    private final DoubleConsumer tell;
    private final JobSettings settings;
    private final Runnable endProcess;
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile Instant began;
    private volatile boolean stopped;
    private volatile boolean late;
    private volatile double progress;
    private double told;

    /// What an overseer needs to know. `unwanted` asks whether somebody cancelled the job;
    /// `endProcess` does not return.
    record Duty(
            Clock clock,
            JobSettings settings,
            BooleanSupplier unwanted,
            DoubleConsumer tell,
            Runnable endProcess) {}

    Overseer(Duty duty) {
        this.clock = duty.clock;
        this.unwanted = duty.unwanted;
        this.tell = duty.tell;
        this.settings = duty.settings;
        this.endProcess = duty.endProcess;
        this.began = clock.instant();
        Thread.ofVirtual().name("overseer").start(this::look);
    }

    /// The job waits for a core, which is not its own doing: no time counts until it has begun.
    void pause() {
        began = Instant.MAX;
    }

    /// It has one: from now on the operation's time counts.
    void begin() {
        began = clock.instant();
    }

    /// Whether it was stopped because its time was up.
    boolean isLate() {
        return late;
    }

    /// Stops the operation now.
    void stop() {
        stopped = true;
    }

    @Override
    public boolean isStopped() {
        return stopped;
    }

    @Override
    public void progress(double fraction) {
        progress = fraction;
    }

    @Override
    public void close() {
        done.countDown();
    }

    private void tellProgress() {
        double now = progress;
        if (now == told) return;
        told = now;
        tell.accept(now);
    }

    /// Whatever goes wrong with others, the time is watched on.
    private void ask() {
        try {
            tellProgress();
            if (!stopped && unwanted.getAsBoolean()) stopped = true;
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("overseer broke, and goes on");
        }
    }

    private void watchTime(Instant from, Instant now) {
        if (!now.isAfter(from)) return;
        var took = Duration.between(from, now);
        var most = settings.timeMost();
        if (took.compareTo(most.plus(settings.graceful())) > 0) endProcess.run();
        if (took.compareTo(most) > 0 && !stopped) {
            late = true;
            stopped = true;
        }
    }

    private void look() {
        try {
            while (!done.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                watchTime(began, clock.instant());
                ask();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
