package safelight.jobs;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import safelight.base.AccountId;
import safelight.base.Digest;
import safelight.base.JobId;
import safelight.base.Page;
import safelight.base.Ulids;
import safelight.catalog.Acceptance;
import safelight.catalog.Burden;
import safelight.catalog.Job;
import safelight.catalog.JobEvent;
import safelight.catalog.JobRows;
import safelight.catalog.Photo;
import safelight.catalog.PhotoRows;
import safelight.catalog.Reopening;
import safelight.imaging.Limits;
import safelight.imaging.Recipe;
import safelight.imaging.Size;
import safelight.queue.JobChanged;
import safelight.queue.JobQueue;
import safelight.queue.QueueUnavailable;

/// What clients do with jobs: hand in, look, wait, cancel, retry. A job is accepted once its row is
/// durable; getting it to a worker is the {@link Relay}'s work. Keeps nothing itself; thread-safe.
public final class Jobs {
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
    private static final int RACES_MAX = 10;
    private static final int ACCOUNTS_SHOWN_MAX = 1000;

    private final JobRows rows;
    private final PhotoRows photos;
    private final JobQueue queue;
    private final Feed feed;
    private final Relay relay;
    private final Pressure pressure;
    private final JobSettings settings;
    private final Limits limits;
    private final String dataCenter;
    private final Clock clock;
    private final Ulids ids;

    /// What a process needs to work with jobs.
    public record Parts(
            JobRows rows,
            PhotoRows photos,
            JobQueue queue,
            Feed feed,
            Relay relay,
            Pressure pressure,
            JobSettings settings,
            Limits limits,
            String dataCenter,
            Clock clock,
            RandomGenerator random) {}

    /// Wires it.
    public Jobs(Parts parts) {
        this.rows = parts.rows;
        this.photos = parts.photos;
        this.queue = parts.queue;
        this.feed = parts.feed;
        this.relay = parts.relay;
        this.pressure = parts.pressure;
        this.settings = parts.settings;
        this.limits = parts.limits;
        this.dataCenter = parts.dataCenter;
        this.clock = parts.clock;
        this.ids = new Ulids(parts.clock, parts.random);
    }

    /// One request for a job. `key` is the client's Idempotency-Key, `request` names the HTTP
    /// request in the logs, `webhook` is the URL that hears of the end.
    public record Wanted(
            Photo photo,
            Recipe recipe,
            Job.Purpose purpose,
            Job.Priority priority,
            Optional<String> key,
            String request,
            Optional<String> webhook) {
        /// One whose end nobody is told of.
        public Wanted(
                Photo photo,
                Recipe recipe,
                Job.Purpose purpose,
                Job.Priority priority,
                Optional<String> key,
                String request) {
            this(photo, recipe, purpose, priority, key, request, Optional.empty());
        }
    }

    /// Accepts a job: durable when this returns. The same request under the same key gives the job
    /// that it gave before.
    ///
    /// @throws safelight.imaging.BadRecipe if an operation does not fit the photo
    /// @throws JobFailure.KeyTaken if the key came before with another request
    /// @throws JobFailure.TooMany if the account has too many open jobs
    /// @throws JobFailure.TooHeavy if they cost too much, or have too many bytes
    /// @throws JobFailure.Busy if too much waits already, whosever it is
    public Job accept(Wanted wanted) {
        var photo = wanted.photo;
        var weight = weight(photo, wanted.recipe, limits);
        var busy = refusal(wanted.purpose, Burden.of(weight));
        if (busy.isPresent() && wanted.key.isEmpty()) throw busy.get();
        var order =
                new Job.Order(
                                photo.account(),
                                photo.id(),
                                wanted.recipe.canonical(),
                                wanted.purpose,
                                wanted.priority,
                                wanted.key.map(k -> new Job.Key(k, fingerprint(wanted))),
                                wanted.request,
                                dataCenter,
                                clock.instant())
                        .telling(wanted.webhook)
                        .weighing(weight);
        var job = Job.accepted(new JobId(ids.next()), order);
        // Without any room, only what was accepted before is found.
        var room = busy.isPresent() ? Burden.NONE : settings.open().alone();
        return switch (rows.accept(job, room)) {
            case Acceptance.Fresh(var fresh) -> {
                pressure.add(Burden.of(weight));
                relay.publish(fresh);
                feed.hear(changed(fresh, JobChanged.Kind.STATE));
                yield fresh;
            }
            case Acceptance.Repeated(var earlier) -> earlier;
            case Acceptance.KeyTaken() -> throw new JobFailure.KeyTaken();
            case Acceptance.TooMany(var open) -> {
                if (busy.isPresent()) throw busy.get();
                throw new JobFailure.TooMany(open, pressure.waitFor(Burden.of(weight)));
            }
            case Acceptance.TooHeavy(var open) ->
                    throw new JobFailure.TooHeavy(
                            open,
                            pressure.waitFor(
                                    open.plus(Burden.of(weight)).above(settings.open().alone())));
        };
    }

    /// Pictures on demand are let in always.
    private Optional<JobFailure.Busy> refusal(Job.Purpose purpose, Burden more) {
        return purpose == Job.Purpose.THUMBNAIL ? Optional.empty() : pressure.refusal(more);
    }

    /// What a job of this photo and recipe weighs.
    ///
    /// @throws safelight.imaging.BadRecipe if an operation does not fit the photo
    static Job.Weight weight(Photo photo, Recipe recipe, Limits limits) {
        var size = new Size(photo.widthPx(), photo.heightPx());
        recipe.sizeFor(size, limits);
        return new Job.Weight(recipe.costFor(size), photo.size());
    }

    /// The account's job of this id.
    ///
    /// @throws JobFailure.Unknown if there is none
    public Job find(AccountId account, JobId id) {
        return rows.find(id)
                .filter(j -> j.order().account().equals(account))
                .orElseThrow(JobFailure.Unknown::new);
    }

    /// The dead job of this id, whosever it is.
    ///
    /// @throws JobFailure.Unknown if there is none, or it is not dead
    public Job findDead(JobId id) {
        return rows.find(id)
                .filter(job -> Attempts.isDead(job.status()))
                .orElseThrow(JobFailure.Unknown::new);
    }

    /// The account's jobs, newest first, in one state or all.
    public Page<Job> list(AccountId account, Optional<Job.State> state, Page.Request page) {
        return rows.list(account, state, page);
    }

    /// The dead ones among them.
    public DeadJobs dead() {
        return new DeadJobs(rows, this, clock);
    }

    /// How much waits for the queue, of all accounts, as far as is known.
    public Burden waiting() {
        return pressure.waiting();
    }

    /// By lane, how many accounts have jobs that wait for the queue; counts no further than 1,000.
    public Map<Job.Priority, Integer> accountsWaiting() {
        var all = new EnumMap<Job.Priority, Integer>(Job.Priority.class);
        for (var lane : Job.Priority.values())
            all.put(lane, rows.waitingAccounts(lane, "", ACCOUNTS_SHOWN_MAX).size());
        return all;
    }

    /// Waits until the job has ended or `wait` is over, and returns it as it then stands.
    public Job await(Job job, Duration wait) throws InterruptedException {
        var deadline = clock.instant().plus(wait);
        try (var ear = feed.listen(job.order().account())) {
            while (true) {
                var now = rows.find(job.id()).orElseThrow(JobFailure.Unknown::new);
                var left = Duration.between(clock.instant(), deadline);
                if (now.status().state().isFinal() || !left.isPositive()) return now;
                awaitHint(ear, job.id(), left.compareTo(LOOK_AGAIN) < 0 ? left : LOOK_AGAIN);
            }
        }
    }

    /// The photo that the job made.
    ///
    /// @throws JobFailure.WrongState while it has not succeeded
    /// @throws JobFailure.ResultGone if it was deleted
    public Photo result(Job job) {
        if (job.status().state() != Job.State.SUCCEEDED)
            throw new JobFailure.WrongState("give a result", job.status().state());
        return findResult(job).orElseThrow(JobFailure.ResultGone::new);
    }

    /// The photo that the job made, if it has one.
    public Optional<Photo> findResult(Job job) {
        return job.status().result().flatMap(photos::find);
    }

    /// Cancels a job; a running operation is stopped.
    ///
    /// @throws JobFailure.WrongState if it has ended already, unless by a cancel
    public Job cancel(AccountId account, JobId id) {
        for (int i = 0; i < RACES_MAX; i++) {
            var job = find(account, id);
            if (job.status().state() == Job.State.CANCELLED) return job;
            if (job.status().state().isFinal())
                throw new JobFailure.WrongState("be cancelled", job.status().state());
            var done = rows.advance(job.with(Attempts.cancelled(job.status(), clock.instant())));
            if (done.isPresent()) {
                tell(done.get(), JobChanged.Kind.CANCELLED);
                return done.get();
            }
        }
        throw new IllegalStateException("job " + id + " changed too often to be cancelled");
    }

    /// Runs a dead job again, with all its attempts.
    ///
    /// @throws JobFailure.WrongState if it has not failed, or a retry cannot help
    /// @throws JobFailure.TooMany if the account has too many open jobs
    /// @throws JobFailure.TooHeavy if they cost too much, or have too many bytes
    /// @throws JobFailure.Busy if too much waits already, whosever it is
    public Job retry(AccountId account, JobId id) {
        var job = find(account, id);
        if (!Attempts.isDead(job.status()))
            throw new JobFailure.WrongState("be retried", job.status().state());
        var again = reopened(job.with(Attempts.again(job.status())));
        try {
            queue.exhume(id);
        } catch (QueueUnavailable e) {
            // the old ticket stays among the dead; the row is what counts
        }
        relay.publish(again);
        tell(again, JobChanged.Kind.STATE);
        return again;
    }

    /// A job that runs again is work like a new one, and has to find room like one.
    private Job reopened(Job next) {
        var more = Burden.of(next.order().weight());
        var busy = refusal(next.order().purpose(), more);
        if (busy.isPresent()) throw busy.get();
        var open = settings.open();
        var most = next.order().batch().isPresent() ? open.inBatches() : open.alone();
        return switch (rows.reopen(next, most)) {
            case Reopening.Done(var again) -> {
                pressure.add(more);
                yield again;
            }
            case Reopening.Changed() ->
                    throw new JobFailure.WrongState("be retried", Job.State.QUEUED);
            case Reopening.TooMany(var there) ->
                    throw new JobFailure.TooMany(there, pressure.waitFor(more));
            case Reopening.TooHeavy(var there) ->
                    throw new JobFailure.TooHeavy(
                            there, pressure.waitFor(there.plus(more).above(most)));
        };
    }

    /// Begins to listen for the account's changes.
    public Feed.Ear listen(AccountId account) {
        return feed.listen(account);
    }

    /// The account's changes after `sequence`, oldest first.
    public List<JobEvent> events(AccountId account, long sequence, int limit) {
        return rows.events(account, sequence, limit);
    }

    /// The number of the account's latest change.
    public long lastEvent(AccountId account) {
        return rows.lastEvent(account);
    }

    private void tell(Job job, JobChanged.Kind kind) {
        var change = changed(job, kind);
        feed.hear(change);
        queue.announce(change);
    }

    private static JobChanged changed(Job job, JobChanged.Kind kind) {
        return new JobChanged(job.order().account(), job.id(), kind, job.status().progress());
    }

    private void awaitHint(Feed.Ear ear, JobId job, Duration wait) throws InterruptedException {
        Instant until = clock.instant().plus(wait);
        while (true) {
            var left = Duration.between(clock.instant(), until);
            if (!left.isPositive()) return;
            var hint = ear.next(left);
            if (hint.isEmpty() || hint.get().job().equals(job)) return;
        }
    }

    private static String fingerprint(Wanted wanted) {
        var text =
                String.join(
                        "\n",
                        wanted.photo.id().value(),
                        wanted.recipe.canonical(),
                        wanted.purpose.name(),
                        wanted.priority.name() + wanted.webhook.map(u -> "\n" + u).orElse(""));
        return Digest.of(text.getBytes(StandardCharsets.UTF_8)).hex();
    }
}
