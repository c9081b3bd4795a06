package safelight.drill;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Holds a history of data centers that were cut off to what was promised: of jobs what {@link
/// Checker} says; clients are served by the other data center; logins hold; a photo that was
/// acknowledged longer ago than the shown lag is readable, in the end all are; and after each cut
/// everything is as before. Pure.
public final class CentersChecker {
    // What is shown is looked at twice a second, and a data center looks for copies each second.
    private static final long SLACK_MS = 2500;
    private static final long ANSWER_MS = 10_000;
    private static final int OK = 200;
    private static final int REFUSED = 400;

    private final List<Event> history;
    private final Map<String, Event.Uploaded> uploaded = new LinkedHashMap<>();
    private final Map<String, List<Event.Shown>> shown = new HashMap<>();
    private final List<String> unreadable = new ArrayList<>();
    private final List<String> unmended = new ArrayList<>();
    private final Set<String> twins;
    private int late;

    private CentersChecker(List<Event> history) {
        this.history = history;
        this.twins = twins(history);
        Reruns.events(history, Event.Uploaded.class).forEach(u -> uploaded.put(u.photo(), u));
        Reruns.events(history, Event.Shown.class)
                .forEach(s -> shown.computeIfAbsent(s.dataCenter(), _ -> new ArrayList<>()).add(s));
    }

    /// The verdict on a whole history, in the order of time.
    ///
    /// @throws IllegalArgumentException if it has no beginning
    public static CentersVerdict check(List<Event> history) {
        var checker = new CentersChecker(history);
        var cuts = Reruns.events(history, Event.Severed.class).map(checker::course).toList();
        checker.checkReads();
        checker.checkEnd();
        return new CentersVerdict(
                Checker.check(history, checker.twins),
                cuts,
                checker.unreadable,
                checker.loginsLost(),
                checker.unmended,
                Reruns.events(history, Event.Shown.class).map(Event.Shown::lagMs).sorted().toList(),
                checker.uploaded.size(),
                checker.twins.size(),
                checker.late);
    }

    /// Jobs that a data center took in while it was being cut off, without a word to the client,
    /// which handed the same in at the other one: there is no key that both sides of a cut know.
    private static Set<String> twins(List<Event> history) {
        var answered = new HashSet<String>();
        Reruns.events(history, Event.Accepted.class).forEach(a -> answered.add(a.job()));
        var cutShort = new HashSet<Integer>();
        for (var cut : Reruns.events(history, Event.Severed.class).toList())
            Reruns.events(history, Event.Retried.class)
                    .filter(r -> r.atMs() >= cut.atMs())
                    .filter(r -> r.atMs() <= cut.atMs() + cut.lastingMs() + ANSWER_MS)
                    .forEach(r -> cutShort.add(r.intent()));
        return Reruns.events(history, Event.Found.class)
                .filter(f -> cutShort.contains(f.intent()) && !answered.contains(f.job()))
                .filter(f -> hasAnswer(history, f.intent()))
                .map(Event.Found::job)
                .collect(Collectors.toSet());
    }

    private static boolean hasAnswer(List<Event> history, int intent) {
        return Reruns.events(history, Event.Accepted.class).anyMatch(a -> a.intent() == intent);
    }

    private CentersVerdict.Course course(Event.Severed cut) {
        long beganMs = cut.atMs();
        var mended =
                first(
                        Reruns.events(history, Event.Mended.class)
                                .filter(m -> m.dataCenter().equals(cut.dataCenter()))
                                .map(Event::atMs)
                                .toList(),
                        beganMs);
        long endedMs = mended.orElse(Long.MAX_VALUE);
        var noticed =
                first(
                        Reruns.events(history, Event.Noticed.class)
                                .filter(n -> n.dataCenter().equals(cut.dataCenter()))
                                .map(Event::atMs)
                                .toList(),
                        beganMs);
        var level =
                first(Reruns.events(history, Event.Level.class).map(Event::atMs).toList(), endedMs);
        var clients = clientsAt(cut.dataCenter(), beganMs);
        var served = OptionalLong.of(0);
        for (int client : clients) {
            var its = movedMs(client, cut.dataCenter(), beganMs, endedMs);
            if (its.isEmpty()) miss("client %d was not served elsewhere", cut, client);
            served =
                    its.isEmpty() || served.isEmpty()
                            ? OptionalLong.empty()
                            : OptionalLong.of(Math.max(served.getAsLong(), its.getAsLong()));
        }
        if (noticed.isEmpty() || noticed.getAsLong() > endedMs)
            miss("DNS answers did not change", cut, 0);
        if (level.isEmpty()) miss("not everything is as before", cut, 0);
        return new CentersVerdict.Course(
                cut.dataCenter(),
                cut.cut(),
                since(noticed, beganMs, endedMs),
                served,
                since(level, endedMs, Long.MAX_VALUE),
                clients.size());
    }

    private void miss(String what, Event.Severed cut, int client) {
        unmended.add(
                "%s (%s of %s)".formatted(what.formatted(client), cut.cut(), cut.dataCenter()));
    }

    private static OptionalLong since(OptionalLong momentMs, long beganMs, long endedMs) {
        if (momentMs.isEmpty() || momentMs.getAsLong() > endedMs) return OptionalLong.empty();
        return OptionalLong.of(momentMs.getAsLong() - beganMs);
    }

    private static OptionalLong first(List<Long> momentsMs, long afterMs) {
        return momentsMs.stream().mapToLong(Long::longValue).filter(m -> m >= afterMs).min();
    }

    /// Whose last answer by DNS was this data center.
    private Set<Integer> clientsAt(String dataCenter, long momentMs) {
        var last = new HashMap<Integer, String>();
        Reruns.events(history, Event.Resolved.class)
                .filter(r -> r.atMs() < momentMs)
                .forEach(r -> last.put(r.client(), r.dataCenter()));
        var clients = new TreeSet<Integer>();
        last.forEach((client, center) -> {
            if (center.equals(dataCenter)) clients.add(client);
        });
        return clients;
    }

    private OptionalLong movedMs(int client, String from, long beganMs, long endedMs) {
        return Reruns.events(history, Event.Served.class)
                .filter(s -> s.client() == client && !s.dataCenter().equals(from))
                .filter(s -> s.status() >= OK && s.status() < REFUSED)
                .filter(s -> s.atMs() >= beganMs && s.atMs() + s.tookMs() <= endedMs)
                .mapToLong(s -> s.atMs() + s.tookMs() - beganMs)
                .min();
    }

    /// Once clients rest, nothing may wait to be copied.
    private void checkEnd() {
        Reruns.events(history, Event.Healed.class)
                .filter(h ->
                        Reruns.events(history, Event.Level.class)
                                .noneMatch(l -> l.atMs() >= h.atMs()))
                .forEach(_ -> unmended.add("in the end the lag is not zero"));
    }

    private void checkReads() {
        var ends = new TreeSet<String>();
        Reruns.events(history, Event.ReadBack.class)
                .forEach(r -> {
                    if (r.fault().isEmpty()) {
                        if (r.isLast()) ends.add(r.photo());
                    } else if (r.isLast() || isOverdue(r))
                        unreadable.add(
                                "photo %s in %s: %s"
                                        .formatted(r.photo(), r.dataCenter(), r.fault()));
                    else late++;
                });
        for (var photo : uploaded.keySet())
            if (!ends.contains(photo))
                unreadable.add("photo %s was not right in the end".formatted(photo));
    }

    /// By what the data center showed last: its own lag, and since when it has not heard the other.
    private boolean isOverdue(Event.ReadBack read) {
        var photo = uploaded.get(read.photo());
        if (photo == null) return true;
        long lagMs =
                shown.getOrDefault(read.dataCenter(), List.of()).stream()
                        .filter(s -> s.atMs() <= read.atMs())
                        .reduce((_, later) -> later)
                        .map(s -> Math.max(s.lagMs(), s.heardMs()) + read.atMs() - s.atMs())
                        .orElse(0L);
        return photo.atMs() < read.atMs() - lagMs - SLACK_MS;
    }

    private List<String> loginsLost() {
        return Reruns.events(history, Event.LoggedOut.class)
                .map(l -> "client %d in %s".formatted(l.client(), l.dataCenter()))
                .distinct()
                .toList();
    }
}
