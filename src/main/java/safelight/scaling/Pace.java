package safelight.scaling;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import safelight.scaling.Decision.Cause;

/// How fast a count follows what the figures ask for, the same for every role. It is bounded by
/// `least` and `most`; it at most doubles, or grows by four, in `growEvery`; nothing goes that was
/// needed within `hold`, and then a tenth for each `shrinkEvery`. Figures older than `fresh` are
/// none, and missing figures take nothing away.
public record Pace(
        int least,
        int most,
        Duration growEvery,
        Duration hold,
        Duration shrinkEvery,
        Duration fresh) {
    /// Demand up to a tenth above what is there is left alone (HPA's tolerance).
    private static final double TOLERANCE = 0.1;

    private static final int STEP_MIN = 4;
    private static final double SHRINK_SHARE = 0.1;

    /// Refuses bounds and windows that contradict each other.
    public Pace {
        if (least < 0 || most < least || most < 1)
            throw new IllegalArgumentException("no count from %d to %d".formatted(least, most));
        if (growEvery.isNegative() || hold.isNegative() || shrinkEvery.isNegative())
            throw new IllegalArgumentException(
                    "no pace of %s, %s, %s".formatted(growEvery, hold, shrinkEvery));
    }

    /// What the figures ask for, in instances, before it is rounded; never below `floor`.
    record Demand(double count, int floor, Cause cause, String why) {}

    /// How far back figures matter.
    Duration memory() {
        var pace = growEvery.compareTo(shrinkEvery) > 0 ? growEvery : shrinkEvery;
        return pace.compareTo(hold) > 0 ? pace : hold;
    }

    /// Whether the figures of this moment are missing.
    boolean isBlind(History<?> history, Instant now) {
        return history.latest()
                .filter(s -> s.complete() && !s.at().isBefore(now.minus(fresh)))
                .isEmpty();
    }

    /// The count that comes next; `present` instances serve or start now.
    Decision follow(History<?> history, Demand demand, int present, Instant now) {
        boolean blind = isBlind(history, now);
        int recommended = recommended(history, demand, present, blind);
        int held = Math.max(recommended, history.highest(now.minus(hold)));
        int count = paced(history, held, present, now, blind);
        int bounded = Math.clamp(count, least, most);
        var cause = cause(demand, new Steps(recommended, held, count, bounded), present, blind);
        return new Decision(bounded, recommended, blind, cause, why(cause, demand, held, present));
    }

    /// The counts on the way to a decision.
    private record Steps(int recommended, int held, int paced, int bounded) {}

    private int recommended(History<?> history, Demand demand, int present, boolean blind) {
        int wanted = (int) Math.ceil(Math.min(demand.count, most));
        if (wanted > present && demand.count <= present * (1 + TOLERANCE)) wanted = present;
        wanted = Math.max(wanted, demand.floor);
        // Who has just started, or sees nothing, starts from what is there.
        if (blind || history.recommendations().isEmpty()) wanted = Math.max(wanted, present);
        return Math.clamp(wanted, least, most);
    }

    private int paced(History<?> history, int held, int present, Instant now, boolean blind) {
        if (held > present) {
            int before = history.presence(now.minus(growEvery), present).least();
            int top = Math.max(2 * before, before + STEP_MIN);
            return Math.max(present, Math.min(held, top));
        }
        if (held == present || blind) return present;
        int before = history.presence(now.minus(shrinkEvery), present).most();
        int bottom = before - Math.max(1, (int) (SHRINK_SHARE * before));
        return Math.min(present, Math.max(held, bottom));
    }

    private static Cause cause(Demand demand, Steps steps, int present, boolean blind) {
        if (steps.bounded != steps.paced) return Cause.BOUNDS;
        if (steps.bounded > present) return steps.paced < steps.held ? Cause.GROWING : demand.cause;
        if (steps.bounded < present) return Cause.SHRINKING;
        if (blind) return Cause.MISSING;
        if (steps.held > present) return Cause.GROWING;
        if (steps.held < present) return Cause.SHRINKING;
        return steps.held > steps.recommended ? Cause.HELD : Cause.STEADY;
    }

    private String why(Cause cause, Demand demand, int held, int present) {
        var asked = String.format(Locale.ROOT, "%s ask for %.1f", demand.why, demand.count);
        return switch (cause) {
            case STEADY, REQUESTS, BURST, CPU, ARRIVALS, BACKLOG, LATE, IN_HAND -> asked;
            case HELD -> "%s, but %d were needed within %s".formatted(asked, held, in(hold));
            case GROWING -> "%s; no more may be added within %s".formatted(asked, in(growEvery));
            case SHRINKING -> "%s; a tenth may go within %s".formatted(asked, in(shrinkEvery));
            case MISSING -> "figures are missing; %d stay".formatted(present);
            case BOUNDS -> "%s; there are %d to %d".formatted(asked, least, most);
        };
    }

    private static String in(Duration window) {
        return window.toSeconds() + " s";
    }
}
