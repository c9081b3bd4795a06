package safelight.app;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import safelight.drill.Checker;
import safelight.drill.Control;
import safelight.drill.Event;
import safelight.drill.Fault;
import safelight.drill.History;
import safelight.drill.Schedule;
import safelight.drill.SummaryPage;
import safelight.drill.Verdict;
import safelight.imaging.Darkroom;
import safelight.imaging.Planar;

/// The drill about jobs, from the first process to the verdict.
final class QueueDrill {
    static final String HISTORY = "history.jsonl";
    static final String SUMMARY = "summary.html";

    private static final int CLIENTS = 6;
    private static final Duration CONNECT_MOST = Duration.ofSeconds(3);
    private static final Duration UP_MOST = Duration.ofMinutes(1);
    private static final Duration BUSY_MOST = Duration.ofSeconds(5);
    private static final Duration CALM = Duration.ofSeconds(2);
    private static final Duration RETRY_MOST = Duration.ofSeconds(90);
    // A job whose lost ticket is hidden by doubled ones comes back after some four minutes
    // (Sweeper).
    private static final Duration STILL = Duration.ofMinutes(5);
    // Longer than a lease, a sweep and the longest pause between attempts together. What a control
    // loses need not be waited for.
    private static final Duration STILL_WITHOUT = Duration.ofSeconds(50);
    private static final Duration QUIET_MOST = Duration.ofMinutes(10);
    // Late finishers get the time to do their harm.
    private static final Duration LATE = Duration.ofSeconds(3);

    private final Plan plan;
    private final Optional<DrillDisks> disks;
    private final Clock clock;
    private final Consumer<String> progress;
    private final History history;
    private final List<Runnable> ends = new CopyOnWriteArrayList<>();
    private final AtomicBoolean over = new AtomicBoolean();

    /// What to do: faults for `length`, without these guarantees. History, summary and logs go to
    /// `keep`.
    record Plan(long seed, Duration length, Set<Control> without, Path keep) {}

    private QueueDrill(
            Plan plan,
            Optional<DrillDisks> disks,
            Clock clock,
            Consumer<String> progress,
            History history) {
        this.plan = plan;
        this.disks = disks;
        this.clock = clock;
        this.progress = progress;
        this.history = history;
    }

    /// Runs it; `progress` hears a line now and then.
    static Verdict run(Plan plan, Clock clock, Consumer<String> progress)
            throws IOException, InterruptedException {
        Files.writeString(plan.keep.resolve("seed"), plan.seed + "\n");
        // What the drill does to its processes is no news; what they say is in their logs.
        Logs.by(Config.read(Optional.empty(), Map.of(), Map.of("log.level", "error")));
        var data = Files.createTempDirectory("safelight-drill");
        try (var mounted = new Running()) {
            var unmounting = new Thread(mounted::close);
            Runtime.getRuntime().addShutdownHook(unmounting);
            var disks = DrillDisks.mount(data).map(mounted::add);
            var verdict = run(plan, data, disks, clock, progress);
            Files.writeString(plan.keep.resolve("result.json"), verdict.json() + "\n");
            if (!verdict.isClean()) Folders.copy(data, plan.keep.resolve("data"));
            Runtime.getRuntime().removeShutdownHook(unmounting);
            return verdict;
        } finally {
            Folders.delete(data);
        }
    }

    private static Verdict run(
            Plan plan,
            Path data,
            Optional<DrillDisks> disks,
            Clock clock,
            Consumer<String> progress)
            throws IOException, InterruptedException {
        var darkroom = Planar.open();
        try (var history = new History(plan.keep.resolve(HISTORY))) {
            var drill = new QueueDrill(plan, disks, clock, progress, history);
            var pictures = DrillRecipe.pictures(plan.seed);
            drill.hurt(data, pictures);
            drill.expect(darkroom, pictures);
            var verdict = Checker.check(history.events());
            Files.writeString(
                    plan.keep.resolve(SUMMARY), SummaryPage.of(verdict, history.events()));
            return verdict;
        }
    }

    private void hurt(Path data, List<byte[]> pictures) throws IOException, InterruptedException {
        progress.accept("starting 1 broker, 2 web servers and 2 workers; seed " + plan.seed);
        var logs = Files.createDirectories(plan.keep.resolve("logs"));
        var healing = new Thread(this::heal);
        Runtime.getRuntime().addShutdownHook(healing);
        try (var site = new DrillSite(data, logs, disks, plan.without, clock);
                var http =
                        HttpClient.newBuilder()
                                .version(HttpClient.Version.HTTP_1_1)
                                .connectTimeout(CONNECT_MOST)
                                .build()) {
            var parts =
                    new DrillClient.Parts(
                            site.doors(), http, history, new AtomicInteger(), plan.seed, clock);
            var clients =
                    Stream.iterate(0, i -> i + 1)
                            .limit(CLIENTS)
                            .map(i -> new DrillClient(parts, i))
                            .toList();
            try (var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
                each(tasks, clients, c -> c.settle(pictures));
                try (var storage = Storage.open(site.config(), false, clock);
                        var watch = new DrillWatch(storage.jobs(), history, clock)) {
                    work(site, clients, watch, tasks);
                    calm(watch);
                }
                each(tasks, clients, DrillClient::collect);
            } finally {
                heal();
            }
        } finally {
            Runtime.getRuntime().removeShutdownHook(healing);
        }
    }

    private void work(
            DrillSite site, List<DrillClient> clients, DrillWatch watch, ExecutorService tasks)
            throws IOException, InterruptedException {
        var began = clock.instant();
        history.add(
                new Event.Begun(
                        began.toEpochMilli(),
                        plan.seed,
                        plan.length.toSeconds(),
                        plan.without.stream().map(Control::label).sorted().toList()));
        skip();
        var until = began.plus(UP_MOST).plus(plan.length).plus(RETRY_MOST);
        var working =
                tasks.submit(() -> {
                    each(tasks, clients, c -> c.work(over::get, until));
                    return true;
                });
        try {
            watch.awaitBusy(DrillSite.WORKERS, UP_MOST);
            Thread.sleep(CALM);
            strike(site, watch, tasks);
        } finally {
            over.set(true);
            heal();
        }
        history.add(new Event.Healed(clock.millis()));
        progress.accept("healed; waiting for the last answers");
        await(working);
    }

    private void skip() {
        if (disks.isPresent()) return;
        for (var fault : Fault.values())
            if (fault.fillsDisk())
                history.add(new Event.Skipped(clock.millis(), fault.label(), DrillDisks.NONE));
        progress.accept("no disk is filled: " + DrillDisks.NONE);
    }

    private Set<Fault> possible() {
        return Stream.of(Fault.values())
                .filter(f -> disks.isPresent() || !f.fillsDisk())
                .collect(Collectors.toSet());
    }

    private void strike(DrillSite site, DrillWatch watch, ExecutorService tasks)
            throws IOException, InterruptedException {
        var began = clock.instant();
        var often = Control.shownBy(plan.without);
        for (var planned : Schedule.of(plan.seed, plan.length, possible(), often)) {
            sleepUntil(began.plus(planned.at()));
            // Else a kill may meet a worker that has just been started, and shows nothing.
            if (planned.fault().endsJobs()) watch.awaitBusy(DrillSite.WORKERS, BUSY_MOST);
            long atMs = clock.millis();
            var blow = site.strike(planned);
            history.add(
                    new Event.Struck(
                            atMs,
                            planned.fault().label(),
                            blow.victim(),
                            planned.lasting().toMillis()));
            progress.accept(
                    "%5.1f s  %s  %s"
                            .formatted(
                                    planned.at().toMillis() / 1000.0,
                                    planned.fault().label(),
                                    blow.victim()));
            if (!planned.fault().lasts()) continue;
            ends.add(blow.end());
            tasks.execute(() -> end(blow, planned.lasting()));
        }
        sleepUntil(began.plus(plan.length));
    }

    private void end(DrillSite.Blow blow, Duration lasting) {
        try {
            Thread.sleep(lasting);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        blow.end().run();
        ends.remove(blow.end());
    }

    private void heal() {
        for (var end : ends) end.run();
        ends.clear();
    }

    private void calm(DrillWatch watch) throws InterruptedException {
        var accepted =
                history.events().stream()
                        .filter(Event.Accepted.class::isInstance)
                        .map(e -> ((Event.Accepted) e).job())
                        .collect(Collectors.toSet());
        progress.accept("waiting until " + accepted.size() + " accepted jobs have ended");
        var still = plan.without.isEmpty() ? STILL : STILL_WITHOUT;
        watch.awaitQuiet(accepted, still, QUIET_MOST);
        Thread.sleep(LATE);
    }

    /// What undisturbed runs give, here and now.
    private void expect(Darkroom darkroom, List<byte[]> pictures)
            throws IOException, InterruptedException {
        var intents =
                history.events().stream()
                        .filter(Event.Found.class::isInstance)
                        .map(e -> ((Event.Found) e).intent())
                        .filter(i -> i >= 0)
                        .collect(Collectors.toSet());
        progress.accept("making " + intents.size() + " results again, to compare the bytes");
        try (var tasks = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            each(
                    tasks,
                    List.copyOf(intents),
                    intent -> {
                        var picture = pictures.get(intent % pictures.size());
                        var digest = DrillRecipe.expected(darkroom, intent, picture);
                        history.add(new Event.Expected(clock.millis(), intent, digest.hex()));
                    });
        }
    }

    private interface Step<T> {
        void on(T each) throws Exception;
    }

    private static <T> void each(ExecutorService tasks, List<T> all, Step<T> step)
            throws IOException, InterruptedException {
        var begun = new ArrayList<Future<Boolean>>();
        for (var each : all) {
            Callable<Boolean> task =
                    () -> {
                        step.on(each);
                        return true;
                    };
            begun.add(tasks.submit(task));
        }
        for (var task : begun) await(task);
    }

    private static void await(Future<Boolean> task) throws IOException, InterruptedException {
        try {
            task.get();
        } catch (ExecutionException e) {
            throw new IOException("the drill broke off: " + e.getCause(), e);
        }
    }

    private void sleepUntil(Instant when) throws InterruptedException {
        var left = Duration.between(clock.instant(), when);
        if (left.isPositive()) Thread.sleep(left);
    }
}
