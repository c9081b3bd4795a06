package safelight.scaling;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import safelight.scaling.Decision.Cause;
import safelight.scaling.Pace.Demand;

/// How many workers there should be: as many as do what arrives, and what waits within `drain`, at
/// `busyShare` of their slots.
///
///     workers = (arriving + (waiting - arriving x patience) / drain) / (slots x busyShare)
///
/// in CPU seconds. With `patience`, that much of what arrives is left in the line: while it is
/// shorter, there are fewer workers than arrivals ask for, and what comes unevenly is done evenly.
///
/// What arrives is what is being used, plus what the line grew by. A line that is older than
/// `drain` although the figures are content says that jobs cost more than was thought: then a
/// quarter more is asked for, once in `stable`. Never fewer than what is being worked on needs, and
/// one as soon as a job waits.
/// Tickets that wait for their retry are no work yet, and hold nothing up (keda's scalers count
/// them).
public record WorkerPolicy(WorkerScaling scaling) implements Rule<WorkSample> {
    private static final double LATE_STEP = 1.25;
    private static final double MILLIS = 1000;

    @Override
    public Decision decide(History<WorkSample> history, int present, Instant now) {
        return pace().follow(history, demand(history, present, now), present, now);
    }

    @Override
    public Pace pace() {
        return scaling.pace();
    }

    private Demand demand(History<WorkSample> history, int present, Instant now) {
        var seen = history.since(now.minus(scaling.stable()));
        var known = seen.stream().filter(WorkSample::complete).toList();
        if (known.isEmpty()) return new Demand(0, 0, Cause.MISSING, "no figures");
        var last = known.getLast();
        int slots = last.slots() > 0 ? last.slots() : scaling.slots();
        double each = slots * scaling.busyShare();
        double arriving = arriving(known);
        double left = arriving * seconds(scaling.patience());
        double waiting = (last.line().seconds() - left) / seconds(scaling.drain());
        int floor = floor(last, slots, present);
        // Jobs that seem to cost nothing would else wait for ever where there is no worker.
        if (last.line().waiting() > 0) floor = Math.max(1, floor);
        double asked = Math.max(0, arriving + waiting) / each;
        double late = late(history, last, present, now);
        if (late > asked) return new Demand(late, floor, Cause.LATE, "jobs that wait too long");
        if (floor >= asked) return new Demand(asked, floor, Cause.IN_HAND, "jobs being worked on");
        return waiting > arriving
                ? new Demand(asked, floor, Cause.BACKLOG, "jobs that wait")
                : new Demand(asked, floor, Cause.ARRIVALS, "jobs that arrive");
    }

    private int floor(WorkSample last, int slots, int present) {
        // Where jobs may wait, all slots are meant to be busy also while the line grows.
        if (!scaling.patience().isZero()) return 0;
        // A slot may have two jobs and more in hand while it stores one: what runs never asks for
        // more to run it.
        return Math.min(present, (int) Math.ceil(last.inHand() / slots));
    }

    /// CPU seconds that arrive a second. Divided by the whole window, so that who has seen little
    /// of it makes no wave of a single job.
    private double arriving(List<WorkSample> known) {
        double used = 0;
        for (var each : known) used += each.cpuCores();
        var last = known.getLast().line();
        double grown =
                (last.waiting() - known.getFirst().line().waiting())
                        * last.secondsEach()
                        / seconds(scaling.stable());
        return Math.max(0, used / known.size() + grown);
    }

    private double late(History<WorkSample> history, WorkSample last, int present, Instant now) {
        boolean isFull = last.inHand() >= scaling.busyShare() * last.slots() * present;
        if (last.line().oldest().compareTo(scaling.drain()) <= 0 || !isFull || present == 0)
            return 0;
        int before = history.presence(now.minus(scaling.stable()), present).least();
        return Math.max(before + 1, before * LATE_STEP);
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / MILLIS;
    }
}
