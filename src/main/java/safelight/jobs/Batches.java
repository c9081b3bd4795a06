package safelight.jobs;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import safelight.base.AccountId;
import safelight.base.BatchId;
import safelight.base.Digest;
import safelight.base.JobId;
import safelight.base.Page;
import safelight.base.PhotoId;
import safelight.base.Problem;
import safelight.base.Ulids;
import safelight.catalog.Batch;
import safelight.catalog.BatchAcceptance;
import safelight.catalog.BatchRows;
import safelight.catalog.Burden;
import safelight.catalog.Job;
import safelight.catalog.Photo;
import safelight.catalog.PhotoRows;
import safelight.imaging.BadRecipe;
import safelight.imaging.Limits;
import safelight.imaging.Recipe;
import safelight.queue.JobChanged;
import safelight.queue.JobQueue;

/// What clients do with batches: one recipe for many photos, handed in, looked at and cancelled as
/// one. Keeps nothing itself; thread-safe.
public final class Batches {
    private static final int FAULTS_MAX = 100;

    private final BatchRows rows;
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

    /// On the parts that jobs have, and rows of its own.
    public Batches(BatchRows rows, Jobs.Parts parts) {
        this.rows = rows;
        this.photos = parts.photos();
        this.queue = parts.queue();
        this.feed = parts.feed();
        this.relay = parts.relay();
        this.pressure = parts.pressure();
        this.settings = parts.settings();
        this.limits = parts.limits();
        this.dataCenter = parts.dataCenter();
        this.clock = parts.clock();
        this.ids = new Ulids(parts.clock(), parts.random());
    }

    /// One request for a batch. `recipe` gives each photo its recipe, which differs in the output's
    /// format at most; `key` is the client's Idempotency-Key, `request` names the HTTP request in
    /// the logs, `webhook` is the URL that hears when all jobs have ended.
    public record Wanted(
            AccountId account,
            List<PhotoId> photos,
            Function<Photo, Recipe> recipe,
            Job.Priority priority,
            Optional<String> key,
            String request,
            Optional<String> webhook) {}

    /// A batch and how far it is.
    public record Progress(Batch batch, Batch.Counts counts) {}

    /// How many photos a batch may have.
    public int most() {
        return settings.batchMost();
    }

    /// Accepts a batch, with all of its jobs or none: durable when this returns. The same request
    /// under the same key gives the batch that it gave before.
    ///
    /// @throws BatchFailure.WrongPhotos if some photos are not there or not fit for it, by their
    ///   places in `/photos`
    /// @throws JobFailure.KeyTaken if the key came before with another request
    /// @throws JobFailure.TooMany if the account would have too many open jobs in batches
    /// @throws JobFailure.TooHeavy if they would cost too much, or have too many bytes
    /// @throws JobFailure.Busy if too much waits already, whosever it is
    public Progress accept(Wanted wanted) {
        var pieces = pieces(wanted);
        var burden = Burden.NONE;
        for (var piece : pieces) burden = burden.plus(Burden.of(piece.weight));
        var busy = pressure.refusal(burden);
        if (busy.isPresent() && wanted.key.isEmpty()) throw busy.get();
        var id = new BatchId(ids.next());
        var now = clock.instant();
        var key = wanted.key.map(k -> new Job.Key(k, fingerprint(pieces, wanted)));
        var batch =
                new Batch(
                        id,
                        wanted.account,
                        pieces.size(),
                        wanted.priority,
                        key,
                        now,
                        wanted.webhook);
        var jobs = new ArrayList<Job>(pieces.size());
        for (int i = 0; i < pieces.size(); i++) jobs.add(job(batch, i, pieces.get(i), wanted));
        // Without any room, only what was accepted before is found.
        var room = busy.isPresent() ? Burden.NONE : settings.open().inBatches();
        return switch (rows.accept(batch, jobs, room)) {
            case BatchAcceptance.Fresh(var fresh) -> {
                pressure.add(burden);
                relay.publishAll(jobs);
                yield new Progress(fresh, new Batch.Counts(fresh.total(), 0, 0, 0, 0));
            }
            case BatchAcceptance.Repeated(var earlier) -> progress(earlier);
            case BatchAcceptance.KeyTaken() -> throw new JobFailure.KeyTaken();
            case BatchAcceptance.TooMany(var open) -> {
                if (busy.isPresent()) throw busy.get();
                throw new JobFailure.TooMany(open, jobs.size(), pressure.waitFor(burden));
            }
            case BatchAcceptance.TooHeavy(var open) ->
                    throw new JobFailure.TooHeavy(
                            open,
                            pressure.waitFor(open.plus(burden).above(settings.open().inBatches())));
        };
    }

    /// The account's batch of this id.
    ///
    /// @throws BatchFailure.Unknown if there is none
    public Progress find(AccountId account, BatchId id) {
        return progress(own(account, id));
    }

    /// The account's batches, newest first.
    public Page<Progress> list(AccountId account, Page.Request page) {
        var found = rows.list(account, page);
        var counts = rows.counts(found.items());
        return new Page<>(
                found.items().stream()
                        .map(batch ->
                                new Progress(
                                        batch,
                                        Optional.ofNullable(counts.get(batch.id())).orElseThrow()))
                        .toList(),
                found.next());
    }

    /// The jobs of the account's batch, those of the last photos first, in one state or all.
    ///
    /// @throws BatchFailure.Unknown if there is no such batch
    public Page<Job> jobs(
            AccountId account, BatchId id, Optional<Job.State> state, Page.Request page) {
        return rows.jobs(own(account, id).id(), state, page);
    }

    /// Cancels what has not ended; running operations are stopped.
    ///
    /// @throws BatchFailure.Unknown if there is no such batch
    public void cancel(AccountId account, BatchId id) {
        var batch = own(account, id);
        var inHand = rows.cancel(batch);
        for (var job : inHand) queue.announce(cancelled(account, job));
        // Whoever reads the log of changes looks now; one hint does for all.
        var any = new JobId(Ulids.member(id.value(), 0));
        feed.hear(cancelled(account, any));
        if (inHand.isEmpty()) queue.announce(cancelled(account, any));
    }

    private static JobChanged cancelled(AccountId account, JobId job) {
        return new JobChanged(account, job, JobChanged.Kind.CANCELLED, 0);
    }

    private Batch own(AccountId account, BatchId id) {
        return rows.find(id)
                .filter(batch -> batch.account().equals(account))
                .orElseThrow(BatchFailure.Unknown::new);
    }

    private Progress progress(Batch batch) {
        return new Progress(batch, rows.counts(batch));
    }

    /// A photo and what is to be made of it.
    private record Piece(PhotoId photo, String recipe, Job.Weight weight) {}

    private List<Piece> pieces(Wanted wanted) {
        var known =
                photos.findAll(wanted.photos).stream()
                        .filter(photo -> photo.account().equals(wanted.account))
                        .collect(Collectors.toMap(Photo::id, photo -> photo));
        var pieces = new ArrayList<Piece>();
        var faults = new ArrayList<Problem.Fault>();
        Map<PhotoId, Integer> places = new HashMap<>();
        for (int i = 0; i < wanted.photos.size() && faults.size() < FAULTS_MAX; i++) {
            var id = wanted.photos.get(i);
            var photo = Optional.ofNullable(known.get(id));
            var before = Optional.ofNullable(places.putIfAbsent(id, i));
            var where = "/photos/" + i;
            if (photo.isEmpty()) faults.add(new Problem.Fault(where, "There is no such photo."));
            else if (before.isPresent())
                faults.add(
                        new Problem.Fault(where, "This is the photo of /photos/" + before.get()));
            else piece(photo.get(), wanted, where, faults).ifPresent(pieces::add);
        }
        if (!faults.isEmpty()) throw new BatchFailure.WrongPhotos(faults);
        return pieces;
    }

    private Optional<Piece> piece(
            Photo photo, Wanted wanted, String where, List<Problem.Fault> faults) {
        var recipe = wanted.recipe.apply(photo);
        try {
            var weight = Jobs.weight(photo, recipe, limits);
            return Optional.of(new Piece(photo.id(), recipe.canonical(), weight));
        } catch (BadRecipe e) {
            for (var fault : e.problem().faults())
                faults.add(
                        new Problem.Fault(
                                where, fault.pointer().substring(1) + ": " + fault.detail()));
            return Optional.empty();
        }
    }

    private Job job(Batch batch, int index, Piece piece, Wanted wanted) {
        return Job.accepted(
                new JobId(Ulids.member(batch.id().value(), index)),
                new Job.Order(
                                batch.account(),
                                piece.photo,
                                piece.recipe,
                                Job.Purpose.EDIT,
                                batch.priority(),
                                Optional.empty(),
                                wanted.request,
                                dataCenter,
                                batch.created(),
                                Optional.of(batch.id()))
                        .weighing(piece.weight));
    }

    private static String fingerprint(List<Piece> pieces, Wanted wanted) {
        var text = new StringBuilder("batch\n").append(wanted.priority.name());
        wanted.webhook.ifPresent(url -> text.append('\n').append(url));
        for (var piece : pieces)
            text.append('\n').append(piece.photo).append(' ').append(piece.recipe);
        return Digest.of(text.toString().getBytes(StandardCharsets.UTF_8)).hex();
    }
}
