package safelight.scaling;

import java.util.Map;
import java.util.Map.Entry;
import java.util.TreeMap;

/// What jobs cost, learned from those that were done: the seconds that a slot needs for each kind
/// of job, which kinds come, and how much of a core a busy slot uses; all of them as averages in
/// which the past fades (EWMA). A kind is a format and a size, so that a flood of thumbnails is not
/// taken for one of posters. Thread-safe.
public final class Costs {
    private static final double WEIGHT = 0.05;
    private static final double SECONDS_FIRST = 0.5;
    private static final double CORES_LEAST = 0.1;
    private static final double CORES_MOST = 8;
    private static final int KINDS_MAX = 200;

    private final Map<String, Double> seconds = new TreeMap<>();
    private double slowness = Double.NaN;
    private double coresEach = 1;
    private double average = Double.NaN;

    /// A kind of job: the format that it ends in, and its `units`, which are the megapixels of its
    /// photo times its operations, rounded to a power of two.
    public record Kind(String format, double units) {
        /// Refuses sizes that are none.
        public Kind {
            if (!(units > 0) || Double.isInfinite(units))
                throw new IllegalArgumentException("no job of " + units + " units");
        }

        /// Of a photo of so many pixels and a recipe of so many operations; decoding and encoding
        /// count as one more.
        public static Kind of(String format, long pixels, int operations) {
            return new Kind(format, Math.max(1, pixels) / 1e6 * (operations + 1));
        }

        String name() {
            return format + "/" + Math.getExponent(units);
        }
    }

    /// A job of this kind is on its way.
    public synchronized void met(Kind kind) {
        average = mixed(average, secondsOf(kind));
    }

    /// A job of this kind took a slot so many seconds.
    public synchronized void learn(Kind kind, double took) {
        if (!(took >= 0) || Double.isInfinite(took)) return;
        slowness = mixed(slowness, took / kind.units);
        var name = kind.name();
        if (seconds.size() < KINDS_MAX || seconds.containsKey(name))
            seconds.merge(name, took, Costs::mixed);
    }

    /// Slots that were `busy` on the average used so many `cores`.
    public synchronized void use(double cores, double busy) {
        if (busy > 0 && cores > 0)
            coresEach = Math.clamp(mixed(coresEach, cores / busy), CORES_LEAST, CORES_MOST);
    }

    /// The CPU seconds of an average job of those on their way.
    public synchronized double secondsEach() {
        return (Double.isNaN(average) ? SECONDS_FIRST : average) * coresEach;
    }

    /// All that was learned, for {@link #restore}.
    public synchronized Map<String, Double> learned() {
        var all = new TreeMap<>(seconds);
        all.put("average", average);
        all.put("slowness", slowness);
        all.put("cores", coresEach);
        all.values().removeIf(v -> v.isNaN());
        return all;
    }

    /// Goes on from what was learned before.
    public synchronized void restore(Map<String, Double> learned) {
        learned.entrySet().stream()
                .filter(e -> e.getValue() >= 0 && !e.getValue().isInfinite())
                .forEach(this::restore);
    }

    private void restore(Entry<String, Double> entry) {
        switch (entry.getKey()) {
            case "average" -> average = entry.getValue();
            case "slowness" -> slowness = entry.getValue();
            case "cores" -> coresEach = Math.clamp(entry.getValue(), CORES_LEAST, CORES_MOST);
            default -> {
                if (seconds.size() < KINDS_MAX) seconds.put(entry.getKey(), entry.getValue());
            }
        }
    }

    /// Of a kind that was never seen, what its size says.
    private double secondsOf(Kind kind) {
        var known = seconds.get(kind.name());
        if (known != null) return known;
        return Double.isNaN(slowness) ? SECONDS_FIRST : slowness * kind.units;
    }

    private static double mixed(double before, double now) {
        return Double.isNaN(before) ? now : before + WEIGHT * (now - before);
    }
}
