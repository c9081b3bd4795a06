package safelight.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import safelight.settings.SettingsWrong;

/// Settings of which each is right for itself.
class ConfigTest {
    private static Config with(String key, String value) {
        return Config.read(Optional.empty(), Map.of(), Map.of(key, value));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    autoscaler.wait-target | 60s   | less than the 60s in which a line is done, not 60s
                    autoscaler.hold        | 10s   | held for at least 60s, not 10s
                    jobs.pause-most        | 10ms  | no backoff from
                    """)
    void thoseThatDoNotFitEachOtherAreSaidInASentence(String key, String value, String said) {
        assertThatThrownBy(() -> with(key, value))
                .isInstanceOf(SettingsWrong.class)
                .hasMessageContaining("do not fit each other")
                .hasMessageContaining(said);
    }

    @Test
    void waitTargetReachesTheRule() {
        var scaling = with("autoscaler.wait-target", "45s").autoscaling().workers(2);

        assertThat(scaling.patience()).hasSeconds(45);
    }
}
