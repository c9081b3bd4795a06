package safelight.app;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import safelight.drill.CentersChecker;
import safelight.drill.CentersControl;
import safelight.drill.CentersPage;
import safelight.drill.CentersVerdict;
import safelight.drill.Cut;
import safelight.drill.CutPlan;
import safelight.drill.Event;
import safelight.drill.History;
import safelight.drill.RequestsPlot;
import safelight.imaging.Darkroom;
import safelight.imaging.Planar;

/// The drill about data centers, from the first namespace to the verdict.
final class CentersDrill {
    static final String HISTORY = "history.jsonl";
    static final String SUMMARY = "summary.html";
    static final String PLOT = "requests.svg";

    private static final Duration CONNECT_MOST = Duration.ofSeconds(2);
    private static final Duration SETTLE_MOST = Duration.ofMinutes(3);
    private static final Duration LEVEL_MOST = Duration.ofMinutes(4);
    // Late finishers get the time to do their harm.
    private static final Duration LATE = Duration.ofSeconds(5);
    private static final int CUTS_MAX = 1000;
    private static final double SECOND_MS = 1000;

    private final Plan plan;
    private final Clock clock;
    private final Consumer<String> progress;
    private final History history;

    /// What to do: cuts of these kinds as long as `length` is not over, without these guarantees.
    /// History, summary and logs go to `keep`.
    record Plan(
            long seed, Duration length, Set<Cut> cuts, Set<CentersControl> without, Path keep) {}

    private CentersDrill(Plan plan, Clock clock, Consumer<String> progress, History history) {
        this.plan = plan;
        this.clock = clock;
        this.progress = progress;
        this.history = history;
    }

    /// Runs it, in a network namespace that this process has for itself; `progress` hears a line
    /// now and then.
    static CentersVerdict run(Plan plan, Clock clock, Consumer<String> progress)
            throws IOException, InterruptedException {
        Files.writeString(plan.keep.resolve("seed"), plan.seed + "\n");
        var data = Files.createTempDirectory("safelight-drill");
        // What the drill does to its processes is no news; what they say is in their logs.
        Logs.by(Config.read(Optional.empty(), Map.of(), Map.of("log.level", "error")));
        var darkroom = Planar.open();
        CentersVerdict verdict;
        try (var history = new History(plan.keep.resolve(HISTORY))) {
            var drill = new CentersDrill(plan, clock, progress, history);
            drill.hurt(data);
            var all = drill.whole();
            all.addAll(drill.expected(darkroom, all));
            verdict = CentersChecker.check(all);
            Files.writeString(plan.keep.resolve(SUMMARY), CentersPage.of(verdict, all));
            Files.writeString(plan.keep.resolve(PLOT), RequestsPlot.of(all));
        }
        Files.writeString(plan.keep.resolve("result.json"), verdict.json() + "\n");
        if (verdict.isClean()) Folders.delete(data);
        else progress.accept("the data stays in " + data);
        return verdict;
    }

    private void hurt(Path data) throws IOException, InterruptedException {
        try (var running = new Running()) {
            var ending = new Thread(running::close);
            Runtime.getRuntime().addShutdownHook(ending);
            var prefix = "drill%d-".formatted(ProcessHandle.current().pid());
            var town = new CentersTown(running.add(new DrillNetwork(prefix)), plan, data);
            progress.accept("starting 2 data centers; seed " + plan.seed);
            town.startCenters(running);
            progress.accept("starting 3 resolvers, and clients in 4 places");
            town.startResolvers(running);
            var crowds = town.startCrowds(running);
            for (var crowd : crowds) crowd.await("settled");
            work(town, crowds);
            Runtime.getRuntime().removeShutdownHook(ending);
        }
    }

    private void work(CentersTown town, List<DrillCrowd> crowds)
            throws IOException, InterruptedException {
        try (var http =
                        HttpClient.newBuilder()
                                .version(HttpClient.Version.HTTP_1_1)
                                .connectTimeout(CONNECT_MOST)
                                .build();
                var watch = new CentersWatch(town.watched(http, history, clock))) {
            history.add(
                    new Event.Begun(
                            clock.millis(),
                            plan.seed,
                            plan.length.toSeconds(),
                            plan.without.stream().map(CentersControl::label).sorted().toList()));
            if (!watch.awaitLevel(SETTLE_MOST, true))
                throw new IOException("the data centers do not come up as they should");
            for (var crowd : crowds) crowd.tell("work");
            cutAll(town, watch);
            Thread.sleep(LATE);
            for (var crowd : crowds) crowd.tell("rest");
            for (var crowd : crowds) crowd.await("resting");
            history.add(new Event.Healed(clock.millis()));
            watch.awaitLevel(LEVEL_MOST, true);
            progress.accept("comparing every job and photo in each data center");
            for (var crowd : crowds) crowd.tell("collect");
            for (var crowd : crowds) crowd.await("collected");
            http.shutdownNow();
        }
    }

    private void cutAll(CentersTown town, CentersWatch watch)
            throws IOException, InterruptedException {
        var until = clock.instant().plus(plan.length);
        var centers = town.centers();
        for (var planned : CutPlan.of(plan.seed, plan.cuts, centers.size(), CUTS_MAX)) {
            if (!clock.instant().plus(planned.calm()).isBefore(until)) return;
            Thread.sleep(planned.calm());
            if (!isMended(centers.get(planned.victim()), planned, town, watch)) return;
        }
    }

    /// One cut. Returns whether everything was as before in the end.
    private boolean isMended(
            DrillCenter victim, CutPlan.Planned planned, CentersTown town, CentersWatch watch)
            throws IOException, InterruptedException {
        var name = victim.name();
        var cut = planned.cut();
        progress.accept(
                "%s: %s for %d s".formatted(name, cut.label(), planned.lasting().toSeconds()));
        var began = clock.instant();
        history.add(
                new Event.Severed(
                        began.toEpochMilli(), name, cut.label(), planned.lasting().toMillis()));
        town.sever(victim, cut);
        progress.accept(
                watch.awaitNoticed(name, planned.lasting())
                        ? "  DNS answers changed after %.1f s".formatted(seconds(began))
                        : "  DNS answers did not change");
        var left = Duration.between(clock.instant(), began.plus(planned.lasting()));
        if (left.isPositive()) Thread.sleep(left);
        var ended = clock.instant();
        history.add(new Event.Mended(ended.toEpochMilli(), name));
        town.mend(victim, cut);
        boolean isLevel = watch.awaitLevel(LEVEL_MOST, false);
        progress.accept(
                isLevel
                        ? "  healed; all as before after %.1f s".formatted(seconds(ended))
                        : "  healed, and not as before");
        return isLevel;
    }

    private double seconds(Instant since) {
        return Duration.between(since, clock.instant()).toMillis() / SECOND_MS;
    }

    /// What the drill and its clients saw, in the order of time.
    private List<Event> whole() throws IOException {
        var all = new ArrayList<>(history.events());
        try (var files = Files.list(plan.keep)) {
            var clients =
                    files.filter(f -> f.getFileName().toString().matches("clients-.*\\.jsonl"))
                            .toList();
            for (var file : clients) all.addAll(History.read(file));
        }
        all.sort(Comparator.comparingLong(Event::atMs));
        return all;
    }

    /// What undisturbed runs give, here and now.
    private List<Event> expected(Darkroom darkroom, List<Event> all)
            throws IOException, InterruptedException {
        var intents =
                all.stream()
                        .filter(Event.Found.class::isInstance)
                        .map(e -> ((Event.Found) e).intent())
                        .filter(i -> i >= 0)
                        .collect(Collectors.toSet());
        progress.accept("making " + intents.size() + " results again, to compare the bytes");
        var pictures = DrillRecipe.pictures(plan.seed);
        var found = new ArrayList<Event>();
        try (var tasks = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            var begun =
                    intents.stream()
                            .map(i -> tasks.submit(() -> expected(darkroom, i, pictures)))
                            .toList();
            for (var each : begun) found.add(each.get());
        } catch (ExecutionException e) {
            throw new IOException("a result could not be made again", e);
        }
        return found;
    }

    private Event expected(Darkroom darkroom, int intent, List<byte[]> pictures) {
        var picture = CenterClient.picture(pictures, intent);
        var digest = DrillRecipe.expected(darkroom, intent, picture);
        return new Event.Expected(clock.millis(), intent, digest.hex());
    }
}
