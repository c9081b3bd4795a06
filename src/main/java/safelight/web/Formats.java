package safelight.web;

import java.time.Clock;
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

    private final Fleet fleet;
    private final Clock clock;

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

    private SortedSet<String> all(Function<Instance.Abilities, SortedSet<String>> which) {
        var said =
                fleet.instances(clock.instant().minus(Lease.GONE_AFTER)).stream()
                        .flatMap(i -> which.apply(i.abilities()).stream())
                        .collect(Collectors.toCollection(TreeSet::new));
        if (said.isEmpty()) {
            USUAL.forEach(f -> said.add(f.id()));
            said.add(Instance.Abilities.FRAMES + Format.WEBP.id());
        }
        return said;
    }
}
