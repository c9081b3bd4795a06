package safelight.fleet;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;

/// What all instances together can do, as they say themselves. Every job that comes in asks, so
/// what was said is kept for two seconds, and for as long as the fleet cannot be asked.
/// Thread-safe.
public final class KnownAbilities {
    private static final Duration KEPT = Duration.ofSeconds(2);

    private final Fleet fleet;
    private final Clock clock;
    private final AtomicReference<Optional<Said>> last = new AtomicReference<>(Optional.empty());

    private record Said(Instant at, Instance.Abilities abilities) {}

    /// Of this fleet.
    public KnownAbilities(Fleet fleet, Clock clock) {
        this.fleet = fleet;
        this.clock = clock;
    }

    /// What was said in the last two seconds, or last; none if nobody can do anything, which is
    /// asked again each time.
    ///
    /// @throws FleetUnavailable if nothing was said before, and the fleet cannot be asked
    public Instance.Abilities now() {
        var before = last.get();
        var now = clock.instant();
        if (before.filter(said -> now.isBefore(said.at.plus(KEPT))).isPresent())
            return before.orElseThrow().abilities;
        try {
            var fresh = ask(now);
            if (!fresh.equals(Instance.Abilities.NONE)) last.set(Optional.of(new Said(now, fresh)));
            return fresh;
        } catch (FleetUnavailable e) {
            return before.orElseThrow(() -> e).abilities;
        }
    }

    private Instance.Abilities ask(Instant now) {
        var decodes = new TreeSet<String>();
        var encodes = new TreeSet<String>();
        for (var instance : fleet.instances(now.minus(Lease.GONE_AFTER))) {
            decodes.addAll(instance.abilities().decodes());
            encodes.addAll(instance.abilities().encodes());
        }
        return new Instance.Abilities(decodes, encodes);
    }
}
