package safelight.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SettingsPageTest {
    @Test
    void pageSaysWhatTheCodeKnows() throws IOException {
        assertThat(Files.readString(Path.of("docs/settings.md")))
                .as("docs/settings.md is out of date: ./safelight config --docs > docs/settings.md")
                .isEqualTo(SettingsPage.text());
    }

    @Test
    void everySettingHasARow() {
        assertThat(Config.ALL)
                .allSatisfy(s -> assertThat(SettingsPage.text()).contains("| `" + s.key() + "` |"));
    }
}
