package safelight.web;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import safelight.fleet.Fleet;
import safelight.fleet.Instance;
import safelight.fleet.Lease;
import safelight.imaging.Format;

/// What this installation's workers read and write, as they say themselves. While no worker is
/// there, the formats that one usually has: a job may be handed in before its worker starts.
final class Formats {
    private static final Set<Format> USUAL =
            Set.of(Format.JPEG, Format.PNG, Format.WEBP, Format.AVIF);

    /// Each order asks, and workers come and go in seconds.
    private static final Duration KEPT = Duration.ofSeconds(1);

    private final Fleet fleet;
    private final Clock clock;
    private volatile Seen seen = new Seen(List.of(), Instant.MIN);

    /// Who was there at a time.
    private record Seen(List<Instance> instances, Instant at) {
        boolean isFresh(Instant now) {
            return !now.isBefore(at) && now.isBefore(at.plus(KEPT));
        }
    }

    Formats(Fleet fleet, Clock clock) {
        this.fleet = fleet;
        this.clock = clock;
    }

    boolean encodes(Format format) {
        return encodes().contains(format.id());
    }

    SortedSet<String> encodes() {
        return still(all(Instance.Abilities::encodes));
    }

    SortedSet<String> decodes() {
        return still(all(Instance.Abilities::decodes));
    }

    /// Those of {@link #encodes} that hold animations.
    SortedSet<String> encodesFrames() {
        return moving(all(Instance.Abilities::encodes));
    }

    /// Those of {@link #decodes} whose animations are read whole.
    SortedSet<String> decodesFrames() {
        return moving(all(Instance.Abilities::decodes));
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

    private List<Instance> instances() {
        var now = clock.instant();
        if (!seen.isFresh(now)) seen = new Seen(fleet.instances(now.minus(Lease.GONE_AFTER)), now);
        return seen.instances;
    }

    private SortedSet<String> all(Function<Instance.Abilities, SortedSet<String>> which) {
        var said =
                instances().stream()
                        .flatMap(i -> which.apply(i.abilities()).stream())
                        .collect(Collectors.toCollection(TreeSet::new));
        if (said.isEmpty()) {
            USUAL.forEach(f -> said.add(f.id()));
            said.add(Instance.Abilities.FRAMES + Format.WEBP.id());
        }
        return said;
    }
}
