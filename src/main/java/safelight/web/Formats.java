package safelight.web;

import java.time.Clock;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import safelight.fleet.Fleet;
import safelight.fleet.Instance;
import safelight.fleet.KnownAbilities;
import safelight.imaging.Format;

/// What this installation's workers read and write, as they say themselves. While no worker is
/// there, the formats that one usually has: a job may be handed in before its worker starts.
final class Formats {
    private static final Set<Format> USUAL =
            Set.of(Format.JPEG, Format.PNG, Format.WEBP, Format.AVIF);

    private final KnownAbilities known;

    Formats(Fleet fleet, Clock clock) {
        this.known = new KnownAbilities(fleet, clock);
    }

    boolean encodes(Format format) {
        return encodes().contains(format.id());
    }

    SortedSet<String> encodes() {
        return still(orUsual(known.now().encodes()));
    }

    SortedSet<String> decodes() {
        return still(orUsual(known.now().decodes()));
    }

    /// Those of {@link #encodes} that hold animations.
    SortedSet<String> encodesFrames() {
        return moving(orUsual(known.now().encodes()));
    }

    /// Those of {@link #decodes} whose animations are read whole.
    SortedSet<String> decodesFrames() {
        return moving(orUsual(known.now().decodes()));
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

    private static SortedSet<String> orUsual(SortedSet<String> said) {
        if (!said.isEmpty()) return said;
        var usual = new TreeSet<String>();
        USUAL.forEach(f -> usual.add(f.id()));
        usual.add(Instance.Abilities.FRAMES + Format.WEBP.id());
        return usual;
    }
}
