package safelight.autoscaler;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/// What was seen, and what was recommended for it, oldest first.
public record History(List<Sample> samples, List<Recommendation> recommendations) {
    /// Of an autoscaler that has just started.
    public static final History NONE = new History(List.of(), List.of());

    private static final int LENGTH_MAX = 10_000;

    /// How many instances the figures of a moment asked for.
    public record Recommendation(Instant at, int count) {}

    /// Copies both.
    public History {
        samples = List.copyOf(samples);
        recommendations = List.copyOf(recommendations);
    }

    /// This history with one more sample, without what is older than `memory`.
    public History with(Sample sample, Duration memory) {
        return new History(
                Stream.concat(
                                within(samples.stream(), Sample::at, sample.at().minus(memory)),
                                Stream.of(sample))
                        .skip(Math.max(0, samples.size() + 1 - LENGTH_MAX))
                        .toList(),
                recommendations);
    }

    /// This history with one more recommendation, without what is older than `memory`.
    public History with(Recommendation made, Duration memory) {
        var since = made.at().minus(memory);
        return new History(
                samples,
                Stream.concat(
                                within(recommendations.stream(), Recommendation::at, since),
                                Stream.of(made))
                        .skip(Math.max(0, recommendations.size() + 1 - LENGTH_MAX))
                        .toList());
    }

    Optional<Sample> latest() {
        return samples.isEmpty() ? Optional.empty() : Optional.of(samples.getLast());
    }

    Stream<Sample> since(Instant start) {
        return within(samples.stream(), Sample::at, start);
    }

    /// The average of one figure; 0 if nothing was seen.
    double mean(Instant start, ToDoubleFunction<Sample> figure) {
        return since(start).mapToDouble(figure).average().orElse(0);
    }

    /// The highest recommendation made since then; 0 if there was none.
    int highest(Instant start) {
        return within(recommendations.stream(), Recommendation::at, start)
                .mapToInt(Recommendation::count)
                .max()
                .orElse(0);
    }

    private static <T> Stream<T> within(
            Stream<T> all, java.util.function.Function<T, Instant> at, Instant start) {
        return all.filter(each -> !at.apply(each).isBefore(start));
    }
}
