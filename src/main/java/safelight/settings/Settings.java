package safelight.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// The values in force: defaults, overridden by a YAML file, overridden by `SAFELIGHT_...`
/// variables, overridden by options. Immutable. Anything unknown or unreadable stops the start.
public final class Settings {
    private static final String PREFIX = "SAFELIGHT_";
    private static final int FILE_BYTES_MAX = 1 << 20;

    private final List<Setting<?>> known;
    private final Map<String, Given> given;
    private final Sources sources;

    /// A text and where it came from.
    private record Given(String text, String source) {}

    private record Sources(
            Optional<Path> file, Map<String, String> environment, Map<String, String> options) {
        Sources {
            environment = Map.copyOf(environment);
            options = new LinkedHashMap<>(options);
        }
    }

    private Settings(List<Setting<?>> known, Map<String, Given> given, Sources sources) {
        this.known = known;
        this.given = given;
        this.sources = sources;
    }

    /// Puts the sources together and reads every value once.
    ///
    /// @param file the YAML file, if there is one; it has to exist
    /// @param environment all variables; those without our prefix are not looked at
    /// @param options key to text
    /// @throws SettingsWrong if a key is unknown or a value cannot be read
    public static Settings of(
            List<Setting<?>> known,
            Optional<Path> file,
            Map<String, String> environment,
            Map<String, String> options) {
        var given = new LinkedHashMap<String, Given>();
        for (var setting : known)
            given.put(setting.key(), new Given(setting.otherwise(), "default"));
        var settings = new Settings(known, given, new Sources(file, environment, options));
        file.ifPresent(f -> flatten(load(f), "", settings, f.toString()));
        settings.override(environment);
        options.forEach((key, text) -> settings.put(key, text, "the options"));
        known.forEach(settings::get);
        return settings;
    }

    /// The value of `setting`, which has to be one of the known ones.
    public <T> T get(Setting<T> setting) {
        var text = of(setting.key());
        try {
            return setting.read().apply(text.text);
        } catch (IllegalArgumentException e) {
            throw new SettingsWrong(
                    "%s (from %s): %s".formatted(setting.key(), text.source, e.getMessage()), e);
        }
    }

    /// What several settings make together; `keys` names them.
    ///
    /// @throws SettingsWrong if they do not fit each other, in the words of the
    ///   IllegalArgumentException that says so
    public static <T> T together(String keys, Supplier<T> made) {
        try {
            return made.get();
        } catch (IllegalArgumentException e) {
            throw new SettingsWrong(
                    "%s do not fit each other: %s".formatted(keys, e.getMessage()), e);
        }
    }

    /// Whether anything but the default was given.
    public boolean isGiven(Setting<?> setting) {
        return !of(setting.key()).source.equals("default");
    }

    /// The YAML file that was read, if there was one.
    public Optional<Path> file() {
        return sources.file;
    }

    /// The values of the same sources as they are now.
    ///
    /// @throws SettingsWrong as {@link #of}
    public Settings again() {
        return of(known, sources.file, sources.environment, sources.options);
    }

    /// Every key with its value in force and where that came from; secrets are masked.
    public List<String> effective() {
        return known.stream()
                .map(s -> {
                    var value = of(s.key());
                    var shown = s.secret() && !value.text.isEmpty() ? "***" : value.text;
                    return "%s: %s   # %s".formatted(s.key(), shown, value.source);
                })
                .toList();
    }

    private Given of(String key) {
        var value = given.get(key);
        if (value == null) throw new IllegalStateException("no setting is called " + key);
        return value;
    }

    private void override(Map<String, String> environment) {
        var byVariable = known.stream().collect(Collectors.toMap(Setting::variable, s -> s));
        new TreeMap<>(environment)
                .forEach((name, text) -> {
                    if (!name.startsWith(PREFIX)) return;
                    var setting = byVariable.get(name);
                    if (setting == null)
                        throw unknown(
                                name, "the environment", byVariable.keySet().stream().toList());
                    put(setting.key(), text, name);
                });
    }

    private void put(String key, String text, String source) {
        if (!given.containsKey(key)) throw unknown(key, source, List.copyOf(given.keySet()));
        given.put(key, new Given(text, source));
    }

    private static SettingsWrong unknown(String key, String source, List<String> all) {
        var nearest =
                all.stream().min(Comparator.comparingInt(k -> distance(k, key))).orElse("none");
        return new SettingsWrong(
                "%s: there is no setting '%s'; did you mean '%s'?".formatted(source, key, nearest));
    }

    private static Object load(Path file) {
        try {
            if (Files.size(file) > FILE_BYTES_MAX)
                throw new SettingsWrong(file + " is larger than 1 MiB; that is no settings file.");
            var loaded =
                    new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file));
            return loaded == null ? Map.of() : loaded;
        } catch (IOException e) {
            throw new SettingsWrong("The settings file " + file + " cannot be read.", e);
        } catch (YamlEngineException e) {
            throw new SettingsWrong(file + " is not YAML: " + e.getMessage(), e);
        }
    }

    private static void flatten(Object node, String path, Settings into, String source) {
        if (node instanceof Map<?, ?> map) {
            map.forEach((key, value) ->
                    flatten(value, path.isEmpty() ? "" + key : path + "." + key, into, source));
            return;
        }
        if (path.isEmpty()) throw new SettingsWrong(source + " has to hold keys and values.");
        var text =
                node instanceof List<?> list
                        ? list.stream().map(String::valueOf).collect(Collectors.joining(","))
                        : String.valueOf(node);
        into.put(path, text, source);
    }

    /// Levenshtein's edit distance, by two rows.
    private static int distance(String a, String b) {
        var last = new ArrayList<Integer>();
        for (int j = 0; j <= b.length(); j++) last.add(j);
        for (int i = 1; i <= a.length(); i++) {
            var row = new ArrayList<Integer>(List.of(i));
            for (int j = 1; j <= b.length(); j++) {
                int change = last.get(j - 1) + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row.add(Math.min(change, Math.min(last.get(j), row.get(j - 1)) + 1));
            }
            last = row;
        }
        return last.getLast();
    }
}
