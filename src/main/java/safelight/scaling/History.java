package safelight.scaling;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/// What was seen, and what was recommended for it, oldest first. Looked at every second, so nothing
/// here walks further back than it has to.
public record History<S extends History.Seen>(
        List<S> samples, List<Recommendation> recommendations) {
    private static final int LENGTH_MAX = 10_000;

    /// The figures of one moment. `present` instances serve or start; not `complete` if a figure
    /// that should be there is not.
    public interface Seen {
        /// When it was seen.
        Instant at();

        /// How many instances serve or start.
        int present();

        /// Whether no figure is missing.
        boolean complete();
    }

    /// How many instances the figures of a moment asked for.
    public record Recommendation(Instant at, int count) {}

    /// Copies both.
    public History {
        samples = List.copyOf(samples);
        recommendations = List.copyOf(recommendations);
    }

    /// Of an autoscaler that has just started.
    public static <S extends Seen> History<S> none() {
        return new History<>(List.of(), List.of());
    }

    /// This history with one more sample, without what is older than `memory`.
    public History<S> with(S sample, Duration memory) {
        return new History<>(
                appended(samples, sample, Seen::at, sample.at().minus(memory)), recommendations);
    }

    /// This history with one more recommendation, without what is older than `memory`.
    public History<S> with(Recommendation made, Duration memory) {
        return new History<>(
                samples,
                appended(recommendations, made, Recommendation::at, made.at().minus(memory)));
    }

    Optional<S> latest() {
        return samples.isEmpty() ? Optional.empty() : Optional.of(samples.getLast());
    }

    /// The samples since then.
    List<S> since(Instant start) {
        return since(samples, Seen::at, start);
    }

    /// The average of one figure; 0 if nothing was seen.
    double mean(Instant start, ToDoubleFunction<S> figure) {
        var seen = since(start);
        double sum = 0;
        for (var each : seen) sum += figure.applyAsDouble(each);
        return seen.isEmpty() ? 0 : sum / seen.size();
    }

    /// The highest recommendation made since then; 0 if there was none.
    int highest(Instant start) {
        int highest = 0;
        for (var each : since(recommendations, Recommendation::at, start))
            highest = Math.max(highest, each.count());
        return highest;
    }

    /// The least and the most that were present since then, `now` included.
    Range presence(Instant start, int now) {
        int least = now;
        int most = now;
        for (var each : since(start)) {
            least = Math.min(least, each.present());
            most = Math.max(most, each.present());
        }
        return new Range(least, most);
    }

    /// From one count to another.
    record Range(int least, int most) {}

    private static <T> List<T> appended(
            List<T> before, T last, Function<T, Instant> at, Instant start) {
        int from = Math.max(0, before.size() + 1 - LENGTH_MAX);
        while (from < before.size() && at.apply(before.get(from)).isBefore(start)) from++;
        var all = new ArrayList<T>(before.size() - from + 1);
        all.addAll(before.subList(from, before.size()));
        all.add(last);
        return all;
    }

    private static <T> List<T> since(List<T> all, Function<T, Instant> at, Instant start) {
        int from = all.size();
        while (from > 0 && !at.apply(all.get(from - 1)).isBefore(start)) from--;
        return all.subList(from, all.size());
    }
}
