package safelight.observe;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/// Whether this process may be sent traffic: it has started, is not draining, and every check
/// passes. Thread-safe.
public final class Health {
    private final List<Check> checks;
    private final AtomicBoolean serving = new AtomicBoolean();

    /// A named condition; `complaint` gives a sentence while it does not hold. It answers quickly.
    public record Check(String name, Supplier<Optional<String>> complaint) {}

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
