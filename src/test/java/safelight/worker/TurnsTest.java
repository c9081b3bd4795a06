package safelight.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import safelight.base.Waiting;
import safelight.queue.Ticket.Lane;

class TurnsTest {
    private static final Duration NOW = Duration.ZERO;
    private static final Duration QUICK = Duration.ofMillis(20);
    private static final Duration SLOW = Duration.ofSeconds(5);

    private static final int SOME = 20;

    private final AtomicLong nanos = new AtomicLong();
    private final Turns turns = new Turns(2, nanos::get);

    @Test
    void takesNoMoreThanThereAreCoresWhileNothingIsKnown() throws InterruptedException {
        var _ = turns.next(NOW).orElseThrow();
        var _ = turns.next(NOW).orElseThrow();

        assertThat(turns.next(NOW)).isEmpty();
    }

    @Test
    void takesOneAheadIfJobsAreQuick() throws InterruptedException {
        runSome(QUICK);
        turns.next(NOW).orElseThrow().take();
        turns.next(NOW).orElseThrow().take();

        assertThat(turns.next(NOW)).isPresent();
        assertThat(turns.next(NOW)).isEmpty();
    }

    @Test
    void oneQuickJobIsNoReasonToTakeAnotherAhead() throws InterruptedException {
        runOne(QUICK);
        turns.next(NOW).orElseThrow().take();
        turns.next(NOW).orElseThrow().take();

        assertThat(turns.next(NOW)).isEmpty();
    }

    @Test
    void takesNoneAheadOnceOneWasSlow() throws InterruptedException {
        runSome(QUICK);
        runOne(SLOW);
        turns.next(NOW).orElseThrow().take();
        turns.next(NOW).orElseThrow().take();

        assertThat(turns.next(NOW)).isEmpty();
    }

    @Test
    void anotherIsTakenOncePixelsAreDone() throws InterruptedException {
        var first = turns.next(NOW).orElseThrow();
        first.take();
        turns.next(NOW).orElseThrow().take();

        nanos.addAndGet(SLOW.toNanos());
        first.giveBack();

        assertThat(turns.next(NOW)).isPresent();
        assertThat(turns.next(NOW)).isEmpty();
    }

    @Test
    void givingBackTwiceFreesOnce() throws InterruptedException {
        var first = turns.next(NOW).orElseThrow();
        first.take();
        turns.next(NOW).orElseThrow().take();
        nanos.addAndGet(SLOW.toNanos());

        first.giveBack();
        first.close();
        first.close();

        assertThat(turns.next(NOW)).isPresent();
        assertThat(turns.next(NOW)).isEmpty();
    }

    @Test
    void whoeverIsAheadWaitsForACore() throws InterruptedException {
        runSome(QUICK);
        var first = turns.next(NOW).orElseThrow();
        first.take();
        turns.next(NOW).orElseThrow().take();
        var ahead = turns.next(NOW).orElseThrow();

        var thread = waiting(ahead);
        first.giveBack();

        assertThat(thread.join(Duration.ofSeconds(30))).isTrue();
    }

    @Test
    void anInteractiveJobIsTakenBesidesTheOneAhead() throws InterruptedException {
        runSome(QUICK);
        for (int i = 0; i < 3; i++) assertThat(turns.next(NOW)).isPresent();

        assertThat(turns.next(NOW)).isEmpty();
        assertThat(turns.urgent()).isPresent();
    }

    @Test
    void noInteractiveJobIsTakenBesidesSlowOnes() throws InterruptedException {
        runSome(QUICK);
        runOne(SLOW);

        assertThat(turns.urgent()).isEmpty();
    }

    @Test
    void noInteractiveJobIsTakenBesidesOneThatTurnsOutToBeSlow() throws InterruptedException {
        runSome(QUICK);
        var slow = turns.next(NOW).orElseThrow();
        slow.take();
        assertThat(turns.urgent()).isPresent();

        nanos.addAndGet(Duration.ofMillis(300).toNanos());

        assertThat(turns.urgent()).isEmpty();
        turns.next(NOW).orElseThrow().take();
        assertThat(turns.next(NOW)).isEmpty();
        slow.giveBack();
        assertThat(turns.urgent()).isEmpty();
    }

    @Test
    void whoHasBeenIdleForLongTakesNothingBesides() throws InterruptedException {
        runSome(QUICK);

        nanos.addAndGet(Duration.ofMinutes(1).toNanos());

        assertThat(turns.urgent()).isEmpty();
        runOne(QUICK);
        assertThat(turns.urgent()).isPresent();
    }

    @Test
    void anInteractiveJobHasItsTurnBeforeTheOneAhead() throws InterruptedException {
        runSome(QUICK);
        var first = turns.next(NOW).orElseThrow();
        first.take();
        turns.next(NOW).orElseThrow().take();
        var ahead = turns.next(NOW).orElseThrow().of(Lane.NORMAL);
        var waiting = waiting(ahead);
        var urgent = turns.urgent().orElseThrow().of(Lane.INTERACTIVE);
        var passing = waiting(urgent);

        first.giveBack();

        assertThat(passing.join(Duration.ofSeconds(30))).isTrue();
        assertThat(waiting.join(Duration.ofMillis(20))).isFalse();
        urgent.giveBack();
        assertThat(waiting.join(Duration.ofSeconds(30))).isTrue();
    }

    @Test
    void aJobWithoutPixelsNeedsNoCore() throws InterruptedException {
        for (int i = 0; i < 10; i++) turns.next(NOW).orElseThrow().close();

        assertThat(turns.next(NOW)).isPresent();
        assertThat(turns.next(NOW)).isPresent();
        assertThat(turns.next(NOW)).isEmpty();
    }

    /// One that has come to the end of the line of those who wait for a core.
    private static Thread waiting(Turns.Turn turn) {
        var thread = Thread.ofVirtual().start(turn::take);
        Waiting.until(() -> thread.getState() == Thread.State.WAITING);
        return thread;
    }

    private void runSome(Duration each) throws InterruptedException {
        for (int i = 0; i < SOME; i++) runOne(each);
    }

    private void runOne(Duration took) throws InterruptedException {
        try (var turn = turns.next(NOW).orElseThrow()) {
            turn.take();
            nanos.addAndGet(took.toNanos());
        }
    }
}
