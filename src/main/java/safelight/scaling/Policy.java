package safelight.scaling;

import java.time.Instant;
import safelight.scaling.Decision.Cause;
import safelight.scaling.Pace.Demand;

/// How many web servers there should be: a pure function of what was seen. It follows Kubernetes'
/// HPA (bounded steps, down to the highest recommendation of a while) and Knative (a long and a
/// short window over requests in hand), and differs where those failed: a missing figure takes
/// nothing away (keda#3065), starting instances count (knative#13284), and the end of a burst drops
/// nothing (knative#3153).
public record Policy(Scaling scaling) implements Rule<Sample> {
    @Override
    public Decision decide(History<Sample> history, int present, Instant now) {
        return pace().follow(history, demand(history, present, now), present, now);
    }

    @Override
    public Pace pace() {
        return scaling.pace();
    }

    private Demand demand(History<Sample> history, int present, Instant now) {
        // Places come with the figures; without a single figure nothing is demanded.
        int places = 0;
        for (var sample : history.samples()) places = Math.max(places, sample.places());
        double room = scaling.busyShare() * places;
        var longAgo = now.minus(scaling.stable());
        double busy = places == 0 ? 0 : history.mean(longAgo, Sample::busy) / room;
        var justNow = now.minus(scaling.burst());
        double burst = places == 0 ? 0 : history.mean(justNow, Sample::busy) / room;
        double cpu =
                history.mean(longAgo, Sample::cpuCores) / (scaling.cpuShare() * scaling.cores());
        if (burst >= scaling.burstFactor() * present && burst > Math.max(busy, cpu))
            return new Demand(burst, 0, Cause.BURST, "requests in hand of the last moments");
        if (cpu > busy) return new Demand(cpu, 0, Cause.CPU, "cores used");
        return new Demand(busy, 0, Cause.REQUESTS, "requests in hand");
    }
}
