package safelight.catalog;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import safelight.base.AccountId;
import safelight.base.BatchId;
import safelight.base.Digest;
import safelight.base.HandClock;
import safelight.base.JobId;
import safelight.base.PhotoId;
import safelight.base.TokenId;
import safelight.base.Ulids;

/// Rows for tests, each with an id of its own.
public final class Samples {
    /// What each job weighs unless it is said.
    public static final Job.Weight WEIGHT = new Job.Weight(48_000, 5_000_000_000L);

    // Other ids in each test: what one removed must not be in the way of the next one's.
    private static final AtomicLong SEEDS = new AtomicLong(20_260_101);

    private final HandClock clock;
    private final Random random = new Random(SEEDS.getAndIncrement());
    private final Ulids ids;

    /// Ids and times come from `clock`.
    public Samples(HandClock clock) {
        this.clock = clock;
        this.ids = new Ulids(clock, random);
    }

    /// A new id, later than all before it.
    public synchronized String id() {
        clock.advance(Duration.ofMillis(1));
        return ids.next();
    }

    /// An id with no account behind it.
    public AccountId accountId() {
        return new AccountId(id());
    }

    /// A digest that nothing else has.
    public synchronized Digest digest() {
        var bytes = new byte[32];
        random.nextBytes(bytes);
        return Digest.of(bytes);
    }

    /// An account.
    public Account account(String email) {
        return new Account(
                new AccountId(id()),
                email,
                "Ünï Name",
                "$argon2id$x",
                Optional.empty(),
                0,
                false,
                clock.instant());
    }

    /// A token.
    public Token token(AccountId account) {
        return new Token(
                new TokenId(id()), account, "ci", digest(), clock.instant(), Optional.empty());
    }

    /// An upload.
    public Photo photo(AccountId account) {
        return photo(account, digest(), Optional.empty());
    }

    /// A photo with these bytes, from there.
    public Photo photo(AccountId account, Digest digest, Optional<Photo.Origin> origin) {
        return new Photo(
                new PhotoId(id()),
                account,
                digest,
                "jpeg",
                4000,
                3000,
                5_000_000_000L,
                "a 'b' \u732b.jpg",
                origin,
                clock.instant(),
                new Photo.Frames(3, 7));
    }

    /// The result of a job.
    public Photo result(Job job) {
        return photo(
                job.order().account(),
                digest(),
                Optional.of(new Photo.Origin(job.order().photo(), job.id())));
    }

    /// An edit.
    public Job job(AccountId account, PhotoId photo) {
        return job(account, photo, Job.Purpose.EDIT, Optional.empty());
    }

    /// An edit with an idempotency key.
    public Job keyed(AccountId account, String key, String fingerprint) {
        return job(
                account,
                new PhotoId(id()),
                Job.Purpose.EDIT,
                Optional.of(new Job.Key(key, fingerprint)));
    }

    /// A job that has just been handed in.
    public Job job(AccountId account, PhotoId photo, Job.Purpose purpose, Optional<Job.Key> key) {
        return Job.accepted(
                new JobId(id()),
                new Job.Order(
                                account,
                                photo,
                                "v1;blur(sigma=2)",
                                purpose,
                                Job.Priority.NORMAL,
                                key,
                                "request-1",
                                "us-east",
                                clock.instant())
                        .weighing(WEIGHT));
    }

    /// An edit in this lane, of this cost.
    public Job weighing(AccountId account, Job.Priority priority, long cost) {
        return Job.accepted(
                new JobId(id()),
                new Job.Order(
                                account,
                                new PhotoId(id()),
                                "v1;blur(sigma=2)",
                                Job.Purpose.EDIT,
                                priority,
                                Optional.empty(),
                                "request-1",
                                "us-east",
                                clock.instant())
                        .weighing(new Job.Weight(cost, cost)));
    }

    /// A batch of so many edits, just handed in.
    public Batch batch(AccountId account, int total, Optional<Job.Key> key) {
        return new Batch(
                new BatchId(id()), account, total, Job.Priority.BULK, key, clock.instant());
    }

    /// The jobs of a batch, each on a photo of its own.
    public List<Job> jobs(Batch batch) {
        var jobs = new ArrayList<Job>();
        for (int i = 0; i < batch.total(); i++) jobs.add(job(batch, i, new PhotoId(id())));
        return jobs;
    }

    /// The job at this place of a batch.
    public Job job(Batch batch, int index, PhotoId photo) {
        return Job.accepted(
                new JobId(Ulids.member(batch.id().value(), index)),
                new Job.Order(
                                batch.account(),
                                photo,
                                "v1;blur(sigma=" + (1 + index % 2) + ")",
                                Job.Purpose.EDIT,
                                batch.priority(),
                                Optional.empty(),
                                "request-1",
                                "us-east",
                                batch.created(),
                                Optional.of(batch.id()))
                        .weighing(WEIGHT));
    }

    /// The same job, running.
    public Job running(Job job, String worker) {
        return job.with(
                new Job.Status(
                        Job.State.RUNNING,
                        job.status().attempt() + 1,
                        job.status().strikes(),
                        0.25,
                        Optional.of(worker),
                        Optional.of(clock.instant()),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        begun(job, worker)));
    }

    private List<Job.Attempt> begun(Job job, String worker) {
        var history = new ArrayList<>(job.status().history());
        history.add(Job.Attempt.begun(job.status().attempt() + 1, worker, clock.instant()));
        return history;
    }

    /// The same job, at its end.
    public Job ended(Job job, Job.State state, Optional<PhotoId> result) {
        var was = job.status();
        return job.with(
                new Job.Status(
                        state,
                        was.attempt(),
                        was.strikes(),
                        1,
                        was.worker(),
                        was.started(),
                        Optional.of(clock.instant()),
                        Optional.empty(),
                        result,
                        was.history()));
    }

    /// The same job, failed.
    public Job failed(Job job, boolean retryable) {
        var was = job.status();
        return job.with(
                new Job.Status(
                        Job.State.FAILED,
                        was.attempt(),
                        was.strikes() + 1,
                        was.progress(),
                        was.worker(),
                        was.started(),
                        Optional.of(clock.instant()),
                        Optional.of(new Job.Reason("decoder-crashed", "It broke.", retryable)),
                        Optional.empty(),
                        Job.Attempt.lastEnded(
                                was.history(),
                                clock.instant(),
                                Job.Outcome.FAILED,
                                Optional.of("decoder-crashed"))));
    }

    /// The same job, asked for again.
    public Job queued(Job job) {
        var was = job.status();
        return job.with(
                new Job.Status(
                        Job.State.QUEUED,
                        was.attempt(),
                        0,
                        0,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()));
    }

    /// What names the rendition of a job's source.
    public Rendition.Key key(Digest source) {
        return new Rendition.Key(source, "v1;blur(sigma=2)", "vips-8.17");
    }
}
