package safelight.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import safelight.base.AccountId;
import safelight.base.AtOnce;
import safelight.base.JobId;
import safelight.base.Page;
import safelight.base.PhotoId;

/// What every engine's jobs and outbox do.
public abstract class JobRowsContract extends JobLogContract {
    /// Whether the limit of open jobs holds against requests at the same moment.
    protected boolean countsExactly() {
        return true;
    }

    @Test
    void jobIsFoundAsItWasAccepted() {
        var job = accepted(samples.keyed(samples.accountId(), "k", "print"));

        assertThat(rows().find(job.id())).contains(job);
        assertThat(rows().find(new JobId(samples.id()))).isEmpty();
    }

    @Test
    void sameRequestUnderOneKeyIsTheSameJob() {
        var ann = samples.accountId();
        var job = accepted(samples.keyed(ann, "k", "print"));

        assertThat(rows().accept(samples.keyed(ann, "k", "print"), 1000))
                .isEqualTo(new Acceptance.Repeated(job));
        assertThat(rows().accept(samples.keyed(ann, "k", "other"), 1000))
                .isEqualTo(new Acceptance.KeyTaken());
        accepted(samples.keyed(samples.accountId(), "k", "print"));
    }

    @Test
    void withoutAnyRoomOnlyWhatWasAcceptedBeforeIsFound() {
        var ann = samples.accountId();
        var job = accepted(samples.keyed(ann, "k", "print"));
        var other = samples.keyed(ann, "l", "print");

        assertThat(rows().accept(samples.keyed(ann, "k", "print"), Burden.NONE))
                .isEqualTo(new Acceptance.Repeated(job));
        assertThat(rows().accept(samples.keyed(ann, "k", "other"), Burden.NONE))
                .isEqualTo(new Acceptance.KeyTaken());
        assertThat(rows().accept(other, Burden.NONE)).isInstanceOf(Acceptance.TooMany.class);
        assertThat(rows().accept(other, 1000)).isEqualTo(new Acceptance.Fresh(other));
    }

    @Test
    void repeatedRequestSeesHowFarItsJobIs() {
        var ann = samples.accountId();
        var running = advanced(samples.running(accepted(samples.keyed(ann, "k", "p")), "w1"));

        assertThat(rows().accept(samples.keyed(ann, "k", "p"), 1))
                .isEqualTo(new Acceptance.Repeated(running));
    }

    @Test
    void raceUnderOneKeyMakesOneJob() throws Exception {
        var ann = samples.accountId();

        var answers = AtOnce.run(8, _ -> rows().accept(samples.keyed(ann, "k", "print"), 1000));

        assertThat(answers).filteredOn(a -> a instanceof Acceptance.Fresh).hasSize(1);
        assertThat(answers).filteredOn(a -> a instanceof Acceptance.Repeated).hasSize(7);
        assertThat(rows().outbox(10)).hasSize(1);
    }

    @Test
    void openJobsAreLimitedAndDoneOnesAreNot() {
        var ann = samples.accountId();
        var first = accepted(ann);
        accepted(ann);
        var third = samples.job(ann, new PhotoId(samples.id()));

        assertThat(rows().accept(third, 2)).isEqualTo(new Acceptance.TooMany(2));
        assertThat(rows().find(third.id())).isEmpty();
        advanced(samples.ended(first, Job.State.CANCELLED, Optional.empty()));

        assertThat(rows().accept(third, 2)).isEqualTo(new Acceptance.Fresh(third));
    }

    @Test
    void thumbnailsNeitherCountNorAreRefused() {
        var ann = samples.accountId();
        for (int i = 0; i < 3; i++) {
            var thumbnail = thumbnail(ann);
            assertThat(rows().accept(thumbnail, 1)).isEqualTo(new Acceptance.Fresh(thumbnail));
        }
        var edit = samples.job(ann, new PhotoId(samples.id()));

        assertThat(rows().accept(edit, 1)).isEqualTo(new Acceptance.Fresh(edit));
    }

    @Test
    void limitHoldsInARace() throws Exception {
        var ann = samples.accountId();

        var answers =
                AtOnce.run(16, _ -> rows().accept(samples.job(ann, new PhotoId(samples.id())), 5));

        assertThat(answers)
                .filteredOn(a -> a instanceof Acceptance.Fresh)
                .hasSizeBetween(5, countsExactly() ? 5 : 16);
        assertThat(rows().accept(samples.job(ann, new PhotoId(samples.id())), 5))
                .isInstanceOf(Acceptance.TooMany.class);
    }

    @Test
    void advanceKeepsEveryPartOfTheStatus() {
        var job = accepted(samples.accountId());

        var running = advanced(samples.running(job, "w1"));
        assertThat(running.version()).isEqualTo(1);
        assertThat(rows().find(job.id())).contains(running);

        var failed = advanced(samples.failed(running, true));
        assertThat(failed.version()).isEqualTo(2);
        assertThat(rows().find(job.id())).contains(failed);
    }

    @Test
    void advanceFromAnOldVersionChangesNothing() {
        var job = accepted(samples.accountId());
        var running = advanced(samples.running(job, "w1"));
        long events = rows().lastEvent(job.order().account());

        assertThat(rows().advance(samples.running(job, "w2"))).isEmpty();

        assertThat(rows().find(job.id())).contains(running);
        assertThat(rows().lastEvent(job.order().account())).isEqualTo(events);
        assertThat(rows().advance(samples.job(samples.accountId(), new PhotoId(samples.id()))))
                .isEmpty();
    }

    @Test
    void raceOnOneVersionHasOneWinner() throws Exception {
        var job = accepted(samples.accountId());

        var answers = AtOnce.run(2, i -> rows().advance(samples.running(job, "w" + i)));

        assertThat(answers).filteredOn(Optional::isPresent).hasSize(1);
        assertThat(rows().find(job.id()).orElseThrow().version()).isEqualTo(1);
    }

    @Test
    void finishAddsPhotoAndRenditionWithTheRow() {
        var source = samples.photo(samples.accountId());
        photos().add(source);
        var job = accepted(samples.job(source.account(), source.id()));
        var running = advanced(samples.running(job, "w1"));
        var result = samples.result(job);
        var key = samples.key(source.digest());
        var next = samples.ended(running, Job.State.SUCCEEDED, Optional.of(result.id()));

        var done = rows().finish(next, result, key).orElseThrow();

        assertThat(rows().find(job.id())).contains(done);
        assertThat(done.status()).isEqualTo(next.status());
        assertThat(photos().find(result.id())).contains(result);
        assertThat(photos().rendition(key).orElseThrow().digest()).isEqualTo(result.digest());
        assertThat(rows().finish(next, samples.result(job), key)).isEmpty();
        assertThat(photos().list(source.account(), new Page.Request(10, Optional.empty())).items())
                .hasSize(2);
    }

    @Test
    void unlistedJobThatWasCancelledLeavesNoRendition() {
        var source = samples.photo(samples.accountId());
        photos().add(source);
        var job = accepted(samples.job(source.account(), source.id()));
        var running = advanced(samples.running(job, "w1"));
        var key = samples.key(source.digest());
        var made = new Rendition(samples.digest(), "jpeg", 4, 3, 12);
        var next = samples.ended(running, Job.State.SUCCEEDED, Optional.empty());
        photos().remove(source.id());

        assertThat(rows().finishUnlisted(next, key, made)).isEmpty();

        assertThat(photos().rendition(key)).isEmpty();
        assertThat(photos().isUsed(made.digest())).isFalse();
    }

    @Test
    void unlistedJobRecordsItsRenditionWithTheRow() {
        var source = samples.photo(samples.accountId());
        photos().add(source);
        var job = accepted(samples.job(source.account(), source.id()));
        var key = samples.key(source.digest());
        var made = new Rendition(samples.digest(), "jpeg", 4, 3, 12);

        var done =
                rows().finishUnlisted(
                                samples.ended(job, Job.State.SUCCEEDED, Optional.empty()),
                                key,
                                made);

        assertThat(rows().find(job.id())).isEqualTo(done).isPresent();
        assertThat(photos().rendition(key)).contains(made);
    }

    @Test
    void secondJobWithTheSameRenditionFinishesToo() {
        var source = samples.photo(samples.accountId());
        photos().add(source);
        var key = samples.key(source.digest());
        for (int i = 0; i < 2; i++) {
            var job = accepted(samples.job(source.account(), source.id()));
            var result = samples.result(job);
            var next = samples.ended(job, Job.State.SUCCEEDED, Optional.of(result.id()));
            assertThat(rows().finish(next, result, key)).isPresent();
        }
    }

    @Test
    void jobStaysInTheOutboxUntilDispatched() {
        var first = accepted(samples.accountId());
        var second = accepted(samples.accountId());

        assertThat(rows().outbox(10)).containsExactly(first, second);
        assertThat(rows().outbox(1)).containsExactly(first);
        dispatch(first);
        assertThat(rows().outbox(10)).containsExactly(second);
        dispatch(first, second);
        rows().dispatched(List.of(), clock.instant());
        assertThat(rows().outbox(10)).isEmpty();
    }

    @Test
    void jobsWaitByAccountAndLane() {
        var ann = samples.accountId();
        var bob = samples.accountId();
        var first = accepted(samples.weighing(ann, Job.Priority.NORMAL, 1));
        var second = accepted(samples.weighing(ann, Job.Priority.NORMAL, 2));
        var urgent = accepted(samples.weighing(ann, Job.Priority.INTERACTIVE, 3));
        var his = accepted(samples.weighing(bob, Job.Priority.NORMAL, 4));

        assertThat(rows().waitingAccounts(Job.Priority.NORMAL, "", 9)).containsExactly(ann, bob);
        assertThat(rows().waitingAccounts(Job.Priority.NORMAL, "", 1)).containsExactly(ann);
        assertThat(rows().waitingAccounts(Job.Priority.NORMAL, ann.value(), 9))
                .containsExactly(bob);
        assertThat(rows().waitingAccounts(Job.Priority.INTERACTIVE, "", 9)).containsExactly(ann);
        assertThat(rows().waitingAccounts(Job.Priority.BULK, "", 9)).isEmpty();
        assertThat(rows().waiting(Job.Priority.NORMAL, ann, 9)).containsExactly(first, second);
        assertThat(rows().waiting(Job.Priority.NORMAL, ann, 1)).containsExactly(first);
        assertThat(rows().waiting(Job.Priority.INTERACTIVE, ann, 9)).containsExactly(urgent);
        assertThat(rows().waiting(9)).isEqualTo(new Burden(4, 10, 10));

        dispatch(first, second, his);
        assertThat(rows().waitingAccounts(Job.Priority.NORMAL, "", 9)).isEmpty();
        assertThat(rows().waiting(9)).isEqualTo(new Burden(1, 3, 3));
        var again = accepted(samples.weighing(bob, Job.Priority.NORMAL, 5));
        assertThat(rows().waitingAccounts(Job.Priority.NORMAL, "", 9)).containsExactly(bob);
        assertThat(rows().waiting(Job.Priority.NORMAL, bob, 9)).containsExactly(again);
    }

    @Test
    void openJobsAreLimitedByWhatTheyWeigh() {
        var ann = samples.accountId();
        var most = new Burden(10, 100, 1_000);
        var first = samples.weighing(ann, Job.Priority.NORMAL, 90);
        var second = samples.weighing(ann, Job.Priority.NORMAL, 11);
        var alone = samples.weighing(samples.accountId(), Job.Priority.NORMAL, 5_000);

        assertThat(rows().accept(first, most)).isEqualTo(new Acceptance.Fresh(first));
        assertThat(rows().accept(second, most))
                .isEqualTo(new Acceptance.TooHeavy(new Burden(1, 90, 90)));
        assertThat(rows().find(second.id())).isEmpty();
        assertThat(rows().accept(alone, most)).isEqualTo(new Acceptance.Fresh(alone));
        advanced(samples.ended(first, Job.State.CANCELLED, Optional.empty()));
        assertThat(rows().accept(second, most)).isEqualTo(new Acceptance.Fresh(second));
    }

    private Job dead(Job job) {
        return advanced(samples.failed(advanced(samples.running(job, "w1")), true));
    }

    private static Job again(Job job) {
        return job.with(Job.Status.NEW.remembering(job.status().history()));
    }

    @Test
    void deadJobIsOpenAgainIfThereIsRoomForIt() {
        var ann = samples.accountId();
        var job = dead(accepted(ann));
        accepted(ann);

        assertThat(rows().reopen(again(job), Burden.ofJobs(1))).isEqualTo(new Reopening.TooMany(1));
        assertThat(rows().find(job.id())).contains(job);
        var open = new Job(job.id(), job.order(), again(job).status(), job.version() + 1);
        assertThat(rows().reopen(again(job), Burden.ofJobs(2))).isEqualTo(new Reopening.Done(open));
        assertThat(rows().find(job.id())).contains(open);
        assertThat(rows().outbox(9)).extracting(Job::id).contains(job.id());
        assertThat(rows().reopen(again(job), Burden.ofJobs(9))).isEqualTo(new Reopening.Changed());
        assertThat(rows().accept(samples.job(ann, new PhotoId(samples.id())), 2))
                .isEqualTo(new Acceptance.TooMany(2));
    }

    @Test
    void deadJobThatIsTooHeavyBesidesOthersStaysDead() {
        var ann = samples.accountId();
        var most = new Burden(10, 100, 1_000);
        var job = dead(accepted(samples.weighing(ann, Job.Priority.NORMAL, 11)));
        var alone = dead(accepted(samples.weighing(samples.accountId(), Job.Priority.NORMAL, 999)));
        var other = accepted(samples.weighing(ann, Job.Priority.NORMAL, 90));

        assertThat(rows().reopen(again(job), most))
                .isEqualTo(new Reopening.TooHeavy(new Burden(1, 90, 90)));
        assertThat(rows().reopen(again(alone), most)).isInstanceOf(Reopening.Done.class);
        advanced(samples.ended(other, Job.State.CANCELLED, Optional.empty()));
        assertThat(rows().reopen(again(job), most)).isInstanceOf(Reopening.Done.class);
    }

    @Test
    void jobThatEndsLeavesTheOutbox() {
        var job = accepted(samples.accountId());

        advanced(samples.ended(job, Job.State.CANCELLED, Optional.empty()));

        assertThat(rows().outbox(10)).isEmpty();
    }

    @Test
    void changeToQueuedPutsTheJobInTheOutboxAgain() {
        var job = accepted(samples.accountId());
        dispatch(job);
        var dead = advanced(samples.failed(advanced(samples.running(job, "w1")), true));
        assertThat(rows().outbox(10)).isEmpty();

        var again = advanced(samples.queued(dead));

        assertThat(rows().outbox(10)).containsExactly(again);
    }

    @Test
    void staleJobsComeBackToTheOutbox() {
        var lost = accepted(samples.accountId());
        var orphan = accepted(samples.accountId());
        var done = accepted(samples.accountId());
        dispatch(lost, orphan, done);
        var running = advanced(samples.running(orphan, "w1"));
        advanced(samples.ended(done, Job.State.CANCELLED, Optional.empty()));
        clock.advance(MINUTE);
        var fresh = accepted(samples.accountId());
        dispatch(fresh);

        assertThat(rows().requeueStale(clock.instant().minus(Duration.ofSeconds(30)), 10))
                .isEqualTo(2);

        assertThat(rows().outbox(10)).containsExactly(lost, running);
        assertThat(rows().requeueStale(clock.instant(), 0)).isZero();
    }

    @Test
    void jobThatChangesIsNotStale() {
        var job = accepted(samples.accountId());
        dispatch(job);
        clock.advance(MINUTE);
        advanced(samples.running(job, "w1"));

        assertThat(rows().requeueStale(clock.instant().minus(Duration.ofSeconds(30)), 10)).isZero();
    }

    @Test
    void requeueingKeepsToItsLimit() {
        for (int i = 0; i < 5; i++) dispatch(accepted(samples.accountId()));
        clock.advance(MINUTE);

        assertThat(rows().requeueStale(clock.instant(), 3)).isEqualTo(3);
        assertThat(rows().requeueStale(clock.instant(), 3)).isEqualTo(2);
        assertThat(rows().requeueStale(clock.instant(), 3)).isZero();
        assertThat(rows().outbox(10)).hasSize(5);
    }

    @Test
    void runningOnNamesTheWorkersJobs() {
        var mine = advanced(samples.running(accepted(samples.accountId()), "w1"));
        advanced(samples.running(accepted(samples.accountId()), "w2"));
        var done = advanced(samples.running(accepted(samples.accountId()), "w1"));
        advanced(samples.failed(done, false));

        assertThat(rows().runningOn("w1")).containsExactly(mine);
    }

    @Test
    void listPagesThroughOwnJobsByState() {
        var ann = samples.accountId();
        var failed = new ArrayList<JobId>();
        var all = new ArrayList<JobId>();
        for (int i = 0; i < 12; i++) {
            var job = accepted(ann);
            all.add(job.id());
            accepted(samples.accountId());
            accepted(thumbnail(ann));
            if (i % 2 == 1) continue;
            advanced(samples.failed(job, true));
            failed.add(job.id());
        }

        assertThat(paged(ann, Optional.empty(), 5)).containsExactlyElementsOf(all.reversed());
        assertThat(paged(ann, Optional.of(Job.State.FAILED), 4))
                .containsExactlyElementsOf(failed.reversed());
        assertThat(paged(ann, Optional.of(Job.State.RUNNING), 4)).isEmpty();
    }

    private List<JobId> paged(AccountId account, Optional<Job.State> state, int limit) {
        var seen = new ArrayList<JobId>();
        var page = rows().list(account, state, new Page.Request(limit, Optional.empty()));
        page.items().forEach(job -> seen.add(job.id()));
        while (page.next().isPresent()) {
            page = rows().list(account, state, new Page.Request(limit, page.next()));
            page.items().forEach(job -> seen.add(job.id()));
        }
        return seen;
    }

    @Test
    void deadListsThoseOfOneAccount() {
        var ann = samples.accountId();
        var first = advanced(samples.failed(accepted(ann), true));
        advanced(samples.failed(accepted(samples.accountId()), true));
        advanced(samples.failed(accepted(ann), false));
        var second = advanced(samples.failed(accepted(ann), true));

        var page = rows().dead(Optional.of(ann), new Page.Request(1, Optional.empty()));

        assertThat(page.items()).containsExactly(second);
        assertThat(rows().dead(Optional.of(ann), new Page.Request(5, page.next())).items())
                .containsExactly(first);
        advanced(samples.queued(second));
        assertThat(rows().dead(Optional.of(ann), new Page.Request(5, Optional.empty())).items())
                .containsExactly(first);
    }

    @Test
    void deadListsRetryableFailuresOfEverybody() {
        var first = advanced(samples.failed(accepted(samples.accountId()), true));
        advanced(samples.failed(accepted(samples.accountId()), false));
        var second = advanced(samples.failed(accepted(samples.accountId()), true));
        accepted(samples.accountId());

        var page = rows().dead(Optional.empty(), new Page.Request(1, Optional.empty()));
        assertThat(page.items()).containsExactly(second);
        assertThat(rows().dead(Optional.empty(), new Page.Request(1, page.next())).items())
                .containsExactly(first);
        assertThatThrownBy(
                        () -> rows().dead(Optional.empty(), new Page.Request(1, Optional.of("?"))))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
