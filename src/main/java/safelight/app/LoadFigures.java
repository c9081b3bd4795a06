package safelight.app;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What came of the requests of a load run, by the address that they went to. Thread-safe.
final class LoadFigures {
    private static final int TIMES_MAX = 1_000_000;
    private static final int PERCENT = 100;

    private final Map<String, Seen> byAddress = new TreeMap<>();

    /// One data center's figures; `name` is its address until one of its servers said its name.
    record Line(
            String name,
            String address,
            int requests,
            int failed,
            double perSecond,
            double p50Ms,
            double p99Ms) {}

    private static final class Seen {
        private final List<Double> timesMs = new ArrayList<>();
        private String name = "";
        private int requests;
        private int failed;
    }

    synchronized void name(String address, String dataCenter) {
        seen(address).name = dataCenter;
    }

    synchronized void done(String address, Duration took, boolean isWell) {
        var seen = seen(address);
        seen.requests++;
        if (!isWell) seen.failed++;
        else if (seen.timesMs.size() < TIMES_MAX) seen.timesMs.add(took.toNanos() / 1e6);
    }

    synchronized List<Line> lines(Duration lasted) {
        return byAddress.entrySet().stream()
                .map(e -> line(e.getKey(), e.getValue(), lasted.toMillis() / 1000.0))
                .toList();
    }

    private static Line line(String address, Seen seen, double seconds) {
        var times = seen.timesMs.stream().sorted().toList();
        return new Line(
                seen.name.isEmpty() ? address : seen.name,
                address,
                seen.requests,
                seen.failed,
                seen.requests / seconds,
                percentile(times, 50),
                percentile(times, 99));
    }

    private static double percentile(List<Double> sorted, int percent) {
        if (sorted.isEmpty()) return 0;
        return sorted.get(Math.min(sorted.size() - 1, sorted.size() * percent / PERCENT));
    }

    private Seen seen(String address) {
        return byAddress.computeIfAbsent(address, _ -> new Seen());
    }
}
