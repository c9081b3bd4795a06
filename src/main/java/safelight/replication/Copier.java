package safelight.replication;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import safelight.base.Bytes;
import safelight.base.Failure;
import safelight.blobs.BlobFailure;
import safelight.catalog.BlobTask;

/// Does what the other data centers have left for this one to do: fetches the blobs that came
/// there, removes those that went. A task stays in line until it is done, so a crash costs time
/// only, and doing it twice is no fault.
public final class Copier implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Copier.class);
    private static final int BATCH_MAX = 500;
    private static final int AT_ONCE_MAX = 8;
    private static final int TRIES_MOST = 3;
    private static final int FAILURES_MAX = 20_000;
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final Duration CLOSE_MOST = Duration.ofSeconds(5);

    private final ReplicatedBlobs blobs;
    private final ReplicatedBlobs.Site site;
    private final LongSupplier nanoTime;
    private final Pace pace;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Map<BlobTask, Integer> failures = new ConcurrentHashMap<>();
    private final Thread thread;
    private Optional<BlobTask> last = Optional.empty();

    /// Starts on a thread of its own; `nanoTime` measures the pace.
    public Copier(ReplicatedBlobs blobs, ReplicatedBlobs.Site site, LongSupplier nanoTime) {
        this.blobs = blobs;
        this.site = site;
        this.nanoTime = nanoTime;
        this.pace = new Pace(site.settings().pace(), nanoTime.getAsLong());
        this.thread = Thread.ofVirtual().name("copier").start(this::run);
    }

    /// How far this data center is behind, but for tasks that were tried again and again and cannot
    /// be done: nobody has the blob, or its rows are yet to come. To wait for those is in vain.
    public Lag backlog() {
        var waiting = site.rows().waiting(site.settings().own(), Optional.empty(), Lag.COUNTED_MAX);
        return Lag.of(
                waiting.stream().filter(task -> failures(task) < TRIES_MOST).toList(),
                site.clock().instant());
    }

    private int failures(BlobTask task) {
        return Optional.ofNullable(failures.get(task)).orElse(0);
    }

    /// A look at the next part of the line: tasks that cannot be done hold up none behind them.
    /// Returns how many tasks are done.
    private int round() throws InterruptedException {
        var waiting = site.rows().waiting(site.settings().own(), last, BATCH_MAX);
        last = waiting.size() < BATCH_MAX ? Optional.empty() : Optional.of(waiting.getLast());
        var done = ConcurrentHashMap.<BlobTask>newKeySet();
        var permits = new Semaphore(AT_ONCE_MAX);
        try (var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var task : waiting) {
                if (closed.getCount() == 0) break;
                permits.acquire();
                tasks.execute(() -> {
                    try {
                        if (isDone(task)) done.add(task);
                        else failed(task);
                    } finally {
                        permits.release();
                    }
                });
            }
        }
        done.forEach(failures::remove);
        if (!done.isEmpty()) site.rows().done(List.copyOf(done));
        return done.size();
    }

    private void failed(BlobTask task) {
        if (failures.size() >= FAILURES_MAX) failures.clear();
        failures.merge(task, 1, Integer::sum);
    }

    private boolean isDone(BlobTask task) {
        try {
            return work(task);
        } catch (Failure e) {
            LOG.atDebug()
                    .addKeyValue("blob", task.digest())
                    .addKeyValue("problem", e.problem().code())
                    .log("task waits");
            return false;
        } catch (RuntimeException e) {
            LOG.atError().addKeyValue("blob", task.digest()).setCause(e).log("task broke");
            return false;
        }
    }

    private boolean work(BlobTask task) {
        var digest = task.digest();
        var age = Duration.between(task.since(), site.clock().instant());
        boolean isUsed = site.rows().isUsed(digest);
        boolean isHere = blobs.here().find(digest).isPresent();
        return switch (Judgement.of(task.kind(), isUsed, isHere, age)) {
            case DONE -> true;
            case LATER -> false;
            case REMOVE -> {
                blobs.here().remove(digest, () -> site.rows().isUsed(digest));
                yield true;
            }
            case FETCH -> fetch(task);
            case ASK -> site.peers().find(digest, task.source()).isEmpty();
        };
    }

    /// Nobody has it: it was deleted since, or its data center is yet to come back.
    private boolean fetch(BlobTask task) {
        var size = blobs.bring(task.digest(), task.source());
        size.ifPresent(this::rest);
        return size.isPresent();
    }

    private void rest(Bytes came) {
        try {
            var wait = pace.after(came, nanoTime.getAsLong());
            var _ = closed.await(wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BlobFailure.Unavailable("keep to the pace", e);
        }
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join(CLOSE_MOST);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            do {
                while (roundOrNone() > 0 && closed.getCount() > 0)
                    ;
            } while (!closed.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private int roundOrNone() throws InterruptedException {
        try {
            return round();
        } catch (Failure e) {
            LOG.atWarn().addKeyValue("problem", e.problem().code()).log("copier tries again later");
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("copier broke, and goes on");
        }
        return 0;
    }
}
