package safelight.replication;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import safelight.base.Digest;
import safelight.base.Failure;
import safelight.observe.Meters;

/// Compares now and then what rows name with what is here, for whatever tasks have missed: a data
/// center that was away too long, a disk that was lost. What is missing is fetched, at the common
/// pace. What nothing names in two scans in a row is removed: in one, it may be an upload whose row
/// is about to come.
public final class Repair implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Repair.class);
    private static final int PAGE = 500;
    private static final int SUSPECTS_MAX = 1_000_000;
    private static final Duration FIRST = Duration.ofSeconds(20);
    private static final Duration CLOSE_MOST = Duration.ofSeconds(5);

    private final ReplicatedBlobs blobs;
    private final ReplicatedBlobs.Site site;
    private final Meters meters;
    private final LongSupplier nanoTime;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Pace pace;
    private final Thread thread;
    private Set<Digest> suspects = Set.of();

    /// Starts on a thread of its own: the first scan soon, the others as often as settings say.
    public Repair(
            ReplicatedBlobs blobs,
            ReplicatedBlobs.Site site,
            Meters meters,
            LongSupplier nanoTime) {
        this.blobs = blobs;
        this.site = site;
        this.meters = meters;
        this.nanoTime = nanoTime;
        this.pace = new Pace(site.settings().pace(), nanoTime.getAsLong());
        this.thread = Thread.ofVirtual().name("repair").start(this::run);
    }

    /// What one scan did.
    record Done(int fetched, int missing, int removed) {}

    /// One scan, whole.
    synchronized Done scan() throws InterruptedException {
        int fetched = 0;
        var missing = missing();
        for (var digest : missing) {
            if (closed.getCount() == 0) break;
            if (isBrought(digest)) fetched++;
        }
        int removed = removeLeftOver();
        var done = new Done(fetched, missing.size() - fetched, removed);
        if (fetched + removed + done.missing > 0)
            LOG.atWarn()
                    .addKeyValue("fetched", fetched)
                    .addKeyValue("missing", done.missing)
                    .addKeyValue("removed", removed)
                    .log("repair found differences");
        meters.add("safelight_replication_repaired_total", fetched);
        meters.add("safelight_replication_left_over_total", removed);
        return done;
    }

    /// Named by a row and not here.
    private List<Digest> missing() {
        var missing = new ArrayList<Digest>();
        Optional<Digest> after = Optional.empty();
        while (closed.getCount() > 0) {
            var page = site.rows().named(after, PAGE);
            if (page.isEmpty()) break;
            for (var digest : page) if (blobs.here().find(digest).isEmpty()) missing.add(digest);
            after = Optional.of(page.getLast());
        }
        return missing;
    }

    private boolean isBrought(Digest digest) throws InterruptedException {
        try {
            var size = blobs.bring(digest, "");
            if (size.isEmpty()) return false;
            var wait = pace.after(size.get(), nanoTime.getAsLong());
            var _ = closed.await(wait.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (Failure e) {
            LOG.atDebug().addKeyValue("blob", digest).log("missing blob not fetched");
            return false;
        }
    }

    /// Without any row nothing is removed: they may only not be here yet.
    private int removeLeftOver() {
        if (site.rows().named(Optional.empty(), 1).isEmpty()) return 0;
        var unused = new HashSet<Digest>();
        int removed = 0;
        Optional<Digest> after = Optional.empty();
        while (closed.getCount() > 0 && unused.size() < SUSPECTS_MAX) {
            var page = blobs.here().list(after, PAGE);
            if (page.isEmpty()) break;
            for (var digest : page) {
                if (site.rows().isUsed(digest)) continue;
                if (suspects.contains(digest)) {
                    blobs.here().remove(digest, () -> site.rows().isUsed(digest));
                    removed++;
                } else unused.add(digest);
            }
            after = Optional.of(page.getLast());
        }
        suspects = unused;
        return removed;
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
            var wait = FIRST;
            while (!closed.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
                wait = site.settings().scanEvery();
                try {
                    scan();
                } catch (Failure e) {
                    LOG.atWarn()
                            .addKeyValue("problem", e.problem().code())
                            .log("repair tries again later");
                } catch (RuntimeException e) {
                    LOG.atError().setCause(e).log("repair broke, and goes on");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
