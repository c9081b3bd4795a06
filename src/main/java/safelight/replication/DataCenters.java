package safelight.replication;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import safelight.catalog.CenterRows;
import safelight.catalog.CopyRows;

/// What can be seen of all data centers: who is away, who catches up, how far the copies are.
/// Thread-safe.
public final class DataCenters {
    /// What a data center says of itself counts for so long; then it may be that nobody says it.
    private static final Duration FRESH_MOST = Duration.ofSeconds(30);

    private final Optional<Shared> shared;

    private DataCenters(Optional<Shared> shared) {
        this.shared = shared;
    }

    private record Shared(CenterRows centers, CopyRows copies, String own, Clock clock) {}

    /// The standing of one data center. `seen`: how long ago it said that it works, by both clocks.
    public record Standing(
            String name, Duration seen, boolean isLost, Optional<String> waitsFor, Lag lag) {}

    /// There is one data center, and nothing to see.
    public static DataCenters alone() {
        return new DataCenters(Optional.empty());
    }

    /// As the common rows say.
    public static DataCenters of(CenterRows centers, CopyRows copies, String own, Clock clock) {
        return new DataCenters(Optional.of(new Shared(centers, copies, own, clock)));
    }

    /// Of every data center that said something, by name.
    public List<Standing> standings() {
        return shared.map(DataCenters::standings).orElse(List.of());
    }

    private static List<Standing> standings(Shared shared) {
        var now = shared.clock.instant();
        return shared.centers.centers().stream()
                .map(center -> {
                    var seen = Duration.between(center.seen(), now);
                    return new Standing(
                            center.name(),
                            seen.isNegative() ? Duration.ZERO : seen,
                            center.lost().isPresent(),
                            center.waitsFor(),
                            Lag.of(shared.copies, center.name(), now));
                })
                .toList();
    }

    /// Why this data center should not be given traffic. Who does not know gives it.
    public Optional<String> trafficWaitsFor() {
        return shared.flatMap(DataCenters::trafficWaitsFor);
    }

    private static Optional<String> trafficWaitsFor(Shared shared) {
        var oldest = shared.clock.instant().minus(FRESH_MOST);
        return shared.centers.centers().stream()
                .filter(c -> c.name().equals(shared.own) && c.seen().isAfter(oldest))
                .findFirst()
                .flatMap(c -> c.waitsFor());
    }
}
