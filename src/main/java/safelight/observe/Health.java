package safelight.observe;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/// Whether this process may be sent traffic: it has started, is not draining, and every check
/// passes. Thread-safe.
public final class Health {
    private final List<Check> checks;
    private final AtomicBoolean serving = new AtomicBoolean();

    /// A named condition; `complaint` gives a sentence while it does not hold. It answers quickly.
    public record Check(String name, Supplier<Optional<String>> complaint) {
        /// The same, deaf to complaints that were not there so long ago. For an engine that all
        /// servers share: if it falters for a moment, nothing is won by sending no traffic to any.
        public Check standingFor(Duration least, Clock clock) {
            var since = new AtomicReference<Optional<Instant>>(Optional.empty());
            return new Check(
                    name,
                    () -> {
                        var said = complaint.get();
                        if (said.isEmpty()) {
                            since.set(Optional.empty());
                            return said;
                        }
                        var now = clock.instant();
                        var first = since.updateAndGet(before -> before.or(() -> Optional.of(now)));
                        boolean isYoung = now.isBefore(first.orElse(now).plus(least));
                        return isYoung ? Optional.empty() : said;
                    });
        }
    }

    /// Not serving until {@link #serve()}.
    public Health(List<Check> checks) {
        this.checks = List.copyOf(checks);
    }

    /// From now on ready, if the checks agree.
    public void serve() {
        serving.set(true);
    }

    /// From now on not ready, so that load balancers send nothing new.
    public void drain() {
        serving.set(false);
    }

    /// Whether it has started and is not draining.
    public boolean isServing() {
        return serving.get();
    }

    /// Why this process should not be sent traffic; empty if it may.
    public List<String> complaints() {
        if (!serving.get()) return List.of("not serving: starting or draining");
        return checks.stream()
                .flatMap(c -> c.complaint.get().map(s -> c.name + ": " + s).stream())
                .toList();
    }
}
