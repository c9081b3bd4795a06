package safelight.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import safelight.catalog.Job.Priority;

class LineRoomTest {
    private static final long COST = 50_000;

    private final LineRoom room = new LineRoom();

    /// Gives all that fits.
    private int fill(Priority lane) {
        int given = 0;
        while (given < 100_000 && room.has(lane)) {
            room.use(COST);
            given++;
        }
        return given;
    }

    /// The average cost is known.
    private void settle() {
        room.look(0, 1);
        for (int i = 0; i < 200; i++) room.use(COST);
        room.look(0, 1);
    }

    @Test
    void nothingFitsBeforeTheFirstLook() {
        assertThat(room.has(Priority.INTERACTIVE)).isFalse();
    }

    @Test
    void shortLineHasRoomForAFewAndUrgentLanesForMore() {
        settle();

        assertThat(fill(Priority.BULK)).isEqualTo(LineRoom.TICKETS_LEAST);
        assertThat(room.has(Priority.BULK)).isFalse();
        assertThat(fill(Priority.NORMAL)).isEqualTo(LineRoom.TICKETS_LEAST);
        assertThat(fill(Priority.INTERACTIVE)).isEqualTo(2 * LineRoom.TICKETS_LEAST);
    }

    @Test
    void lineThatRunsDryGetsTwiceAsMuch() {
        settle();
        int before = 0;
        for (int round = 0; round < 8; round++) {
            int given = fill(Priority.BULK);
            assertThat(given).isGreaterThanOrEqualTo(Math.max(before, 2 * before - 1));
            assertThat(room.look(0, 1)).isTrue();
            before = given;
        }
        assertThat(before).isGreaterThan(400);
    }

    @Test
    void lineThatStaysFullShrinks() {
        settle();
        for (int round = 0; round < 8; round++) {
            fill(Priority.BULK);
            room.look(0, 1);
        }
        int wide = fill(Priority.BULK);
        for (int round = 0; round < 300; round++) room.look(wide, 1);
        for (int round = 0; round < 300; round++) room.look(LineRoom.TICKETS_LEAST, 1);

        room.look(0, 1);
        assertThat(fill(Priority.BULK)).isLessThan(wide / 10);
    }

    @Test
    void nothingGrowsWhileNothingIsMissing() {
        settle();
        for (int round = 0; round < 20; round++) assertThat(room.look(0, 1)).isFalse();

        assertThat(fill(Priority.BULK)).isEqualTo(LineRoom.TICKETS_LEAST);
    }

    @Test
    void brokerIsNeverGivenMoreThanItKeepsInMemory() {
        settle();
        for (int round = 0; round < 40; round++) {
            fill(Priority.INTERACTIVE);
            room.look(0, 1);
        }

        assertThat(fill(Priority.INTERACTIVE)).isLessThanOrEqualTo(LineRoom.TICKETS_MOST + 1);
    }

    @Test
    void whatIsMissingIsSharedOutAmongServers() {
        settle();
        for (int round = 0; round < 5; round++) {
            fill(Priority.BULK);
            room.look(0, 1);
        }
        room.look(0, 4);

        int quarter = fill(Priority.BULK);
        room.look(0, 1);

        assertThat(fill(Priority.BULK)).isBetween(3 * quarter, 8 * quarter);
    }

    @Test
    void largeJobsFillTheLineSoonerThanSmallOnes() {
        settle();
        for (int round = 0; round < 5; round++) {
            fill(Priority.BULK);
            room.look(0, 1);
        }
        int small = fill(Priority.BULK);
        room.look(0, 1);
        int large = 0;
        while (room.has(Priority.BULK)) {
            room.use(20 * COST);
            large++;
        }

        assertThat(large).isLessThan(small / 5);
    }
}
