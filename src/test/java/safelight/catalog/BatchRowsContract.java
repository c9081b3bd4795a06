package safelight.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import safelight.base.AccountId;
import safelight.base.AtOnce;
import safelight.base.BatchId;
import safelight.base.HandClock;
import safelight.base.JobId;
import safelight.base.Page;
import safelight.base.PhotoId;

/// What every engine's batches do.
public abstract class BatchRowsContract {
    private static final long MANY = 100_000;

    protected final HandClock clock = new HandClock(Instant.parse("2026-01-01T00:00:00.123456Z"));
    protected final Samples samples = new Samples(clock);

    /// Rows with nothing in them, the same ones during a test; they date changes by `clock`.
    protected abstract BatchRows rows();

    /// The jobs beside them.
    protected abstract JobRows jobs();

    /// The photos beside them.
    protected abstract PhotoRows photos();

    protected static Page.Request page(int limit, Optional<String> cursor) {
        return new Page.Request(limit, cursor);
    }

    protected static Page.Request page() {
        return page(200, Optional.empty());
    }

    private Batch accepted(AccountId account, int total) {
        var batch = samples.batch(account, total, Optional.empty());
        assertThat(rows().accept(batch, samples.jobs(batch), MANY))
                .isEqualTo(new BatchAcceptance.Fresh(batch));
        return batch;
    }

    private Batch keyed(AccountId account, int total, String print) {
        return samples.batch(account, total, Optional.of(new Job.Key("k", print)));
    }

    private List<Job> of(Batch batch) {
        return rows().jobs(batch.id(), Optional.empty(), page()).items();
    }

    private Job running(Job job) {
        return jobs().advance(samples.running(job, "w1")).orElseThrow();
    }

    private Job cancelled(Job job) {
        return jobs().advance(samples.ended(job, Job.State.CANCELLED, Optional.empty()))
                .orElseThrow();
    }

    @Test
    void batchAndJobsAreFoundAsTheyWereAccepted() {
        var batch = keyed(samples.accountId(), 3, "print");
        var all = samples.jobs(batch);

        assertThat(rows().accept(batch, all, MANY)).isEqualTo(new BatchAcceptance.Fresh(batch));

        assertThat(rows().find(batch.id())).contains(batch);
        assertThat(of(batch)).isEqualTo(all.reversed());
        assertThat(jobs().find(all.getFirst().id())).contains(all.getFirst());
        assertThat(jobs().list(batch.account(), Optional.empty(), page()).items())
                .isEqualTo(all.reversed());
        assertThat(jobs().list(batch.account(), Optional.of(Job.State.QUEUED), page()).items())
                .isEqualTo(all.reversed());
        assertThat(jobs().outbox(10)).containsExactlyElementsOf(all);
        assertThat(rows().find(new BatchId(samples.id()))).isEmpty();
    }

    @Test
    void batchOfMoreThanAThousandComesWhole() {
        var batch = accepted(samples.accountId(), 1203);

        var seen = new ArrayList<JobId>();
        var request = page();
        while (true) {
            var some = rows().jobs(batch.id(), Optional.empty(), request);
            some.items().forEach(job -> seen.add(job.id()));
            if (some.next().isEmpty()) break;
            request = page(200, some.next());
        }

        assertThat(seen).doesNotHaveDuplicates().hasSize(1203);
        assertThat(rows().counts(batch)).isEqualTo(new Batch.Counts(1203, 0, 0, 0, 0));
        assertThat(jobs().outbox(2000)).hasSize(1203);
    }

    @Test
    void sameRequestUnderOneKeyIsTheSameBatch() {
        var ann = samples.accountId();
        var batch = keyed(ann, 2, "print");
        rows().accept(batch, samples.jobs(batch), MANY);

        var again = keyed(ann, 2, "print");
        assertThat(rows().accept(again, samples.jobs(again), 1))
                .isEqualTo(new BatchAcceptance.Repeated(batch));
        var other = keyed(ann, 2, "other");
        assertThat(rows().accept(other, samples.jobs(other), MANY))
                .isEqualTo(new BatchAcceptance.KeyTaken());
        var strangers = keyed(samples.accountId(), 2, "print");
        assertThat(rows().accept(strangers, samples.jobs(strangers), MANY))
                .isEqualTo(new BatchAcceptance.Fresh(strangers));

        assertThat(jobs().list(ann, Optional.empty(), page()).items()).hasSize(2);
    }

    @Test
    void withoutAnyRoomOnlyWhatWasAcceptedBeforeIsFound() {
        var ann = samples.accountId();
        var batch = keyed(ann, 2, "print");
        assertThat(rows().accept(batch, samples.jobs(batch), MANY))
                .isEqualTo(new BatchAcceptance.Fresh(batch));

        var again = keyed(ann, 2, "print");
        assertThat(rows().accept(again, samples.jobs(again), Burden.NONE))
                .isEqualTo(new BatchAcceptance.Repeated(batch));
        var other = samples.batch(ann, 2, Optional.of(new Job.Key("l", "print")));
        assertThat(rows().accept(other, samples.jobs(other), Burden.NONE))
                .isInstanceOf(BatchAcceptance.TooMany.class);
        assertThat(rows().find(other.id())).isEmpty();
    }

    @Test
    void deadJobOfABatchFindsRoomAmongBatches() {
        var ann = samples.accountId();
        var job = of(accepted(ann, 2)).getFirst();
        var dead = jobs().advance(samples.failed(running(job), true)).orElseThrow();
        var again = dead.with(Job.Status.NEW.remembering(dead.status().history()));

        assertThat(jobs().reopen(again, Burden.ofJobs(1))).isEqualTo(new Reopening.TooMany(1));
        assertThat(jobs().reopen(again, Burden.ofJobs(2))).isInstanceOf(Reopening.Done.class);
    }

    @Test
    void raceUnderOneKeyMakesOneBatch() throws Exception {
        var ann = samples.accountId();

        var answers =
                AtOnce.run(
                        6,
                        _ -> {
                            var batch = keyed(ann, 30, "print");
                            return rows().accept(batch, samples.jobs(batch), MANY);
                        });

        assertThat(answers).filteredOn(a -> a instanceof BatchAcceptance.Fresh).hasSize(1);
        assertThat(answers).filteredOn(a -> a instanceof BatchAcceptance.Repeated).hasSize(5);
        assertThat(jobs().list(ann, Optional.empty(), page()).items()).hasSize(30);
        assertThat(jobs().outbox(100)).hasSize(30);
        assertThat(rows().list(ann, page()).items()).hasSize(1);
    }

    @Test
    void batchOverTheLimitIsNotAcceptedAtAll() {
        var ann = samples.accountId();
        var first = accepted(ann, 3);
        var second = keyed(ann, 2, "print");

        assertThat(rows().accept(second, samples.jobs(second), 4))
                .isEqualTo(new BatchAcceptance.TooMany(3));
        assertThat(rows().find(second.id())).isEmpty();
        assertThat(jobs().list(ann, Optional.empty(), page()).items()).hasSize(3);

        cancelled(of(first).getFirst());
        assertThat(rows().accept(second, samples.jobs(second), 4))
                .isEqualTo(new BatchAcceptance.Fresh(second));
    }

    @Test
    void batchesAndSingleJobsAreLimitedApart() {
        var ann = samples.accountId();
        accepted(ann, 5);
        var job = samples.job(ann, new PhotoId(samples.id()));

        assertThat(jobs().accept(job, 1)).isEqualTo(new Acceptance.Fresh(job));

        assertThat(jobs().accept(samples.job(ann, new PhotoId(samples.id())), 1))
                .isEqualTo(new Acceptance.TooMany(1));
        var second = samples.batch(ann, 5, Optional.empty());
        assertThat(rows().accept(second, samples.jobs(second), 10))
                .isEqualTo(new BatchAcceptance.Fresh(second));
    }

    @Test
    void countsFollowTheJobs() {
        var batch = accepted(samples.accountId(), 6);
        var all = of(batch);

        running(all.get(0));
        var done = running(all.get(1));
        var result = samples.result(done);
        jobs().finish(
                        samples.ended(done, Job.State.SUCCEEDED, Optional.of(result.id())),
                        result,
                        samples.key(samples.digest()));
        var failed = jobs().advance(samples.failed(running(all.get(2)), true)).orElseThrow();
        cancelled(all.get(3));

        assertThat(rows().counts(batch)).isEqualTo(new Batch.Counts(2, 1, 1, 1, 1));
        assertThat(rows().jobs(batch.id(), Optional.of(Job.State.FAILED), page()).items())
                .containsExactly(failed);
        assertThat(rows().jobs(batch.id(), Optional.of(Job.State.QUEUED), page()).items())
                .hasSize(2);

        jobs().advance(samples.queued(failed));
        assertThat(rows().counts(batch)).isEqualTo(new Batch.Counts(3, 1, 1, 0, 1));
    }

    @Test
    void cancelEndsWhatIsOpenAndSaysWhatWasInHand() {
        var batch = accepted(samples.accountId(), 20);
        var other = accepted(batch.account(), 2);
        var all = of(batch);
        var inHand = running(all.get(0));
        var failed = jobs().advance(samples.failed(running(all.get(1)), false)).orElseThrow();
        long before = jobs().lastEvent(batch.account());

        assertThat(rows().cancel(batch)).containsExactly(inHand.id());

        assertThat(rows().counts(batch)).isEqualTo(new Batch.Counts(0, 0, 0, 1, 19));
        assertThat(rows().counts(other)).isEqualTo(new Batch.Counts(2, 0, 0, 0, 0));
        assertThat(rows().counts(List.of(other, batch)))
                .containsOnly(
                        entry(batch.id(), rows().counts(batch)),
                        entry(other.id(), rows().counts(other)));
        assertThat(rows().counts(List.of())).isEmpty();
        assertThat(jobs().find(failed.id())).contains(failed);
        var stopped = jobs().find(inHand.id()).orElseThrow();
        assertThat(stopped.version()).isEqualTo(inHand.version() + 1);
        assertThat(stopped.status().finished()).isPresent();
        assertThat(stopped.status().worker()).contains("w1");
        assertThat(jobs().advance(samples.failed(inHand, true))).isEmpty();
        assertThat(jobs().outbox(100)).hasSize(2);
        assertThat(jobs().events(batch.account(), before, 100)).hasSize(19);
        assertThat(rows().cancel(batch)).isEmpty();
        assertThat(jobs().events(batch.account(), before, 100)).hasSize(19);
    }

    @Test
    void jobsOfABatchAreAnnouncedWhenTheyBegin() {
        var batch = accepted(samples.accountId(), 3);
        assertThat(jobs().events(batch.account(), 0, 10)).isEmpty();

        var job = running(of(batch).getLast());

        assertThat(jobs().events(batch.account(), 0, 10))
                .extracting(JobEvent::job)
                .containsExactly(job.id());
    }

    @Test
    void removedPhotoCancelsItsJobInABatch() {
        var batch = samples.batch(samples.accountId(), 2, Optional.empty());
        var photo = samples.photo(batch.account());
        photos().add(photo);
        rows().accept(
                        batch,
                        List.of(
                                samples.job(batch, 0, photo.id()),
                                samples.job(batch, 1, new PhotoId(samples.id()))),
                        MANY);

        photos().remove(photo.id());

        assertThat(rows().counts(batch)).isEqualTo(new Batch.Counts(1, 0, 0, 0, 1));
    }

    @Test
    void pagesHoldEveryBatchOfTheAccountOnceNewestFirst() {
        var ann = samples.accountId();
        var all = new ArrayList<Batch>();
        for (int i = 0; i < 5; i++) all.addFirst(accepted(ann, 1));
        accepted(samples.accountId(), 1);

        var seen = new ArrayList<Batch>();
        var request = page(2, Optional.empty());
        for (int i = 0; i < 3; i++) {
            var some = rows().list(ann, request);
            seen.addAll(some.items());
            assertThat(some.next().isPresent()).isEqualTo(i < 2);
            request = page(2, some.next());
        }

        assertThat(seen).isEqualTo(all);
    }

    @Test
    void bulkJobsWaitApartFromUrgentOnes() {
        var ann = samples.accountId();
        accepted(ann, 10);
        var urgent = samples.job(ann, new PhotoId(samples.id()));
        jobs().accept(urgent, MANY);

        assertThat(jobs().waiting(Job.Priority.NORMAL, ann, 5)).containsExactly(urgent);
        assertThat(jobs().waiting(Job.Priority.BULK, ann, 100)).hasSize(10);
        assertThat(jobs().outbox(100)).hasSize(11);

        var all = jobs().outbox(100).stream().map(Job::id).toList();
        jobs().dispatched(all, clock.instant());
        assertThat(jobs().outbox(100)).isEmpty();
        assertThat(jobs().waitingAccounts(Job.Priority.BULK, "", 5)).isEmpty();
        assertThat(jobs().inQueue()).isEqualTo(11);
        clock.advance(java.time.Duration.ofMinutes(1));
        assertThat(jobs().requeueStale(clock.instant(), 100)).isEqualTo(11);
        assertThat(jobs().waiting(Job.Priority.NORMAL, ann, 5)).containsExactly(urgent);
        assertThat(jobs().outbox(100)).hasSize(11);
    }

    @Test
    void batchThatWeighsTooMuchBesidesOthersIsRefused() {
        var ann = samples.accountId();
        var most = new Burden(MANY, 4 * Samples.WEIGHT.cost(), Long.MAX_VALUE);
        var first = samples.batch(ann, 5, Optional.empty());
        var second = samples.batch(ann, 1, Optional.empty());
        var theirs = samples.batch(samples.accountId(), 1, Optional.empty());

        // One that is alone is never too heavy.
        assertThat(rows().accept(first, samples.jobs(first), most))
                .isEqualTo(new BatchAcceptance.Fresh(first));
        assertThat(rows().accept(second, samples.jobs(second), most))
                .isInstanceOf(BatchAcceptance.TooHeavy.class);
        assertThat(rows().find(second.id())).isEmpty();
        assertThat(rows().accept(theirs, samples.jobs(theirs), most))
                .isEqualTo(new BatchAcceptance.Fresh(theirs));
        rows().cancel(first);
        assertThat(rows().accept(second, samples.jobs(second), most))
                .isEqualTo(new BatchAcceptance.Fresh(second));
    }

    @Test
    void photosAreFoundManyAtOnce() {
        var ann = samples.accountId();
        var all = new ArrayList<PhotoId>();
        for (int i = 0; i < 203; i++) {
            var photo = samples.photo(ann);
            photos().add(photo);
            all.add(photo.id());
        }
        var missing = new PhotoId(samples.id());
        var asked = new ArrayList<>(all);
        asked.add(100, missing);

        assertThat(photos().findAll(asked))
                .extracting(Photo::id)
                .containsExactlyInAnyOrderElementsOf(all);
        assertThat(photos().findAll(List.of())).isEmpty();
        assertThat(photos().findAll(List.of(missing))).isEmpty();
    }
}
