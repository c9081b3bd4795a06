package safelight.replication;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// Whether a data center has what happened while it was away, and may be given traffic: a pure
/// decision. One that hears nobody works alone, since it cannot know better; one that hears others
/// again waits for what they have kept for it.
final class CatchUp {
    /// So long the others are given to be heard at the start.
    static final Duration ALONE_AFTER = Duration.ofSeconds(10);

    /// So long the others have to have been heard: what storage keeps for a data center is seen
    /// only some seconds after it was written.
    static final Duration HEARD_LEAST = Duration.ofSeconds(12);

    /// So long after others are heard again what their web servers have served is known here.
    static final Duration SERVED_SEEN = Duration.ofSeconds(6);

    /// So long a data center that is heard is given to show a web server. At a cut each side takes
    /// the leases of the other away.
    static final Duration SERVED_MOST = Duration.ofSeconds(20);

    /// Blobs that came in the last seconds are no backlog.
    static final Duration LAG_MOST = Duration.ofSeconds(10);

    /// So long traffic waits for missed writes that become no fewer, or of which nothing is said: a
    /// node that is gone for good may keep them, or only seem to.
    static final Duration STILL_MOST = Duration.ofMinutes(10);

    private CatchUp() {}

    /// What is seen of the own data center. `up`: since when it watches; `heard`: for how long
    /// others have been heard without a break, empty if none is; `owed`: in how many files of
    /// missed writes the others' storages keep what it does not have, empty if one that is heard
    /// does not say; `still`: for how long that has become no less; `lag`: of blobs that can come.
    record Sight(
            Duration up, Optional<Duration> heard, OptionalInt owed, Duration still, Lag lag) {}

    /// What is owed by all that were asked; unknown if one of them does not say.
    static OptionalInt owed(List<OptionalInt> each) {
        if (each.stream().anyMatch(OptionalInt::isEmpty)) return OptionalInt.empty();
        return OptionalInt.of(each.stream().mapToInt(OptionalInt::getAsInt).sum());
    }

    /// Whether it is time to say who had the clients: others have been `heard` for so long, and
    /// what all served is known, or will not be.
    static boolean isDecidable(Duration heard, Map<String, Long> meanwhile) {
        boolean isKnown = meanwhile.values().stream().allMatch(served -> served >= 0);
        return heard.compareTo(isKnown ? SERVED_SEEN : SERVED_MOST) >= 0;
    }

    /// Whether this data center, of those that did not hear each other for a while, is the one that
    /// had the clients: it answered more requests `meanwhile` than any other. Then it is not the
    /// one that was away, and goes on: if all waited, nobody would be left to answer.
    static boolean hadTheClients(String own, Map<String, Long> meanwhile) {
        long here = meanwhile.getOrDefault(own, 0L);
        return meanwhile.entrySet().stream()
                .allMatch(each -> each.getKey().equals(own) || each.getValue() < here);
    }

    /// Why traffic has to wait; empty if it need not.
    static Optional<String> waitsFor(Sight sight) {
        if (sight.heard.isEmpty())
            return sight.up.compareTo(ALONE_AFTER) < 0
                    ? Optional.of("listening for the other data centers")
                    : Optional.empty();
        boolean isPatient = sight.still.compareTo(STILL_MOST) < 0;
        if (isPatient && sight.owed.isEmpty())
            return Optional.of("the others do not say what they keep");
        if (isPatient && sight.owed.getAsInt() > 0)
            return Optional.of(
                    "the others keep %d files of missed writes".formatted(sight.owed.getAsInt()));
        if (sight.heard.get().compareTo(HEARD_LEAST) < 0)
            return Optional.of(
                    "hearing the others for %ds".formatted(sight.heard.get().toSeconds()));
        if (sight.lag.oldest().compareTo(LAG_MOST) > 0)
            return Optional.of("%d blobs have not arrived".formatted(sight.lag.waiting()));
        return Optional.empty();
    }
}
