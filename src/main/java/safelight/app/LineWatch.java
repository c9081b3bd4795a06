package safelight.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import safelight.base.Failure;
import safelight.base.JobId;
import safelight.catalog.Job;
import safelight.fleet.Instance;
import safelight.imaging.BadRecipe;
import safelight.imaging.Recipe;
import safelight.queue.JobChanged;
import safelight.queue.JobQueue;
import safelight.scaling.Costs;
import safelight.scaling.Line;

/// Watches the line of jobs for the autoscaler: how long it is, and what its jobs cost. It asks the
/// broker every second, on a thread of its own, since an answer may be late; costs are learned from
/// a sample of the jobs whose changes are announced, and kept in a file over restarts.
final class LineWatch implements Supplier<Optional<Line>>, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LineWatch.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final Duration FRESH = Duration.ofSeconds(6);
    private static final Duration SAVE_EVERY = Duration.ofMinutes(1);
    private static final Duration CLOSE_MOST = Duration.ofSeconds(12);

    /// A line of more jobs wants all the workers there may be.
    private static final int WAITING_MOST = 100_000;

    private static final int SAMPLES_MOST = 5;
    private static final double MILLIS = 1000;

    private final Storage storage;
    private final JobQueue queue;
    private final String dataCenter;
    private final Path file;
    private final Clock clock;
    private final Costs costs = new Costs();
    private final BlockingQueue<JobId> changed = new ArrayBlockingQueue<>(64);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AutoCloseable subscription;
    private final Thread thread;
    private Instant saved;
    private boolean failing;
    private volatile Optional<Seen> seen = Optional.empty();

    private record Seen(Instant at, Line line) {}

    /// Watches from now on.
    LineWatch(Config config, Storage storage, JobQueue queue, Clock clock) {
        this.storage = storage;
        this.queue = queue;
        this.dataCenter = config.dataCenter();
        this.file = config.data().resolve("costs.properties");
        this.clock = clock;
        this.saved = clock.instant();
        restore();
        this.subscription = queue.listen(Set.of(JobChanged.Kind.STATE), this::hear);
        this.thread = Thread.ofVirtual().name("line-watch").start(this::run);
    }

    /// What waits now; empty if nothing was heard of it for some seconds.
    @Override
    public Optional<Line> get() {
        var since = clock.instant().minus(FRESH);
        return seen.filter(s -> !s.at.isBefore(since)).map(Seen::line);
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join(CLOSE_MOST);
            subscription.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOG.atWarn().setCause(e).log("subscription did not close");
        }
        save();
    }

    private void hear(JobChanged change) {
        // Without room it is not in the sample.
        if (changed.offer(change.job())) return;
        LOG.atTrace().addKeyValue("job", change.job()).log("not in the sample");
    }

    private void run() {
        try {
            do look();
            while (!closed.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        try {
            learn();
            var counts = queue.counts();
            var waiting = storage.jobs().waiting(WAITING_MOST);
            var first = storage.jobs().outbox(SAMPLES_MOST);
            for (var job : first) meet(job);
            seen =
                    Optional.of(
                            new Seen(
                                    clock.instant(),
                                    new Line(
                                            counts.ready() + waiting.jobs(),
                                            costs.secondsEach(),
                                            oldest(counts.oldest(), first))));
            failing = false;
            if (saved.plus(SAVE_EVERY).isBefore(clock.instant())) save();
        } catch (Failure e) {
            if (!failing)
                LOG.atWarn().addKeyValue("problem", e.problem().code()).log("line is not known");
            failing = true;
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("watch of the line broke, and goes on");
        }
    }

    private Duration oldest(Duration inLine, List<Job> waiting) {
        var now = clock.instant();
        return waiting.stream()
                .map(job -> Duration.between(job.order().created(), now))
                .reduce(inLine, (a, b) -> a.compareTo(b) > 0 ? a : b);
    }

    private void learn() {
        var since = clock.instant().minus(FRESH);
        double cores = 0;
        double busy = 0;
        for (var each : storage.fleet().instances(since)) {
            if (each.role() != Instance.Role.WORKER) continue;
            if (!each.dataCenter().equals(dataCenter) || each.load().busy() == 0) continue;
            cores += each.load().cpuCores();
            busy += each.load().busy();
        }
        costs.use(cores, busy);
        for (int i = 0; i < SAMPLES_MOST; i++) {
            var id = changed.poll();
            if (id == null) return;
            storage.jobs().find(id).ifPresent(this::meet);
        }
        // The next sample is of what happens then.
        changed.clear();
    }

    private void meet(Job job) {
        var photo = storage.photos().find(job.order().photo());
        if (photo.isEmpty()) return;
        try {
            var recipe = Recipe.parse(job.order().recipe());
            long pixels = (long) photo.get().widthPx() * photo.get().heightPx();
            var kind =
                    Costs.Kind.of(
                            recipe.output().format().id(), pixels, recipe.operations().size());
            costs.met(kind);
            if (job.status().state() != Job.State.SUCCEEDED || job.status().attempt() != 1) return;
            var took =
                    job.status()
                            .started()
                            .flatMap(s -> job.status().finished().map(f -> Duration.between(s, f)));
            took.ifPresent(t -> costs.learn(kind, Math.max(0, t.toMillis()) / MILLIS));
        } catch (BadRecipe e) {
            LOG.atWarn().addKeyValue("job", job.id()).setCause(e).log("recipe is not understood");
        }
    }

    private void restore() {
        if (!Files.exists(file)) return;
        try (var in = Files.newBufferedReader(file)) {
            var kept = new Properties();
            kept.load(in);
            costs.restore(
                    kept.stringPropertyNames().stream()
                            .collect(
                                    Collectors.toMap(
                                            name -> name,
                                            name -> Double.valueOf(kept.getProperty(name)))));
        } catch (IOException | NumberFormatException e) {
            LOG.atWarn().addKeyValue("file", file).setCause(e).log("costs are learned anew");
        }
    }

    /// Several processes may share the folder; the last one that saves is as good as any.
    private void save() {
        saved = clock.instant();
        var kept = new Properties();
        for (Map.Entry<String, Double> each : costs.learned().entrySet())
            kept.setProperty(each.getKey(), each.getValue().toString());
        try {
            var fresh = Files.createTempFile(file.getParent(), "costs", ".tmp");
            try (var out = Files.newBufferedWriter(fresh)) {
                kept.store(out, null);
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | UncheckedIOException e) {
            LOG.atWarn().addKeyValue("file", file).setCause(e).log("costs are not saved");
        }
    }
}
