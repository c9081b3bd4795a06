package safelight.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.function.Supplier;

/// The numbers a process shows to Prometheus, by Micrometer. Names follow
/// `safelight_<feature>_<noun>_<unit>`; tags come as key, value, key, value. Thread-safe.
public final class Meters {
    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    private final Supplier<String> others;

    /// Shows its own meters alone.
    public Meters() {
        this(() -> "");
    }

    /// Shows `others` after its own: what a child process measures, in the same text format, under
    /// other names.
    public Meters(Supplier<String> others) {
        this.others = others;
    }

    /// Adds one to a counter.
    public void count(String name, String... tags) {
        Counter.builder(name).tags(tags).register(registry).increment();
    }

    /// Adds an amount to a counter.
    public void add(String name, double amount, String... tags) {
        Counter.builder(name).tags(tags).register(registry).increment(amount);
    }

    /// Notes how long something took; the name ends in `_seconds`.
    public void time(String name, Duration took, String... tags) {
        Timer.builder(name).tags(tags).register(registry).record(took);
    }

    /// Shows whatever `value` says at the time of asking; the meter keeps `value` alive.
    public void gauge(String name, Supplier<Number> value, String... tags) {
        Gauge.builder(name, value).tags(tags).strongReference(true).register(registry);
    }

    /// All meters in Prometheus' text format 0.0.4.
    public String scrape() {
        return registry.scrape() + others.get();
    }
}
