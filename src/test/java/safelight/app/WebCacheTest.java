package safelight.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class WebCacheTest {
    private static String name(Map<String, String> options) {
        return WebCache.name("5f.aot", Config.read(Optional.empty(), Map.of(), options));
    }

    @Test
    void nameHasTheEnginesWithDriversOnceEach() {
        assertThat(name(Map.of())).isEqualTo("5f-web-.aot");
        assertThat(name(Map.of("catalog.engine", "postgresql"))).isEqualTo("5f-web-postgresql.aot");
        assertThat(
                        name(
                                Map.of(
                                        "catalog.engine",
                                        "cassandra",
                                        "sessions.engine",
                                        "redis",
                                        "blobs.engine",
                                        "s3")))
                .isEqualTo("5f-web-cassandra-redis-s3.aot");
    }

    /// Else a host would train twice for the same servers.
    @Test
    void launcherNamesTheEnginesInTheSameWay() throws IOException, InterruptedException {
        var text = Files.readString(Path.of("safelight"));
        int from = text.indexOf("engines() {");
        var function = text.substring(from, text.indexOf("\n}\n", from) + 3);
        var options = "--set sessions.engine=redis --set catalog.engine=postgresql";
        var shell =
                new ProcessBuilder("bash", "-c", function + "cd /; engines " + options)
                        .redirectErrorStream(true);
        shell.environment().keySet().removeIf(k -> k.startsWith("SAFELIGHT_"));
        var process = shell.start();

        var said = new String(process.getInputStream().readAllBytes()).strip();

        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat("5f-web-" + said + ".aot")
                .isEqualTo(
                        name(Map.of("catalog.engine", "postgresql", "sessions.engine", "redis")));
    }

    /// A web server of `up` is to have the memory and the cache of one that the launcher starts.
    @Test
    void launcherGivesWebServersTheSameFlags() throws IOException {
        var text = Files.readString(Path.of("safelight"));
        var command = Jvm.forWeb(Main.class, Optional.empty(), List.of());

        var ours = command.subList(1, command.indexOf("-cp"));
        var launchers =
                Stream.of("\nflags=(", "\nweb_flags=(").flatMap(l -> words(text, l)).toList();

        assertThat(inForce(ours)).isEqualTo(inForce(launchers));
    }

    private static Stream<String> words(String text, String list) {
        int from = text.indexOf(list) + list.length();
        return Stream.of(text.substring(from, text.indexOf("\n)", from)).strip().split("\\s+"));
    }

    /// Of several sizes of the first heap the last counts; which libvips there is, is no flag of
    /// ours.
    private static Set<String> inForce(List<String> flags) {
        var all = new LinkedHashSet<>(flags);
        all.removeIf(f -> f.startsWith("-Dsafelight.vips="));
        var heaps = flags.stream().filter(f -> f.startsWith("-Xms")).toList();
        heaps.subList(0, heaps.size() - 1).forEach(all::remove);
        return all;
    }
}
