package safelight.drill;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// How long jobs of killed workers waited until they ran again, read off the history. Pure.
final class Reruns {
    // A start is seen a little after it happened, so by then its worker may have been killed.
    private static final long SEEN_LATE_MS = 200;

    private final Map<String, List<Event.Started>> starts;
    private final Map<String, List<Event.Left>> lefts;
    private final Map<String, Long> lastSeenMs = new HashMap<>();

    private Reruns(List<Event> history) {
        starts = byJob(history, Event.Started.class, Event.Started::job);
        lefts = byJob(history, Event.Left.class, Event.Left::job);
        starts.values().stream()
                .flatMap(List::stream)
                .forEach(s -> lastSeenMs.merge(s.worker(), s.atMs(), Math::max));
    }

    /// From each kill of a worker to the next start of each job that it had in hand, ascending.
    static List<Long> of(List<Event> history) {
        var reruns = new Reruns(history);
        return reruns.afterKills(history).stream().sorted().toList();
    }

    private List<Long> afterKills(List<Event> history) {
        var found = new ArrayList<Long>();
        for (var kill : events(history, Event.Struck.class).filter(Reruns::isKill).toList())
            for (var job : starts.keySet()) rerunMs(job, kill.atMs()).ifPresent(found::add);
        return found;
    }

    /// Which worker a kill hit shows by its silence: it starts nothing any more.
    private Optional<Long> rerunMs(String job, long killedMs) {
        var known = starts.getOrDefault(job, List.of());
        var before = known.stream().filter(s -> s.atMs() <= killedMs).toList();
        if (before.isEmpty()) return Optional.empty();
        var last = before.getLast();
        boolean isOver =
                lefts.getOrDefault(job, List.of()).stream()
                        .anyMatch(l -> l.attempt() == last.attempt() && l.atMs() <= killedMs);
        if (isOver || lastSeenMs.getOrDefault(last.worker(), 0L) > killedMs + SEEN_LATE_MS)
            return Optional.empty();
        return known.stream()
                .filter(s -> s.atMs() > killedMs && s.attempt() > last.attempt())
                .findFirst()
                .map(s -> s.atMs() - killedMs);
    }

    private static boolean isKill(Event.Struck struck) {
        return Stream.of(Fault.values())
                .anyMatch(f -> f.endsJobs() && f.label().equals(struck.fault()));
    }

    private static <T extends Event> Map<String, List<T>> byJob(
            List<Event> history, Class<T> kind, Function<T, String> job) {
        return events(history, kind).collect(Collectors.groupingBy(job));
    }

    static <T extends Event> Stream<T> events(List<Event> history, Class<T> kind) {
        return history.stream().filter(kind::isInstance).map(kind::cast);
    }
}
