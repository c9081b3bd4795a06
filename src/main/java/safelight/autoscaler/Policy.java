package safelight.autoscaler;

import java.time.Instant;
import java.util.Locale;
import java.util.stream.IntStream;
import safelight.autoscaler.Decision.Cause;
import safelight.autoscaler.History.Recommendation;

/// How many web servers there should be: a pure function of what was seen. It follows Kubernetes'
/// HPA (bounded steps, down to the highest recommendation of a while) and Knative (a long and a
/// short window over requests in hand), and differs where those failed: a missing figure takes
/// nothing away (keda#3065), starting instances count (knative#13284), and the end of a burst drops
/// nothing (knative#3153).
public record Policy(Scaling scaling) {
    /// Demand up to a tenth above what is there is left alone (HPA's tolerance).
    private static final double TOLERANCE = 0.1;

    private static final int STEP_MIN = 4;
    private static final double SHRINK_SHARE = 0.1;

    /// What the figures ask for, in instances, before it is rounded.
    private record Demand(double count, Cause cause, String why) {}

    /// Decides; `present` are the instances that serve or start now.
    public Decision decide(History history, int present, Instant now) {
        boolean blind = isBlind(history, now);
        var demand = demand(history, present, now);
        int recommended = recommended(history, demand, present, blind);
        int held = Math.max(recommended, history.highest(now.minus(scaling.hold())));
        int count = paced(history, held, present, now, blind);
        int bounded = Math.clamp(count, scaling.least(), scaling.most());
        var cause = cause(demand, new Steps(recommended, held, count, bounded), present, blind);
        return new Decision(bounded, recommended, cause, why(cause, demand, held, present));
    }

    /// The history with what was decided just now.
    public History remember(History history, Decision decision, Instant now) {
        return history.with(new Recommendation(now, decision.recommended()), scaling.memory());
    }

    /// The history with one more sample.
    public History remember(History history, Sample sample) {
        return history.with(sample, scaling.memory());
    }

    /// The counts on the way to a decision.
    private record Steps(int recommended, int held, int paced, int bounded) {}

    private boolean isBlind(History history, Instant now) {
        return history.latest()
                .filter(s -> s.complete() && !s.at().isBefore(now.minus(scaling.fresh())))
                .isEmpty();
    }

    private Demand demand(History history, int present, Instant now) {
        // Places come with the figures; without a single figure nothing is demanded.
        int places = history.samples().stream().mapToInt(Sample::places).max().orElse(0);
        double room = scaling.busyShare() * places;
        var longAgo = now.minus(scaling.stable());
        double busy = places == 0 ? 0 : history.mean(longAgo, Sample::busy) / room;
        var justNow = now.minus(scaling.burst());
        double burst = places == 0 ? 0 : history.mean(justNow, Sample::busy) / room;
        double cpu =
                history.mean(longAgo, Sample::cpuCores) / (scaling.cpuShare() * scaling.cores());
        if (burst >= scaling.burstFactor() * present && burst > Math.max(busy, cpu))
            return new Demand(burst, Cause.BURST, "requests in hand of the last moments");
        if (cpu > busy) return new Demand(cpu, Cause.CPU, "cores used");
        return new Demand(busy, Cause.REQUESTS, "requests in hand");
    }

    private int recommended(History history, Demand demand, int present, boolean blind) {
        int wanted = (int) Math.ceil(Math.min(demand.count, scaling.most()));
        if (wanted > present && demand.count <= present * (1 + TOLERANCE)) wanted = present;
        // Who has just started, or sees nothing, starts from what is there.
        if (blind || history.recommendations().isEmpty()) wanted = Math.max(wanted, present);
        return Math.clamp(wanted, scaling.least(), scaling.most());
    }

    private int paced(History history, int held, int present, Instant now, boolean blind) {
        if (held > present) {
            int before = counts(history, now.minus(scaling.growEvery()), present).min().orElse(0);
            int most = Math.max(2 * before, before + STEP_MIN);
            return Math.max(present, Math.min(held, most));
        }
        if (held == present || blind) return present;
        int before = counts(history, now.minus(scaling.shrinkEvery()), present).max().orElse(0);
        int least = before - Math.max(1, (int) (SHRINK_SHARE * before));
        return Math.min(present, Math.max(held, least));
    }

    private static IntStream counts(History history, Instant start, int present) {
        return IntStream.concat(
                IntStream.of(present), history.since(start).mapToInt(Sample::present));
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
        var asked = "%s ask for %.1f".formatted(demand.why, demand.count);
        return switch (cause) {
            case STEADY, REQUESTS, BURST, CPU -> asked;
            case HELD -> "%s, but %d were needed within %s".formatted(asked, held, of(cause));
            case GROWING -> "%s; no more may be added within %s".formatted(asked, of(cause));
            case SHRINKING -> "%s; a tenth may go within %s".formatted(asked, of(cause));
            case MISSING -> "figures are missing; %d stay".formatted(present);
            case BOUNDS ->
                    "%s; there are %d to %d".formatted(asked, scaling.least(), scaling.most());
        };
    }

    private String of(Cause cause) {
        var window =
                switch (cause) {
                    case HELD -> scaling.hold();
                    case GROWING -> scaling.growEvery();
                    default -> scaling.shrinkEvery();
                };
        return String.format(Locale.ROOT, "%d s", window.toSeconds());
    }
}
