package safelight.app;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.ToDoubleFunction;
import safelight.base.Failure;
import safelight.observe.Meters;
import safelight.queue.Counts;
import safelight.queue.JobQueue;

/// Shows the queue's depth and age. A scrape reads all gauges, so the counts are kept for a second;
/// while the broker is away they are not numbers, rather than a zero that looks like an idle queue.
final class QueueGauges {
    private static final Duration KEPT = Duration.ofSeconds(1);

    private final JobQueue queue;
    private final Clock clock;
    private Instant at = Instant.EPOCH;
    private Counts last = new Counts(0, 0, 0, 0, Duration.ZERO);
    private boolean known;

    private QueueGauges(JobQueue queue, Clock clock) {
        this.queue = queue;
        this.clock = clock;
    }

    static void show(JobQueue queue, Meters meters, Clock clock) {
        var gauges = new QueueGauges(queue, clock);
        gauges.show(meters, "safelight_queue_ready_jobs", Counts::ready);
        gauges.show(meters, "safelight_queue_delivering_jobs", Counts::delivering);
        gauges.show(meters, "safelight_queue_scheduled_jobs", Counts::scheduled);
        gauges.show(meters, "safelight_queue_dead_jobs", Counts::dead);
        gauges.show(meters, "safelight_queue_oldest_seconds", c -> c.oldest().toMillis() / 1000.0);
    }

    private void show(Meters meters, String name, ToDoubleFunction<Counts> part) {
        meters.gauge(name, () -> value(part));
    }

    private synchronized double value(ToDoubleFunction<Counts> part) {
        if (at.plus(KEPT).isBefore(clock.instant())) read();
        return known ? part.applyAsDouble(last) : Double.NaN;
    }

    private void read() {
        try {
            last = queue.counts();
            known = true;
        } catch (Failure e) {
            known = false;
        }
        at = clock.instant();
    }
}
