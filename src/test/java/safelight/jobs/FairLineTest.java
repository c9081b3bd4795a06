package safelight.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import safelight.base.AccountId;
import safelight.base.HandClock;
import safelight.catalog.Job;
import safelight.catalog.Job.Priority;
import safelight.catalog.Samples;

class FairLineTest {
    private static final Predicate<Priority> ROOM = _ -> true;
    private static final long MEGAPIXEL = 1_000;

    private final Samples samples =
            new Samples(new HandClock(Instant.parse("2026-01-01T00:00:00Z")));
    private final Map<String, AccountId> accounts = new HashMap<>();
    private final Map<Job, String> names = new HashMap<>();

    /// `a5i`: a job of account a, of 5 megapixels, interactive (or n, or b).
    private List<Job> jobs(String text) {
        var jobs = new ArrayList<Job>();
        for (var word : text.split(" ", -1)) {
            var account = accounts.computeIfAbsent(word.substring(0, 1), _ -> samples.accountId());
            var lane =
                    switch (word.charAt(word.length() - 1)) {
                        case 'i' -> Priority.INTERACTIVE;
                        case 'n' -> Priority.NORMAL;
                        default -> Priority.BULK;
                    };
            long cost = Long.parseLong(word.substring(1, word.length() - 1));
            var job = samples.weighing(account, lane, cost * MEGAPIXEL);
            names.put(job, word);
            jobs.add(job);
        }
        return jobs;
    }

    private String named(List<FairLine.Turn> turns) {
        return String.join(" ", turns.stream().map(turn -> names.get(turn.job())).toList());
    }

    @ParameterizedTest
    @CsvSource({
        "one account in its order,      a1n a3n a2n,                  a1n a3n a2n",
        "two accounts by turns,         a1n a1n a1n b1n b1n,          a1n b1n a1n b1n a1n",
        "by cost and not by number,     a4n a4n b1n b1n b1n b1n b1n,  a4n b1n b1n b1n b1n a4n b1n",
        "urgent lanes first,            a1b a1n b1i b1n,              b1i a1n b1n a1b",
        "who comes late is not behind,  a2b a2b a2b a2b c1b,          a2b c1b a2b a2b a2b",
    })
    void turnsAreTaken(String what, String waiting, String expected) {
        var turns = new FairLine().turns(jobs(waiting), 100, ROOM, _ -> {});

        assertThat(named(turns)).as(what).isEqualTo(expected);
    }

    @Test
    void nothingIsTakenWithoutRoomOrPastTheMost() {
        var waiting = jobs("a1b b1n c1i c1i");

        assertThat(new FairLine().turns(waiting, 9, _ -> false, _ -> {})).isEmpty();
        assertThat(new FairLine().turns(waiting, 3, ROOM, _ -> {})).hasSize(3);
        // Room for urgent ones only.
        assertThat(named(new FairLine().turns(waiting, 9, l -> l == Priority.INTERACTIVE, _ -> {})))
                .isEqualTo("c1i c1i");
    }

    @Test
    void whoHadMuchBeforeIsBehindInTheNextRoundToo() {
        var line = new FairLine();
        var first = new ArrayList<>(jobs("a9n a9n"));

        line.turns(first, 1, ROOM, first::remove);
        var second = new ArrayList<>(first);
        second.addAll(jobs("b4n b4n b4n b4n"));

        assertThat(named(line.turns(second, 3, ROOM, _ -> {}))).isEqualTo("b4n b4n b4n");
        assertThat(line.order(Priority.NORMAL, List.of(accounts.get("a"), accounts.get("b"))))
                .containsExactly(accounts.get("a"), accounts.get("b"));
    }

    @Test
    void lowerLaneGetsItsPartThroughTheUpperOne() {
        var line = new FairLine();
        var waiting = new ArrayList<Job>();
        for (int i = 0; i < 400; i++) waiting.addAll(jobs("a5i b5b"));

        var turns = line.turns(waiting, 210, ROOM, _ -> {});

        var lower = turns.stream().filter(t -> names.get(t.job()).endsWith("b")).toList();
        assertThat(lower).hasSize(10);
        // In the lane that is served, else they would starve there.
        assertThat(lower).allMatch(t -> t.lane() == Priority.INTERACTIVE);
        assertThat(named(turns.subList(0, 20))).doesNotContain("b5b");
    }

    /// What is saved up for a lane is not lost because a list between two looks has none of it.
    @Test
    void lowerLaneKeepsItsPartBetweenTwoLooks() {
        var line = new FairLine();
        var bulk = jobs("b5b");
        for (int i = 0; i < 20; i++) {
            var waiting = new ArrayList<>(jobs("a5i"));
            waiting.addAll(bulk);
            assertThat(named(line.turns(waiting, 1, ROOM, _ -> {}))).isEqualTo("a5i");
            assertThat(named(line.turnsAmong(jobs("a5i"), 1, ROOM, _ -> {}))).isEqualTo("a5i");
        }

        var waiting = new ArrayList<>(jobs("a5i"));
        waiting.addAll(bulk);
        assertThat(named(line.turns(waiting, 1, ROOM, _ -> {}))).isEqualTo("b5b");
    }

    @Test
    void oneInteractiveJobIsFirstHoweverManyBulkOnesWait() {
        var waiting = new ArrayList<Job>();
        for (int i = 0; i < 1000; i++) waiting.addAll(jobs("a5b"));
        var line = new FairLine();
        line.turns(waiting, 50, ROOM, waiting::remove);
        waiting.addAll(jobs("b90i"));

        assertThat(named(line.turns(waiting, 2, ROOM, _ -> {}))).isEqualTo("b90i a5b");
    }

    /// The bound of start-time fair queueing: of two accounts that wait all the time, one is never
    /// ahead of the other by more than the largest jobs of both.
    @Test
    void noAccountIsAheadByMoreThanTwoJobs() {
        for (long seed = 0; seed < 200; seed++) {
            var random = new Random(seed);
            var line = new FairLine();
            int count = 2 + random.nextInt(6);
            var waiting = new ArrayList<Job>();
            var largest = new long[count];
            var served = new long[count];
            var owners = new HashMap<AccountId, Integer>();
            for (int i = 0; i < count; i++) {
                var account = samples.accountId();
                owners.put(account, i);
                int most = 1 + random.nextInt(50);
                for (int j = 0; j < 60; j++) {
                    long cost = (1 + random.nextInt(most)) * MEGAPIXEL;
                    largest[i] = Math.max(largest[i], cost);
                    waiting.add(samples.weighing(account, Priority.NORMAL, cost));
                }
            }
            var left = new int[count];
            java.util.Arrays.fill(left, 60);
            while (java.util.Arrays.stream(left).allMatch(n -> n > 0)) {
                var turns = line.turns(waiting, 1 + random.nextInt(5), ROOM, waiting::remove);
                for (var turn : turns) {
                    int owner = owners.get(turn.job().order().account());
                    served[owner] += FairLine.cost(turn.job());
                    left[owner]--;
                    if (left[owner] == 0) break;
                    for (int i = 0; i < count; i++)
                        assertThat(served[owner] - served[i])
                                .as("seed %d", seed)
                                .isLessThanOrEqualTo(largest[owner] + largest[i]);
                }
            }
        }
    }
}
