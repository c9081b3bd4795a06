package safelight.jobs;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import safelight.base.Backoff;
import safelight.base.Bytes;
import safelight.base.Digest;
import safelight.base.Failure;
import safelight.base.InstanceId;
import safelight.base.JobId;
import safelight.base.PhotoId;
import safelight.base.Ulids;
import safelight.blobs.BlobFailure;
import safelight.blobs.Blobs;
import safelight.catalog.Account;
import safelight.catalog.AccountRows;
import safelight.catalog.CatalogUnavailable;
import safelight.catalog.Job;
import safelight.catalog.JobRows;
import safelight.catalog.Photo;
import safelight.catalog.PhotoRows;
import safelight.catalog.Rendition;
import safelight.imaging.BadPhoto;
import safelight.imaging.BadRecipe;
import safelight.imaging.Darkroom;
import safelight.imaging.DarkroomStopped;
import safelight.imaging.Developed;
import safelight.imaging.Format;
import safelight.imaging.Header;
import safelight.imaging.ImagingFailure;
import safelight.imaging.Limits;
import safelight.imaging.MemoryNeed;
import safelight.imaging.Recipe;
import safelight.imaging.Size;
import safelight.imaging.Source;
import safelight.observe.Meters;
import safelight.queue.JobChanged;
import safelight.queue.JobQueue;

/// Carries out one delivered job, from its row to its result: at least once, to the same end each
/// time. A result is keyed by source, recipe and engine, so a second run finds the first one's; a
/// row is changed only by whoever saw its latest version, so a late finisher changes nothing.
///
/// A job that may have taken its worker down is run alone, so that no other job is charged for a
/// crash that is not its own.
public final class CarryOut {
    private static final Logger LOG = LoggerFactory.getLogger(CarryOut.class);
    private static final Duration ELSEWHERE = Duration.ofSeconds(15);
    private static final Duration MOMENT = Duration.ofSeconds(2);
    private static final int HINDERED_PAUSE = 5;
    // an EXIF orientation that swaps width and height
    private static final int TURNED = 6;
    private static final Bytes RESULT_MAX = Bytes.mebi(1024);

    private final Parts parts;
    private final Attempts attempts;
    private final Claims claims;
    private final Semaphore places;
    private final MemoryRoom memory;
    private final AtomicBoolean isStorageFailing = new AtomicBoolean();
    private final Set<JobId> inHand = ConcurrentHashMap.newKeySet();
    private final ConcurrentHashMap<JobId, Overseer> overseers = new ConcurrentHashMap<>();

    /// What a worker needs. `inHandMost`: how many jobs it has in hand at once; `memory`: what
    /// their work may take together; `isElsewhere`: whether a data center is another one, whose
    /// jobs are not run here; `endProcess` ends this process at once and does not return.
    public record Parts(
            JobRows jobs,
            PhotoRows photos,
            AccountRows accounts,
            Blobs blobs,
            JobQueue queue,
            Darkroom darkroom,
            JobSettings settings,
            Limits limits,
            InstanceId worker,
            int inHandMost,
            Bytes memory,
            Predicate<String> isElsewhere,
            Meters meters,
            Clock clock,
            RandomGenerator random,
            Runnable endProcess) {}

    /// Where a job's pixels are made. What comes before, reading, and what comes after, storing, is
    /// waiting for disk and network, and needs none.
    public interface Core {
        /// Waits for one.
        void take();

        /// It is another's; does nothing if it was never taken, or is given back already.
        void giveBack();
    }

    /// Wires it.
    public CarryOut(Parts parts) {
        this.parts = parts;
        this.attempts = new Attempts(parts.settings);
        this.claims = new Claims(parts, attempts);
        this.places = new Semaphore(parts.inHandMost, true);
        this.memory = new MemoryRoom(parts.memory);
        parts.meters.gauge("safelight_worker_jobs_running", inHand::size);
    }

    /// Stops the operation of a cancelled job, if it runs here.
    public void hear(JobChanged change) {
        if (change.kind() != JobChanged.Kind.CANCELLED) return;
        var overseer = overseers.get(change.job());
        if (overseer != null) overseer.stop();
    }

    /// How many jobs are in hand now.
    public int running() {
        return inHand.size();
    }

    /// Does what the delivery asks for and ends the delivery, whatever happens; if the process or
    /// the queue dies meanwhile, the delivery comes again. A `core` is taken once the photo was
    /// read and given back before the result is stored; not if no pixels are to be made.
    ///
    /// @throws safelight.queue.QueueUnavailable if the delivery could not be ended
    /// @throws CatalogUnavailable if the job's row could not be read or changed; the delivery comes
    ///   again in a moment
    /// @throws BlobFailure if photo storage failed for two jobs in a row, as it may for the next
    ///   one too: this one comes again, and whoever calls should rest
    public void carryOut(JobQueue.Delivery delivery, Core core) {
        try {
            carry(delivery, core);
        } catch (CatalogUnavailable e) {
            // Else it came again at once, until the broker took it for poison (a dead letter).
            delivery.retry(MOMENT);
            throw e;
        }
    }

    private void carry(JobQueue.Delivery delivery, Core core) {
        var id = delivery.ticket().job();
        var found = parts.jobs.find(id);
        if (found.isEmpty()) {
            LOG.atWarn().addKeyValue("job", id).log("ticket without a job");
            delivery.acknowledge();
            return;
        }
        var job = claims.settled(delivery, found.get());
        if (job.status().state().isFinal()) {
            end(delivery, job);
        } else if (parts.isElsewhere.test(job.order().dataCenter())) {
            // Taken over while this data center was away: it is in line there.
            delivery.acknowledge();
        } else if (!inHand.add(id)) {
            // It may be the only one: after the broker was away, that of the run is gone. As new,
            // so that nobody takes the run's worker for dead.
            delivery.putOffAsNew(MOMENT);
        } else {
            try {
                if (Claims.isElsewhere(delivery, job)) delivery.putOff(ELSEWHERE);
                else inTurn(delivery, job, core);
            } finally {
                inHand.remove(id);
            }
        }
    }

    private void inTurn(JobQueue.Delivery delivery, Job job, Core core) {
        boolean alone = Attempts.isSuspect(job.status());
        int needed = alone ? parts.inHandMost : 1;
        places.acquireUninterruptibly(needed);
        try {
            attempt(delivery, job, alone, core);
        } finally {
            places.release(needed);
        }
    }

    private void attempt(JobQueue.Delivery delivery, Job job, boolean alone, Core core) {
        var began = parts.clock.instant();
        var claimed = claims.claim(job, alone);
        if (claimed.isEmpty()) {
            delivery.putOff(ELSEWHERE);
            return;
        }
        var mine = claimed.get();
        tell(mine, JobChanged.Kind.STATE, 0);
        var outcome = outcome(mine, core);
        var after = outcome.job;
        after.ifPresent(j -> tell(j, JobChanged.Kind.STATE, j.status().progress()));
        var last = after.or(() -> parts.jobs.find(mine.id())).orElse(mine);
        log(last, began);
        if (last.status().state().isFinal()) end(delivery, last);
        else if (claims.isWithAnother(last)) delivery.acknowledge();
        else delivery.retry(pause(last, outcome));
        boolean isRow = isStorageFailing.getAndSet(outcome.hindrance.isPresent());
        if (isRow && outcome.hindrance.isPresent()) throw outcome.hindrance.get();
    }

    private Duration pause(Job job, Ended outcome) {
        var between = parts.settings.between();
        // Many may wait for the same data center, and for long.
        if (outcome.hindrance.isPresent())
            between = new Backoff(between.first(), between.most().multipliedBy(HINDERED_PAUSE));
        return between.delay(job.status().attempt(), parts.random);
    }

    /// The job after an attempt, or empty if somebody else changed its row meanwhile, and what of
    /// storage hindered it.
    private record Ended(Optional<Job> job, Optional<BlobFailure> hindrance) {}

    private Ended outcome(Job job, Core core) {
        try {
            return new Ended(tried(job, core), Optional.empty());
        } catch (BlobFailure.Unavailable | BlobFailure.Full e) {
            return new Ended(hindered(job, e), Optional.of(e));
        } catch (Failure e) {
            return new Ended(hindered(job, e), Optional.empty());
        }
    }

    private Optional<Job> hindered(Job job, Failure by) {
        LOG.atWarn()
                .addKeyValue("job", job.id())
                .addKeyValue("problem", by.problem().code())
                .setCause(by)
                .log("attempt interrupted");
        return advance(job, attempts.hindered(job.status(), by.problem(), parts.clock.instant()));
    }

    /// The job after this attempt, or empty if somebody else changed its row meanwhile.
    ///
    /// @throws Failure if something that it needs failed
    private Optional<Job> tried(Job job, Core core) {
        try (var overseer = oversee(job)) {
            overseers.put(job.id(), overseer);
            try {
                return develop(job, overseer, core);
            } catch (DarkroomStopped e) {
                if (!overseer.isLate()) return Optional.empty();
                return advance(
                        job,
                        attempts.failed(
                                job.status(),
                                new JobFailure.TookTooLong(parts.settings.timeMost()).problem(),
                                parts.clock.instant()));
            } catch (ImagingFailure | JobFailure.TooLarge e) {
                return advance(
                        job, attempts.failed(job.status(), e.problem(), parts.clock.instant()));
            } catch (Failure e) {
                throw e;
            } catch (RuntimeException e) {
                LOG.atError().addKeyValue("job", job.id()).setCause(e).log("attempt broke");
                return advance(
                        job,
                        attempts.failed(
                                job.status(),
                                new JobFailure.Unexpected().problem(),
                                parts.clock.instant()));
            } finally {
                overseers.remove(job.id());
            }
        }
    }

    private Optional<Job> develop(Job job, Overseer overseer, Core core) {
        var source =
                parts.photos
                        .find(job.order().photo())
                        .orElseThrow(() -> BadPhoto.damaged("The photo was deleted."));
        var key = new Rendition.Key(source.digest(), job.order().recipe(), parts.darkroom.engine());
        var known = parts.photos.rendition(key).filter(r -> isThere(r.digest()));
        var rendition = known.orElseGet(() -> make(job, source, overseer, core));
        var done = finish(job, source, key, rendition);
        if (done.isEmpty()) removeUnused(rendition.digest());
        else if (!isThere(rendition.digest())) makeAgain(done.get(), source, rendition, core);
        return done;
    }

    /// What is only in a data center that does not answer is made again rather than waited for.
    private boolean isThere(Digest digest) {
        try {
            return parts.blobs.find(digest).isPresent();
        } catch (BlobFailure.Unavailable e) {
            LOG.atDebug().addKeyValue("blob", digest).log("result cannot be reached");
            return false;
        }
    }

    /// Somebody removed equal bytes before the row named them. From now on nobody will.
    private void makeAgain(Job job, Photo source, Rendition lost, Core core) {
        try (var overseer = oversee(job)) {
            if (!make(job, source, overseer, core).equals(lost))
                LOG.atError().addKeyValue("job", job.id()).log("result lost and not made again");
        }
    }

    private Rendition make(Job job, Photo photo, Overseer overseer, Core core) {
        var blob =
                parts.blobs
                        .find(photo.digest())
                        .orElseThrow(() -> BadPhoto.damaged("The photo's bytes were deleted."));
        var recipe = Recipe.parse(job.order().recipe());
        var lane = Relay.lane(job.order().priority());
        var waitMost = parts.settings.timeMost().dividedBy(2);
        try (var _ = memory.take(lane, needed(photo, recipe), waitMost);
                var in = blob.openChecked();
                var source = Source.read(in, blob.size())) {
            addMarks(source, recipe);
            var developed = develop(source, recipe, overseer, core);
            try (var staged =
                    parts.blobs.stage(new ByteArrayInputStream(developed.bytes()), RESULT_MAX)) {
                staged.keep();
                return new Rendition(
                        staged.digest(),
                        developed.format().id(),
                        developed.size().widthPx(),
                        developed.size().heightPx(),
                        staged.size());
            }
        } catch (IOException e) {
            throw new BlobFailure.Unavailable("read the bytes of photo " + photo.id(), e);
        }
    }

    private Developed develop(Source source, Recipe recipe, Overseer overseer, Core core) {
        overseer.pause();
        core.take();
        try {
            overseer.begin();
            var began = parts.clock.instant();
            var developed = parts.darkroom.develop(source, recipe, parts.limits, overseer);
            parts.meters.time(
                    "safelight_imaging_develop_seconds",
                    Duration.between(began, parts.clock.instant()),
                    "format",
                    developed.format().id());
            return developed;
        } finally {
            core.giveBack();
        }
    }

    /// By its row alone; so it may have to be turned.
    private static Bytes needed(Photo photo, Recipe recipe) {
        var format = Format.byId(photo.format()).orElse(Format.TIFF);
        var size = new Size(photo.widthPx(), photo.heightPx());
        var header = new Header(format, size, TURNED, photo.frames().here());
        return MemoryNeed.most(header, photo.size(), recipe);
    }

    /// Whoever handed in the job was allowed to use these photos then.
    private void addMarks(Source source, Recipe recipe) throws IOException {
        for (var digest : recipe.marks()) {
            var blob = parts.blobs.find(digest).orElseThrow(() -> BadRecipe.markGone(digest));
            try (var in = blob.openChecked()) {
                source.add(digest, Source.read(in, blob.size()));
            }
        }
    }

    private Optional<Job> finish(Job job, Photo source, Rendition.Key key, Rendition made) {
        var now = parts.clock.instant();
        if (job.order().purpose() == Job.Purpose.EDIT) {
            var result = result(job, source, made, now);
            var next = job.with(attempts.succeeded(job.status(), Optional.of(result.id()), now));
            return parts.jobs.finish(next, result, key);
        }
        var next = job.with(attempts.succeeded(job.status(), Optional.empty(), now));
        if (job.order().purpose() != Job.Purpose.AVATAR)
            return parts.jobs.finishUnlisted(next, key, made);
        var before = parts.accounts.find(job.order().account()).flatMap(Account::avatar);
        var done = parts.jobs.finishUnlisted(next, key, made);
        before.ifPresent(this::removeUnused);
        return done;
    }

    private void removeUnused(Digest digest) {
        parts.blobs.remove(digest, () -> parts.photos.isUsed(digest));
    }

    /// The same id at each attempt, so that an engine without transactions may write it twice.
    private Photo result(Job job, Photo source, Rendition made, Instant now) {
        return new Photo(
                new PhotoId(Ulids.derived(job.id().value())),
                job.order().account(),
                made.digest(),
                made.format(),
                made.widthPx(),
                made.heightPx(),
                made.size(),
                source.name(),
                Optional.of(new Photo.Origin(source.id(), job.id())),
                now,
                frames(job, source));
    }

    /// What the darkroom made of an animation, told again: a result that was found is no other.
    private Photo.Frames frames(Job job, Photo source) {
        int before = source.frames().here();
        var size = new Size(source.widthPx(), source.heightPx());
        int kept = Recipe.parse(job.order().recipe()).framesFor(size, before, parts.limits);
        return new Photo.Frames(kept, before);
    }

    private Optional<Job> advance(Job job, Job.Status next) {
        return parts.jobs.advance(job.with(next));
    }

    private static void end(JobQueue.Delivery delivery, Job job) {
        if (Attempts.isDead(job.status())) delivery.bury();
        else delivery.acknowledge();
    }

    private Overseer oversee(Job job) {
        return new Overseer(
                new Overseer.Duty(
                        parts.clock,
                        parts.settings,
                        () -> isUnwanted(job),
                        done -> tell(job, JobChanged.Kind.PROGRESS, done),
                        () -> giveUp(job)));
    }

    private boolean isUnwanted(Job job) {
        try {
            return parts.jobs.find(job.id()).map(j -> j.version() != job.version()).orElse(true);
        } catch (CatalogUnavailable e) {
            return false;
        }
    }

    private void giveUp(Job job) {
        LOG.atError().addKeyValue("job", job.id()).log("operation does not stop; process ends");
        parts.endProcess.run();
    }

    private void tell(Job job, JobChanged.Kind kind, double progress) {
        parts.queue.announce(new JobChanged(job.order().account(), job.id(), kind, progress));
    }

    private void log(Job job, Instant began) {
        var took = Duration.between(began, parts.clock.instant());
        var state = job.status().state().name().toLowerCase(java.util.Locale.ROOT);
        parts.meters.time("safelight_jobs_attempt_seconds", took, "state", state);
        LOG.atInfo()
                .addKeyValue("request", job.order().request())
                .addKeyValue("job", job.id())
                .addKeyValue("state", state)
                .addKeyValue("attempt", job.status().attempt())
                .addKeyValue("tookMs", took.toMillis())
                .log("job attempt ended");
    }
}
