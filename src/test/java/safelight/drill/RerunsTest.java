package safelight.drill;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// When a killed worker's jobs ran again, as a history shows it.
class RerunsTest {
    private final List<Event> history = new ArrayList<>();

    @Test
    void nextStartAfterAKillIsARerun() {
        started(1_000, "a", 1, "w1");
        struck(2_000, Fault.KILL_WORKER);
        started(2_140, "a", 2, "w2");

        assertThat(Reruns.of(history)).containsExactly(140L);
    }

    @Test
    void jobsOfTheOtherWorkerAreNone() {
        started(1_000, "a", 1, "w1");
        struck(2_000, Fault.KILL_PHOTO_WORK);
        history.add(new Event.Left(2_100, "a", 1));
        started(2_500, "b", 1, "w1");
        started(2_600, "a", 2, "w2");

        assertThat(Reruns.of(history)).isEmpty();
    }

    @Test
    void jobThatHadEndedBeforeIsNone() {
        started(1_000, "a", 1, "w1");
        history.add(new Event.Left(1_500, "a", 1));
        struck(2_000, Fault.KILL_WORKER);
        started(9_000, "a", 2, "w2");

        assertThat(Reruns.of(history)).isEmpty();
    }

    @Test
    void onlyKillsOfWorkersCount() {
        started(1_000, "a", 1, "w1");
        struck(2_000, Fault.KILL_BROKER);
        struck(2_000, Fault.STOP_WORKER);
        started(9_000, "a", 2, "w2");

        assertThat(Reruns.of(history)).isEmpty();
    }

    @Test
    void medianAndLongestAreOfAllKills() {
        for (int i = 0; i < 5; i++) {
            long atMs = i * 10_000L;
            started(atMs, "job" + i, 1, "w" + i);
            struck(atMs + 1_000, Fault.KILL_WORKER);
            started(atMs + 1_100 + i, "job" + i, 2, "other" + i);
        }
        history.addFirst(new Event.Begun(0, 1, 60, List.of()));

        var verdict = Checker.check(history);

        assertThat(verdict.rerunMedianMs()).isEqualTo(102);
        assertThat(verdict.rerunLongestMs()).isEqualTo(104);
        assertThat(verdict.json()).contains("\"rerunMs\":{\"p50\":102,\"max\":104}");
    }

    private void started(long atMs, String job, int attempt, String worker) {
        history.add(new Event.Started(atMs, job, attempt, worker));
    }

    private void struck(long atMs, Fault fault) {
        history.add(new Event.Struck(atMs, fault.label(), "worker", 0));
    }
}
