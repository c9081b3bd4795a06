package safelight.dns;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import safelight.steering.Availability;
import safelight.steering.Drains;
import safelight.steering.Streak;
import safelight.steering.Verdicts;

/// What this server knows of the data centers: its own checks, what the others see, who is drained.
/// Thread-safe by its own lock.
final class Board {
    /// So many rounds without a word, and a vantage point has no vote.
    private static final int SILENT_ROUNDS = 3;

    private final DnsPlan plan;
    private final int home;
    private final DnsSettings.CheckRules rules;
    private final InstantSource clock;
    private final Streak[] own;
    private final Map<Integer, Heard> others = new TreeMap<>();
    private Drains drains;
    private List<Boolean> isUp;

    /// What another one sees, when it said so, and since when it has been back.
    private record Heard(Verdicts.View view, long atMs, long backMs) {}

    /// What to answer by, and how long an answer may be kept.
    record Outlook(Availability availability, Duration keptMost) {}

    Board(
            DnsPlan plan,
            int home,
            DnsSettings.CheckRules rules,
            Drains drains,
            InstantSource clock) {
        this.plan = plan;
        this.home = home;
        this.rules = rules;
        this.drains = drains;
        this.clock = clock;
        this.own = new Streak[plan.sites().size()];
        Arrays.fill(own, Streak.NONE);
        isUp = Availability.all(own.length).isUp();
    }

    /// What is known now, for other data centers: those that both have keep their state. One that
    /// is new gets no clients until a check has passed.
    synchronized Board following(DnsPlan next, int nextHome) {
        var board = new Board(next, nextHome, rules, drains, clock);
        var was = places(plan, next);
        board.isUp =
                IntStream.range(0, was.size()).mapToObj(i -> isUp(next, i, was.get(i))).toList();
        for (int i = 0; i < was.size(); i++) if (was.get(i) >= 0) board.own[i] = own[was.get(i)];
        others.forEach((there, heard) -> {
            int now = next.siteNames().indexOf(plan.siteNames().get(there));
            if (now < 0) return;
            var view = moved(heard.view, now, was);
            board.others.put(now, new Heard(view, heard.atMs, heard.backMs));
        });
        return board;
    }

    /// Where each of `next` stands in `before`; -1 for new ones.
    private static List<Integer> places(DnsPlan before, DnsPlan next) {
        return next.siteNames().stream().map(before.siteNames()::indexOf).toList();
    }

    private boolean isUp(DnsPlan next, int site, int before) {
        return before >= 0 ? isUp.get(before) : next.sites().get(site).check().isEmpty();
    }

    private static Verdicts.View moved(Verdicts.View view, int home, List<Integer> was) {
        return new Verdicts.View(
                home,
                was.stream()
                        .map(i -> i < 0 ? Streak.State.UNKNOWN : view.states().get(i))
                        .toList());
    }

    synchronized void checked(int site, boolean hasPassed) {
        own[site] = own[site].after(hasPassed, rules.thresholds());
    }

    synchronized void heard(Verdicts.View view) {
        long nowMs = clock.millis();
        long backMs =
                Optional.ofNullable(others.get(view.home()))
                        .map(last -> last.atMs >= nowMs - silenceMs() ? last.backMs : nowMs)
                        .orElse(Long.MIN_VALUE);
        others.put(view.home(), new Heard(view, nowMs, backMs));
    }

    synchronized void drained(Drains now) {
        drains = now;
    }

    synchronized Drains drains() {
        return drains;
    }

    /// What follows from all that. Nobody's state changes before the first round ended here.
    synchronized Outlook outlook() {
        if (hasSeenAll()) isUp = Verdicts.decide(votes(), isUp);
        var isDrained = plan.siteNames().stream().map(drains::has).toList();
        return new Outlook(new Availability(isUp, isDrained), keptMost());
    }

    synchronized boolean hasSeenAll() {
        for (int i = 0; i < own.length; i++)
            if (plan.sites().get(i).check().isPresent() && own[i].state() == Streak.State.UNKNOWN)
                return false;
        return true;
    }

    synchronized List<Streak> own() {
        return List.of(own);
    }

    synchronized int votesNow() {
        return votes().size();
    }

    private List<Verdicts.View> votes() {
        var votes = new ArrayList<Verdicts.View>();
        votes.add(new Verdicts.View(home, Arrays.stream(own).map(Streak::state).toList()));
        long nowMs = clock.millis();
        for (var heard : others.values())
            if (heard.atMs >= nowMs - silenceMs() && heard.backMs <= nowMs - probationMs())
                votes.add(heard.view);
        return votes;
    }

    private long silenceMs() {
        return rules.every().multipliedBy(SILENT_ROUNDS).toMillis();
    }

    /// One that was not heard for a while may have been cut off itself: it saw everybody down. Its
    /// vote counts again once it had the time to see who is up, or all would seem down as soon as
    /// it is back.
    private long probationMs() {
        return rules.every().multipliedBy(rules.thresholds().up() + 1L).toMillis();
    }

    /// Until the next change that there may be, if one is under way.
    private Duration keptMost() {
        long checks = Integer.MAX_VALUE;
        for (var streak : own) checks = Math.min(checks, streak.checksToChange(rules.thresholds()));
        var kept = rules.every().multipliedBy(checks);
        return kept.compareTo(Duration.ofSeconds(1)) < 0 ? Duration.ofSeconds(1) : kept;
    }
}
