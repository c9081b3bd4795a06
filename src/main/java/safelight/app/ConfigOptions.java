package safelight.app;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options of every command that reads settings.
final class ConfigOptions {
    private static final Path FILE = Path.of("safelight.yaml");

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Settings file; ./safelight.yaml is read if it is there.")
    private @Nullable Path file;

    @Option(names = "--port", paramLabel = "PORT", description = "Sets web.port.")
    private @Nullable Integer port;

    @Option(names = "--data", paramLabel = "FOLDER", description = "Sets data.")
    private @Nullable Path data;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Sets any setting; see 'safelight config'. May be repeated.")
    private Map<String, String> others = new LinkedHashMap<>();

    /// These options and settings that other options stand for.
    ConfigOptions with(Map<String, String> settings) {
        others.putAll(settings);
        return this;
    }

    /// The settings in force.
    Config read() {
        return read(Map.of());
    }

    /// The settings in force with more variables than the environment has.
    Config read(Map<String, String> variables) {
        var all = new LinkedHashMap<>(System.getenv());
        all.putAll(variables);
        return Config.read(settingsFile(), all, given());
    }

    /// What these options say, whatever file and environment say.
    Config plain() {
        return Config.read(Optional.empty(), Map.of(), given());
    }

    /// The same options, for a child process.
    List<String> again() {
        var arguments = new ArrayList<String>();
        settingsFile().ifPresent(f -> arguments.addAll(List.of("--config", f.toString())));
        given().forEach((key, value) -> arguments.addAll(List.of("--set", key + "=" + value)));
        return arguments;
    }

    /// What these options set, by key.
    Map<String, String> settings() {
        return given();
    }

    private Optional<Path> settingsFile() {
        if (file != null) return Optional.of(file.toAbsolutePath());
        return Files.exists(FILE) ? Optional.of(FILE.toAbsolutePath()) : Optional.empty();
    }

    private Map<String, String> given() {
        var options = new LinkedHashMap<>(others);
        if (port != null) options.put("web.port", port.toString());
        if (data != null) options.put(Config.DATA.key(), data.toString());
        return options;
    }
}
