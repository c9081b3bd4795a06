package safelight.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import safelight.base.AccountId;
import safelight.base.AtOnce;
import safelight.base.HandClock;
import safelight.base.Page;
import safelight.base.PhotoId;

/// What every engine's log of changes does, and what it does with jobs of another installation. The
/// jobs themselves: [JobRowsContract].
abstract class JobLogContract {
    static final Duration MINUTE = Duration.ofMinutes(1);
    private static final int WRITERS = 6;
    private static final int CHANGES = 40;

    protected final HandClock clock = new HandClock(Instant.parse("2026-01-01T00:00:00.123456Z"));
    final Samples samples = new Samples(clock);

    /// Rows with nothing in them, the same ones during a test; they date changes by `clock`.
    protected abstract JobRows rows();

    /// The photos beside them.
    protected abstract PhotoRows photos();

    /// Whether the engine forgets changes when it is asked, and not by itself.
    protected boolean forgetsWhenAsked() {
        return true;
    }

    Job accepted(Job job) {
        assertThat(rows().accept(job, 1000)).isEqualTo(new Acceptance.Fresh(job));
        return job;
    }

    Job accepted(AccountId account) {
        return accepted(samples.job(account, new PhotoId(samples.id())));
    }

    Job advanced(Job next) {
        return rows().advance(next).orElseThrow();
    }

    Job thumbnail(AccountId account) {
        return samples.job(
                account, new PhotoId(samples.id()), Job.Purpose.THUMBNAIL, Optional.empty());
    }

    void dispatch(Job... jobs) {
        rows().dispatched(List.of(jobs).stream().map(Job::id).toList(), clock.instant());
    }

    @Test
    void everyChangeIsAnEventOfItsAccount() {
        var ann = samples.accountId();
        var bob = samples.accountId();
        assertThat(rows().lastEvent(ann)).isZero();
        var job = accepted(ann);
        accepted(bob);
        advanced(samples.running(accepted(thumbnail(ann)), "w1"));
        var other = accepted(ann);
        advanced(samples.running(job, "w1"));

        var events = rows().events(ann, 0, 10);

        assertThat(events)
                .extracting(JobEvent::job)
                .containsExactly(job.id(), other.id(), job.id());
        assertThat(events).extracting(JobEvent::sequence).isSorted().doesNotHaveDuplicates();
        assertThat(rows().lastEvent(ann)).isEqualTo(events.getLast().sequence());
        assertThat(rows().events(bob, 0, 10)).hasSize(1);
    }

    @Test
    void eventsResumeWhereAClientStopped() {
        var ann = samples.accountId();
        for (int i = 0; i < 5; i++) accepted(ann);

        var first = rows().events(ann, 0, 2);
        var rest = rows().events(ann, first.getLast().sequence(), 10);

        assertThat(first).hasSize(2);
        assertThat(rest).hasSize(3);
        assertThat(rows().events(ann, rest.getLast().sequence(), 10)).isEmpty();
    }

    @Test
    void forgottenNumbersAreNotUsedAgain() {
        var ann = samples.accountId();
        accepted(ann);
        accepted(ann);
        long last = rows().lastEvent(ann);
        clock.advance(MINUTE);

        assertThat(rows().forgetEvents(clock.instant())).isEqualTo(forgetsWhenAsked() ? 2 : 0);
        assertThat(rows().forgetEvents(clock.instant())).isZero();
        var next = accepted(ann);

        assertThat(rows().events(ann, last, 10))
                .extracting(JobEvent::job)
                .containsExactly(next.id());
    }

    @Test
    void readerOfChangesMissesNoneWhileManyWrite() throws Exception {
        var ann = samples.accountId();
        var writing = new AtomicInteger(WRITERS);

        var seen =
                AtOnce.run(
                        WRITERS + 1, i -> i == 0 ? followed(ann, writing) : written(ann, writing));

        assertThat(seen.getFirst()).containsExactlyElementsOf(rows().events(ann, 0, 10_000));
        assertThat(seen.getFirst()).hasSize(WRITERS * CHANGES);
    }

    private List<JobEvent> written(AccountId account, AtomicInteger writing) {
        try {
            for (int i = 0; i < CHANGES / 2; i++)
                advanced(samples.running(accepted(account), "w1"));
            return List.of();
        } finally {
            writing.decrementAndGet();
        }
    }

    /// What a client hears that always asks for what comes after the last.
    private List<JobEvent> followed(AccountId account, AtomicInteger writing) {
        var seen = new ArrayList<JobEvent>();
        while (true) {
            boolean isLast = writing.get() == 0;
            long last = seen.isEmpty() ? 0 : seen.getLast().sequence();
            seen.addAll(rows().events(account, last, 50));
            if (isLast && rows().lastEvent(account) == seen.getLast().sequence()) return seen;
        }
    }

    @Test
    void changesOfOneAccountAtOnceAllSucceed() throws Exception {
        var source = samples.photo(samples.accountId());
        photos().add(source);
        var jobs = new ArrayList<Job>();
        for (int i = 0; i < 8; i++) jobs.add(accepted(samples.job(source.account(), source.id())));
        var ids = jobs.stream().map(Job::id).toList();

        AtOnce.run(
                12,
                i -> {
                    switch (i) {
                        case 8 -> rows().dispatched(ids.reversed(), clock.instant());
                        case 9 -> rows().requeueStale(clock.instant().plus(MINUTE), 100);
                        case 10 -> photos().remove(source.id());
                        case 11 -> rows().forgetEvents(clock.instant().plus(MINUTE));
                        default -> rows().advance(samples.running(jobs.get(i), "w" + i));
                    }
                    return i;
                });

        for (var id : ids)
            assertThat(rows().find(id).orElseThrow().status().state())
                    .isEqualTo(Job.State.CANCELLED);
        assertThat(rows().outbox(10)).isEmpty();
    }

    /// As it stands in another installation, after some changes there.
    private Job elsewhere(Job job) {
        return new Job(job.id(), job.order(), job.status(), 7);
    }

    @Test
    void restoredJobIsAsItWas() {
        var ann = samples.accountId();
        var photo = new PhotoId(samples.id());
        var done =
                elsewhere(
                        samples.ended(
                                samples.running(samples.keyed(ann, "k", "print"), "w1"),
                                Job.State.SUCCEEDED,
                                Optional.of(new PhotoId(samples.id()))));
        var dead = elsewhere(samples.failed(samples.running(samples.job(ann, photo), "w1"), true));

        rows().restore(done);
        rows().restore(dead);

        assertThat(rows().find(done.id())).contains(done);
        assertThat(rows().find(dead.id())).contains(dead);
        assertThat(
                        rows().list(ann, Optional.empty(), new Page.Request(9, Optional.empty()))
                                .items())
                .containsExactly(dead, done);
        assertThat(rows().dead(Optional.empty(), new Page.Request(9, Optional.empty())).items())
                .containsExactly(dead);
        assertThat(rows().accept(samples.keyed(ann, "k", "print"), 1000))
                .isEqualTo(new Acceptance.Repeated(done));
        assertThat(rows().outbox(9)).isEmpty();
        assertThat(rows().events(ann, 0, 9)).isEmpty();
    }

    @Test
    void restoredOpenJobIsInTheOutboxAndGoesOn() {
        var queued = elsewhere(samples.job(samples.accountId(), new PhotoId(samples.id())));
        rows().restore(queued);

        assertThat(rows().outbox(9)).containsExactly(queued);
        dispatch(queued);
        assertThat(rows().outbox(9)).isEmpty();
        assertThat(rows().inQueue()).isEqualTo(1);
        var running = advanced(samples.running(queued, "w1"));
        assertThat(running.version()).isEqualTo(8);
        assertThat(rows().events(queued.order().account(), 0, 9))
                .extracting(JobEvent::job)
                .containsExactly(queued.id());
    }

    @Test
    void restoredRunningJobIsQueuedWithItsAttempts() {
        var running =
                elsewhere(samples.running(samples.keyed(samples.accountId(), "k", "p"), "w1"));

        rows().restore(running);

        var restored = rows().find(running.id()).orElseThrow();
        assertThat(restored).isEqualTo(running.restored());
        assertThat(restored.status().state()).isEqualTo(Job.State.QUEUED);
        assertThat(restored.status().attempt()).isEqualTo(1);
        assertThat(restored.status().worker()).isEmpty();
        assertThat(rows().busyWorkers()).isEmpty();
        assertThat(rows().outbox(9)).containsExactly(restored);
    }

    @Test
    void restoringAgainChangesNothing() {
        var job = samples.keyed(samples.accountId(), "k", "p");
        rows().restore(job);
        dispatch(job);
        var running = advanced(samples.running(job, "w1"));

        rows().restore(job);

        assertThat(rows().find(job.id())).contains(running);
        assertThat(rows().outbox(9)).isEmpty();
    }

    @Test
    void restoreLeavesTheIdempotencyKeyToWhoHasIt() {
        var ann = samples.accountId();
        var first = accepted(samples.keyed(ann, "k", "p"));
        var second = samples.keyed(ann, "k", "p");

        rows().restore(second);

        assertThat(rows().find(second.id())).isEmpty();
        assertThat(rows().outbox(9)).containsExactly(first);
    }
}
