package safelight.autoscaler;

import java.time.Instant;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import safelight.fleet.Instance;
import safelight.observe.Meters;
import safelight.scaling.Decision;
import safelight.scaling.History;
import safelight.scaling.Rule;

/// One role under a rule: what was seen of it, and how many there should be. Used by one thread;
/// the meters may be read by others.
final class Crew<S extends History.Seen> {
    private static final Logger LOG = LoggerFactory.getLogger(Crew.class);

    private final Rule<S> rule;
    private final Instance.Role role;
    private final Meters meters;
    private History<S> history = History.none();
    private volatile int decided = -1;
    private volatile int seen;
    private volatile double recommended = Double.NaN;

    Crew(Instance.Role role, Rule<S> rule, Meters meters) {
        this.role = role;
        this.rule = rule;
        this.meters = meters;
        var name = role.name().toLowerCase(Locale.ROOT);
        meters.gauge(
                "safelight_autoscaler_desired_instances", () -> Math.max(0, decided), "role", name);
        meters.gauge("safelight_autoscaler_present_instances", () -> seen, "role", name);
    }

    /// Takes in what is seen now, and decides.
    Decision decide(S sample, Instant now) {
        history = rule.remember(history, sample);
        var decision = rule.decide(history, sample.present(), now);
        history = rule.remember(history, decision, now);
        seen = sample.present();
        recommended = decision.blind() ? Double.NaN : decision.recommended();
        if (decision.count() != decided) report(decision);
        decided = decision.count();
        return decision;
    }

    /// What the figures ask for, without the pace; not a number while they are missing.
    double recommended() {
        return recommended;
    }

    /// Nothing could be seen: what was recommended is no longer known.
    void lose() {
        recommended = Double.NaN;
    }

    private void report(Decision decision) {
        meters.count(
                "safelight_autoscaler_decisions_total",
                "role",
                role.name().toLowerCase(Locale.ROOT),
                "cause",
                decision.cause().name());
        LOG.atInfo()
                .addKeyValue("role", role)
                .addKeyValue("desired", decision.count())
                .addKeyValue("present", seen)
                .addKeyValue("cause", decision.cause())
                .addKeyValue("why", decision.why())
                .log("instances wanted");
    }
}
