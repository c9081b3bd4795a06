package safelight.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import safelight.base.Bytes;

class SettingsTest {
    private static final Setting<Integer> PORT =
            Setting.number("web.port", 8080, 0, 65_535, "Port");
    private static final Setting<Duration> DRAIN = Setting.duration("web.drain", "30s", "Drain");
    private static final Setting<Bytes> SIZE = Setting.bytes("photos.size-most", "1MiB", "Size");
    private static final Setting<Boolean> LOUD = Setting.flag("log.loud", false, "Loud");
    private static final Setting<String> NAMES = Setting.text("web.names", "", "Names");
    private static final Setting<String> KEY =
            new Setting<>("web.key", "", "A secret", true, Function.identity());
    private static final List<Setting<?>> ALL = List.of(PORT, DRAIN, SIZE, LOUD, NAMES, KEY);

    @TempDir private Path folder;

    @Test
    void defaultsHoldWhereNothingIsGiven() {
        var settings = read(Map.of(), Map.of());

        assertThat(settings.get(PORT)).isEqualTo(8080);
        assertThat(settings.get(DRAIN)).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.get(SIZE)).isEqualTo(Bytes.mebi(1));
        assertThat(settings.get(LOUD)).isFalse();
        assertThat(settings.isGiven(PORT)).isFalse();
    }

    @Test
    void fileGivesWayToEnvironmentAndThatToOptions() throws IOException {
        var file = file("web:\n  port: 1\n  drain: 1s\nphotos.size-most: 1KiB\n");
        var environment = Map.of("SAFELIGHT_WEB_PORT", "2", "SAFELIGHT_WEB_DRAIN", "2s");
        var options = Map.of("web.port", "3");

        var settings = Settings.of(ALL, file, environment, options);

        assertThat(settings.get(PORT)).isEqualTo(3);
        assertThat(settings.get(DRAIN)).isEqualTo(Duration.ofSeconds(2));
        assertThat(settings.get(SIZE)).isEqualTo(Bytes.parse("1KiB"));
        assertThat(settings.isGiven(PORT)).isTrue();
    }

    @Test
    void variablesOfOthersAreNotLookedAt() {
        assertThat(read(Map.of("PATH", "x", "WEB_PORT", "y"), Map.of()).get(PORT)).isEqualTo(8080);
    }

    @Test
    void listInTheFileBecomesNamesWithCommas() throws IOException {
        var settings = Settings.of(ALL, file("web:\n  names: [a, b]\n"), Map.of(), Map.of());

        assertThat(settings.get(NAMES)).isEqualTo("a,b");
    }

    @Test
    void unknownKeyNamesTheNearest() throws IOException {
        var file = file("web:\n  prot: 1\n");

        assertThatExceptionOfType(SettingsWrong.class)
                .isThrownBy(() -> Settings.of(ALL, file, Map.of(), Map.of()))
                .withMessageContaining("'web.prot'; did you mean 'web.port'?");
        refused(Map.of("SAFELIGHT_WEB_PROT", "1"), Map.of(), "did you mean 'SAFELIGHT_WEB_PORT'?");
        refused(Map.of(), Map.of("photo.size-most", "1"), "did you mean 'photos.size-most'?");
    }

    @ParameterizedTest
    @ValueSource(strings = {"30", "30 s", "-1s", "1w", "1.5s", "", "9999999999s"})
    void timeWithoutAGoodUnitIsRefused(String text) {
        refused(Map.of(), Map.of("web.drain", text), "web.drain (from the options): ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1MB", "-1MiB", "MiB", ""})
    void sizeWithoutAGoodUnitIsRefused(String text) {
        refused(Map.of(), Map.of("photos.size-most", text), "photos.size-most (from the options)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "65536", "eighty", "8080.0"})
    void numberOutOfItsBoundsIsRefused(String text) {
        refused(Map.of("SAFELIGHT_WEB_PORT", text), Map.of(), "web.port (from SAFELIGHT_WEB_PORT)");
    }

    @Test
    void flagIsTrueOrFalse() {
        assertThat(read(Map.of(), Map.of("log.loud", "true")).get(LOUD)).isTrue();
        refused(Map.of(), Map.of("log.loud", "yes"), "is true or false, not yes");
    }

    @Test
    void secretsAreMaskedOnceGiven() {
        assertThat(read(Map.of(), Map.of("web.key", "hunter2")).effective())
                .contains("web.key: ***   # the options")
                .noneMatch(line -> line.contains("hunter2"));
        assertThat(read(Map.of(), Map.of()).effective()).contains("web.key:    # default");
    }

    @Test
    void fileThatIsMissingOrNoYamlIsRefused() throws IOException {
        var missing = Optional.of(folder.resolve("missing.yaml"));
        var broken = file("web: [");
        var scalar = file("just text");

        for (var file : List.of(missing, broken, scalar))
            assertThatExceptionOfType(SettingsWrong.class)
                    .isThrownBy(() -> Settings.of(ALL, file, Map.of(), Map.of()));
    }

    @Test
    void emptyFileChangesNothing() throws IOException {
        assertThat(Settings.of(ALL, file(""), Map.of(), Map.of()).get(PORT)).isEqualTo(8080);
    }

    private static Settings read(Map<String, String> environment, Map<String, String> options) {
        return Settings.of(ALL, Optional.empty(), environment, options);
    }

    private static void refused(
            Map<String, String> environment, Map<String, String> options, String sentence) {
        assertThatExceptionOfType(SettingsWrong.class)
                .isThrownBy(() -> read(environment, options))
                .withMessageContaining(sentence);
    }

    private Optional<Path> file(String yaml) throws IOException {
        return Optional.of(
                Files.writeString(Files.createTempFile(folder, "safelight", ".yaml"), yaml));
    }
}
