package safelight.web;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Collectors;
import safelight.fleet.Fleet;
import safelight.fleet.FleetUnavailable;
import safelight.fleet.Instance;
import safelight.fleet.Lease;
import safelight.imaging.Format;

/// What this installation's workers read and write, as they say themselves. While no worker is
/// there, the formats that one usually has: a job may be handed in before its worker starts. Every
/// job that comes in asks, so what was said is kept for two seconds, and for as long as the fleet
/// cannot be asked. Thread-safe.
final class Formats {
    private static final Set<Format> USUAL =
            Set.of(Format.JPEG, Format.PNG, Format.WEBP, Format.AVIF);

    private static final Duration KEPT = Duration.ofSeconds(2);

    private final Fleet fleet;
    private final Clock clock;
    private final AtomicReference<Optional<Said>> last = new AtomicReference<>(Optional.empty());

    /// `byWorkers`: not merely what is usual.
    private record Said(
            Instant at, boolean byWorkers, SortedSet<String> decodes, SortedSet<String> encodes) {}

    Formats(Fleet fleet, Clock clock) {
        this.fleet = fleet;
        this.clock = clock;
    }

    boolean encodes(Format format) {
        return encodes().contains(format.id());
    }

    SortedSet<String> encodes() {
        return still(said().encodes);
    }

    SortedSet<String> decodes() {
        return still(said().decodes);
    }

    /// Those of {@link #encodes} that hold animations.
    SortedSet<String> encodesFrames() {
        return moving(said().encodes);
    }

    /// Those of {@link #decodes} whose animations are read whole.
    SortedSet<String> decodesFrames() {
        return moving(said().decodes);
    }

    private static SortedSet<String> still(SortedSet<String> names) {
        return names.stream()
                .filter(name -> !name.startsWith(Instance.Abilities.FRAMES))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static SortedSet<String> moving(SortedSet<String> names) {
        return names.stream()
                .filter(name -> name.startsWith(Instance.Abilities.FRAMES))
                .map(name -> name.substring(Instance.Abilities.FRAMES.length()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Said said() {
        var before = last.get();
        var now = clock.instant();
        if (before.filter(said -> now.isBefore(said.at.plus(KEPT))).isPresent())
            return before.orElseThrow();
        try {
            var fresh = ask(now);
            if (fresh.byWorkers) last.set(Optional.of(fresh));
            return fresh;
        } catch (FleetUnavailable e) {
            return before.orElseThrow(() -> e);
        }
    }

    private Said ask(Instant now) {
        var abilities =
                fleet.instances(now.minus(Lease.GONE_AFTER)).stream()
                        .map(Instance::abilities)
                        .toList();
        return new Said(
                now,
                abilities.stream().anyMatch(each -> !each.equals(Instance.Abilities.NONE)),
                all(abilities, Instance.Abilities::decodes),
                all(abilities, Instance.Abilities::encodes));
    }

    private static SortedSet<String> all(
            List<Instance.Abilities> abilities,
            Function<Instance.Abilities, SortedSet<String>> which) {
        var said =
                abilities.stream()
                        .flatMap(each -> which.apply(each).stream())
                        .collect(Collectors.toCollection(TreeSet::new));
        if (said.isEmpty()) {
            USUAL.forEach(f -> said.add(f.id()));
            said.add(Instance.Abilities.FRAMES + Format.WEBP.id());
        }
        return said;
    }
}
