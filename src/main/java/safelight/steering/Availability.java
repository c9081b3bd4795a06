package safelight.steering;

import java.util.List;
import java.util.stream.IntStream;

/// Which data centers are healthy, and which are drained, by index.
public record Availability(List<Boolean> isUp, List<Boolean> isDrained) {
    /// Copies both.
    public Availability {
        isUp = List.copyOf(isUp);
        isDrained = List.copyOf(isDrained);
    }

    /// All healthy, none drained.
    public static Availability all(int count) {
        return new Availability(
                IntStream.range(0, count).mapToObj(_ -> true).toList(),
                IntStream.range(0, count).mapToObj(_ -> false).toList());
    }

    /// Healthy and not drained.
    public List<Integer> live() {
        return IntStream.range(0, isUp.size())
                .filter(i -> isUp.get(i) && !isDrained.get(i))
                .boxed()
                .toList();
    }

    /// As if all were healthy: when no check passes, the checks are likelier to be wrong than that
    /// everybody is dead. Drained ones come back only if there is nobody else.
    List<Integer> open() {
        var undrained =
                IntStream.range(0, isUp.size()).filter(i -> !isDrained.get(i)).boxed().toList();
        return undrained.isEmpty() ? IntStream.range(0, isUp.size()).boxed().toList() : undrained;
    }
}
