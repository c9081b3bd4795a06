package safelight.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class MainTest {
    /// With its parents' names, and those of the commands below it.
    private static Stream<String> commands() {
        return below(Main.commands(Plugs.REAL));
    }

    private static Stream<String> below(CommandLine line) {
        return line.getSubcommands().values().stream()
                .flatMap(sub ->
                        Stream.concat(Stream.of(sub.getCommandSpec().qualifiedName()), below(sub)));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandExplainsItself(String command) {
        var said = new StringWriter();
        var line = Main.commands(Plugs.REAL).setOut(new PrintWriter(said));

        int code = line.execute((command.replaceFirst("safelight ", "") + " --help").split(" "));

        assertThat(code).isZero();
        assertThat(said.toString()).contains("Usage: " + command + " ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-V", "serve -V", "drill queue --version"})
    void everyCommandTellsTheVersion(String arguments) {
        var said = new StringWriter();
        var line = Main.commands(Plugs.REAL).setOut(new PrintWriter(said));

        assertThat(line.execute(arguments.split(" "))).isZero();
        assertThat(said.toString().strip()).isEqualTo("safelight " + Version.CURRENT);
    }
}
