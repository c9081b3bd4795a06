package safelight.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import safelight.base.JobId;
import safelight.base.Ulids;

class ShareTest {
    private static final List<String> WEBS = List.of("web-b", "web-a", "web-c");

    @Test
    void everyJobFallsToExactlyOne() {
        var ids = new Ulids(Clock.systemUTC(), new Random(1));
        var shares = WEBS.stream().map(w -> Share.of(w, WEBS)).toList();

        for (var job : Stream.generate(ids::next).limit(1000).map(JobId::new).toList())
            assertThat(shares).filteredOn(s -> s.has(job)).hasSize(1);
    }

    @Test
    void whoeverIsNotListedTakesAll() {
        assertThat(Share.of("web-x", WEBS)).isEqualTo(Share.ALL);
        assertThat(Share.of("web-x", List.of())).isEqualTo(Share.ALL);
    }
}
