package safelight.settings;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;
import safelight.base.Bytes;

/// One thing that can be set: its key (`feature.kebab-case`), its default in text form, what it
/// means, and how its text is read. `read` throws IllegalArgumentException with a sentence.
public record Setting<T>(
        String key, String otherwise, String meaning, boolean secret, Function<String, T> read) {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");

    /// A text.
    public static Setting<String> text(String key, String otherwise, String meaning) {
        return new Setting<>(key, otherwise, meaning, false, s -> s);
    }

    /// A text that is shown to nobody.
    public static Setting<String> secret(String key, String meaning) {
        return new Setting<>(key, "", meaning, true, s -> s);
    }

    /// One of several words.
    public static Setting<String> choice(
            String key, String otherwise, List<String> choices, String meaning) {
        return new Setting<>(
                key,
                otherwise,
                meaning,
                false,
                s -> {
                    if (choices.contains(s)) return s;
                    throw new IllegalArgumentException(
                            "is one of " + String.join(", ", choices) + ", not " + s);
                });
    }

    /// A folder or file.
    public static Setting<Path> path(String key, String otherwise, String meaning) {
        return new Setting<>(key, otherwise, meaning, false, Path::of);
    }

    /// Yes or no.
    public static Setting<Boolean> flag(String key, boolean otherwise, String meaning) {
        return new Setting<>(key, Boolean.toString(otherwise), meaning, false, Setting::readFlag);
    }

    /// A whole number from `least` to `most`.
    public static Setting<Integer> number(
            String key, int otherwise, int least, int most, String meaning) {
        return new Setting<>(
                key,
                Integer.toString(otherwise),
                meaning + " (" + least + " to " + most + ")",
                false,
                s -> {
                    int value = readNumber(s);
                    if (value < least || value > most)
                        throw new IllegalArgumentException(
                                "lies between " + least + " and " + most + ", not " + s);
                    return value;
                });
    }

    /// A time such as `250ms`, `30s`, `5m`, `12h` or `7d`.
    public static Setting<Duration> duration(String key, String otherwise, String meaning) {
        return new Setting<>(key, otherwise, meaning, false, Setting::readDuration);
    }

    /// A size such as `64KiB` or `100MiB`.
    public static Setting<Bytes> bytes(String key, String otherwise, String meaning) {
        return new Setting<>(key, otherwise, meaning, false, Bytes::parse);
    }

    /// An absolute address.
    public static Setting<URI> address(String key, String otherwise, String meaning) {
        return new Setting<>(key, otherwise, meaning, false, URI::create);
    }

    /// The environment variable that overrides it: `web.port` is `SAFELIGHT_WEB_PORT`.
    public String variable() {
        return "SAFELIGHT_" + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    private static boolean readFlag(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("is true or false, not " + text);
        };
    }

    private static int readNumber(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("is a whole number, not " + text, e);
        }
    }

    private static Duration readDuration(String text) {
        var match = DURATION.matcher(text);
        if (!match.matches())
            throw new IllegalArgumentException(
                    "is a time like 250ms, 30s, 5m, 12h or 7d, not " + text);
        long count = Long.parseLong(match.group(1));
        return switch (match.group(2)) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
        };
    }
}
