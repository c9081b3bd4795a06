package safelight.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import safelight.base.Backoff;
import safelight.base.Problem;
import safelight.catalog.Job;
import safelight.catalog.Job.State;

class AttemptsTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final Problem PASSING = Problem.passing("SL-X-01", 503, "Away", "Away now.");
    private static final Problem LASTING = Problem.of("SL-X-02", 422, "Bad", "Bad photo.");

    private final Attempts attempts =
            new Attempts(
                    new JobSettings(
                            Duration.ofSeconds(60),
                            Duration.ofSeconds(5),
                            3,
                            5,
                            Duration.ofHours(1),
                            100,
                            JobSettings.OpenMost.ofJobs(100, 100),
                            new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(1))));

    private Job.Status started(Job.Status from) {
        return attempts.started(from, "worker-1", NOON);
    }

    @Test
    void startCountsAnAttemptAndKeepsTheFirstStartsTime() {
        var first = started(Job.Status.NEW);
        var second = attempts.started(first, "worker-2", NOON.plusSeconds(9));

        assertThat(second.attempt()).isEqualTo(2);
        assertThat(second.started()).contains(NOON);
        assertThat(second.worker()).contains("worker-2");
        assertThat(second.state()).isEqualTo(State.RUNNING);
    }

    @Test
    void lastingProblemEndsTheJobAtOnceAndIsNoDeadJob() {
        var ended = attempts.failed(started(Job.Status.NEW), LASTING, NOON);

        assertThat(ended.state()).isEqualTo(State.FAILED);
        assertThat(ended.error().orElseThrow().code()).isEqualTo("SL-X-02");
        assertThat(Attempts.isDead(ended)).isFalse();
    }

    @Test
    void thirdStrikeMakesADeadJob() {
        var status = Job.Status.NEW;
        for (int i = 0; i < 2; i++) {
            status = attempts.failed(started(status), PASSING, NOON);
            assertThat(status.state()).isEqualTo(State.RUNNING);
            assertThat(status.worker()).isEmpty();
        }
        status = attempts.abandoned(started(status), true, NOON);

        assertThat(status.state()).isEqualTo(State.FAILED);
        assertThat(status.error().orElseThrow().code()).isEqualTo("SL-JOB-06");
        assertThat(Attempts.isDead(status)).isTrue();
    }

    @Test
    void killsFromOutsideAreNoStrikesButEndAfterManyAttempts() {
        var status = Job.Status.NEW;
        for (int i = 0; i < 4; i++) {
            status = attempts.abandoned(started(status), false, NOON);
            assertThat(status.state()).isEqualTo(State.RUNNING);
            assertThat(status.strikes()).isZero();
        }
        status = attempts.abandoned(started(status), false, NOON);

        assertThat(status.error().orElseThrow().code()).isEqualTo("SL-JOB-07");
        assertThat(Attempts.isDead(status)).isTrue();
    }

    @Test
    void hinderedJobKeepsTheTrueReason() {
        var status = Job.Status.NEW;
        for (int i = 0; i < 100; i++) status = attempts.hindered(started(status), PASSING, NOON);
        assertThat(status.state()).isEqualTo(State.RUNNING);
        status = attempts.hindered(started(status), PASSING, NOON.plus(Duration.ofHours(1)));

        assertThat(status.error().orElseThrow().code()).isEqualTo("SL-X-01");
        assertThat(Attempts.isDead(status)).isTrue();
        assertThat(attempts.hindered(started(Job.Status.NEW), LASTING, NOON).state())
                .isEqualTo(State.FAILED);
    }

    @Test
    void patienceBeginsWithTheFirstHindranceInARow() {
        var cut = attempts.abandoned(started(Job.Status.NEW), false, NOON);
        var later = NOON.plus(Duration.ofDays(3));

        var status = attempts.hindered(attempts.started(cut, "worker-1", later), PASSING, later);
        assertThat(status.state()).isEqualTo(State.RUNNING);

        var end = later.plus(Duration.ofHours(1));
        status = attempts.hindered(attempts.started(status, "worker-1", end), PASSING, end);
        assertThat(Attempts.isDead(status)).isTrue();
    }

    @Test
    void whatStorageFailedCountsForNoKill() {
        var status = Job.Status.NEW;
        for (int i = 0; i < 9; i++) status = attempts.hindered(started(status), PASSING, NOON);

        assertThat(Attempts.isSuspect(status)).isFalse();
        for (int i = 0; i < 4; i++) status = attempts.abandoned(started(status), false, NOON);
        assertThat(status.state()).isEqualTo(State.RUNNING);
    }

    @Test
    void strikeOrASecondUnexplainedEndMakesASuspect() {
        var struck = attempts.abandoned(started(Job.Status.NEW), true, NOON);
        var killed = attempts.abandoned(started(Job.Status.NEW), false, NOON);

        assertThat(Attempts.isSuspect(Job.Status.NEW)).isFalse();
        assertThat(Attempts.isSuspect(struck)).isTrue();
        assertThat(Attempts.isSuspect(killed)).isFalse();
        assertThat(Attempts.isSuspect(attempts.abandoned(started(killed), false, NOON))).isTrue();
    }

    @Test
    void endThatNobodySawIsUnexplained() {
        var lost = started(Job.Status.NEW);

        assertThat(Attempts.isSuspect(lost)).isFalse();
        assertThat(Attempts.isSuspect(started(lost))).isTrue();
    }

    @Test
    void retryByHandForgetsWhatWasSuspect() {
        var status = Job.Status.NEW;
        for (int i = 0; i < 5; i++) status = attempts.abandoned(started(status), false, NOON);

        assertThat(Attempts.isDead(status)).isTrue();
        assertThat(Attempts.isSuspect(started(Attempts.again(status)))).isFalse();
    }

    @Test
    void successClearsWhatWentWrongBefore() {
        var struck = attempts.failed(started(Job.Status.NEW), PASSING, NOON);
        var done = attempts.succeeded(started(struck), Optional.empty(), NOON);

        assertThat(done.state()).isEqualTo(State.SUCCEEDED);
        assertThat(done.progress()).isEqualTo(1);
        assertThat(done.error()).isEmpty();
        assertThat(done.finished()).contains(NOON);
    }
}
