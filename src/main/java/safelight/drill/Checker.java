package safelight.drill;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Holds a history to what was promised: every accepted job has exactly one end, and one result
/// photo with the right bytes; there is nothing that nobody asked for. Pure.
///
/// An intent whose answer never came may have become a job or not; if it did, the same holds.
public final class Checker {
    private static final String SUCCEEDED = "succeeded";
    private static final String FAILED = "failed";
    private static final Set<String> OPEN = Set.of("queued", "running");

    private final List<Event> history;
    private final Set<String> twins;
    private final Set<Integer> intended;
    private final Map<Integer, Set<String>> accepted = new LinkedHashMap<>();
    private final Map<String, Event.Found> found = new LinkedHashMap<>();
    private final Map<String, List<Event.Kept>> kept;
    private final Map<Integer, String> expected = new HashMap<>();
    private final List<String> lost = new ArrayList<>();
    private final List<String> doubled = new ArrayList<>();
    private final List<String> unexpected = new ArrayList<>();

    private Checker(List<Event> history, Set<String> twins) {
        this.history = history;
        this.twins = twins;
        intended =
                Reruns.events(history, Event.Intended.class)
                        .map(Event.Intended::intent)
                        .collect(Collectors.toSet());
        Reruns.events(history, Event.Accepted.class)
                .forEach(a ->
                        accepted.computeIfAbsent(a.intent(), _ -> new LinkedHashSet<>())
                                .add(a.job()));
        Reruns.events(history, Event.Found.class).forEach(f -> found.put(f.job(), f));
        kept =
                Reruns.events(history, Event.Kept.class)
                        .collect(Collectors.groupingBy(Event.Kept::job));
        Reruns.events(history, Event.Expected.class)
                .forEach(e -> expected.put(e.intent(), e.digest()));
    }

    /// The verdict on a whole history.
    ///
    /// @throws IllegalArgumentException if it has no beginning
    public static Verdict check(List<Event> history) {
        return check(history, Set.of());
    }

    /// The same, where these jobs may be the second ones of their intents.
    static Verdict check(List<Event> history, Set<String> twins) {
        var checker = new Checker(history, twins);
        checker.checkAccepted();
        checker.checkTwins();
        checker.found.values().forEach(checker::checkFound);
        checker.checkPhotos();
        checker.checkEnds();
        checker.checkRefused();
        return checker.verdict();
    }

    private void checkAccepted() {
        accepted.forEach((intent, jobs) -> {
            for (var job : jobs) {
                var end = found.get(job);
                if (end == null) lost.add("job %s of intent %d is gone".formatted(job, intent));
                else if (end.intent() != intent)
                    unexpected.add("job %s is not that of intent %d".formatted(job, intent));
            }
        });
    }

    /// One intent is one job, whatever became of the answers.
    private void checkTwins() {
        var jobs = new TreeMap<Integer, Set<String>>();
        accepted.forEach((i, all) -> jobs.put(i, new LinkedHashSet<>(all)));
        for (var each : found.values())
            jobs.computeIfAbsent(each.intent(), _ -> new LinkedHashSet<>()).add(each.job());
        jobs.forEach((intent, all) ->
                all.stream()
                        .filter(job -> intended.contains(intent) && !twins.contains(job))
                        .skip(1)
                        .forEach(job ->
                                doubled.add("intent %d is also job %s".formatted(intent, job))));
    }

    private void checkFound(Event.Found job) {
        if (!intended.contains(job.intent()))
            unexpected.add("job %s was never handed in".formatted(job.job()));
        if (OPEN.contains(job.state()))
            lost.add("job %s has no end: %s".formatted(job.job(), job.state()));
        else if (job.state().equals(SUCCEEDED)) checkResult(job);
        else if (!job.dead())
            unexpected.add("job %s is %s for good".formatted(job.job(), job.state()));
    }

    private void checkResult(Event.Found job) {
        if (job.digest().isEmpty() || !kept.containsKey(job.job()))
            lost.add("job %s has no result".formatted(job.job()));
        else if (!job.digest().equals(expected.get(job.intent())))
            unexpected.add("job %s has a wrong result".formatted(job.job()));
    }

    private void checkPhotos() {
        kept.forEach((job, photos) -> {
            var origin = found.get(job);
            if (origin == null || !origin.state().equals(SUCCEEDED))
                unexpected.add("photo %s has no job".formatted(photos.getFirst().photo()));
            else
                photos.stream()
                        .filter(p -> !p.digest().equals(origin.digest()))
                        .forEach(p ->
                                unexpected.add(
                                        "photo %s is not its job's result".formatted(p.photo())));
            photos.stream()
                    .skip(1)
                    .forEach(p ->
                            doubled.add("photo %s is another of job %s".formatted(p.photo(), job)));
        });
    }

    /// What a client saw end stays as it was.
    private void checkEnds() {
        var seen = new HashMap<String, Set<String>>();
        Reruns.events(history, Event.Ended.class)
                .forEach(e ->
                        seen.computeIfAbsent(e.job(), _ -> new LinkedHashSet<>()).add(e.state()));
        seen.forEach((job, states) -> {
            var end = found.get(job);
            if (end != null) states.add(end.state());
            if (states.size() > 1)
                doubled.add("job %s has several ends: %s".formatted(job, states));
        });
    }

    private void checkRefused() {
        Reruns.events(history, Event.Refused.class)
                .forEach(r ->
                        unexpected.add(
                                "intent %d was refused: %d %s"
                                        .formatted(r.intent(), r.status(), r.why())));
    }

    private Verdict verdict() {
        var begun =
                Reruns.events(history, Event.Begun.class)
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException("no beginning"));
        var faults = new TreeMap<String, Integer>();
        Reruns.events(history, Event.Struck.class)
                .forEach(s -> faults.merge(s.fault(), 1, Integer::sum));
        return new Verdict(
                begun.seed(),
                begun.seconds(),
                begun.without(),
                faults,
                Reruns.events(history, Event.Skipped.class).map(Event.Skipped::fault).toList(),
                (int) accepted.values().stream().mapToLong(Set::size).sum(),
                count(SUCCEEDED, false),
                count(FAILED, true),
                lost,
                doubled,
                unexpected,
                Reruns.of(history));
    }

    private int count(String state, boolean dead) {
        return (int)
                accepted.values().stream()
                        .flatMap(Set::stream)
                        .map(found::get)
                        .filter(f -> f != null && f.state().equals(state) && f.dead() == dead)
                        .count();
    }
}
