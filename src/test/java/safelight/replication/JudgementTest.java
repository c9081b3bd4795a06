package safelight.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import safelight.catalog.BlobTask;

/// What a data center does about a blob that came or went elsewhere.
class JudgementTest {
    @ParameterizedTest
    @CsvSource({
        "COME, true,  false, 0,   FETCH",
        "COME, true,  false, 300, FETCH",
        "COME, true,  true,  0,   DONE",
        // The row may be on its way, or the photo is deleted already.
        "COME, false, false, 0,   ASK",
        "COME, false, true,  0,   ASK",
        "COME, false, false, 300, DONE",
        "COME, false, true,  300, DONE",
        "GONE, false, true,  0,   REMOVE",
        "GONE, false, true,  300, REMOVE",
        "GONE, false, false, 0,   DONE",
        // That the row is gone may be on its way; or the photo has come again.
        "GONE, true,  true,  0,   LATER",
        "GONE, true,  false, 0,   LATER",
        "GONE, true,  true,  300, DONE",
        "GONE, true,  false, 300, DONE",
    })
    void rowsSayWhatIsToBeDone(
            BlobTask.Kind kind, boolean isUsed, boolean isHere, long minutes, Judgement expected) {
        assertThat(Judgement.of(kind, isUsed, isHere, Duration.ofMinutes(minutes)))
                .isEqualTo(expected);
    }
}
