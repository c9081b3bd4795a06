package safelight.archive;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// An object of JSON, read strictly: what is missing or of another type is an
/// IllegalArgumentException that names it.
record Fields(JsonNode node) {
    String text(String name) {
        return maybeText(name).orElseThrow(() -> wrong(name, "a text"));
    }

    Optional<String> maybeText(String name) {
        return value(name)
                .map(value -> {
                    if (!value.isTextual()) throw wrong(name, "a text");
                    return value.textValue();
                });
    }

    long number(String name) {
        return value(name)
                .filter(JsonNode::isIntegralNumber)
                .filter(JsonNode::canConvertToLong)
                .orElseThrow(() -> wrong(name, "a whole number"))
                .longValue();
    }

    int small(String name) {
        return Math.toIntExact(number(name));
    }

    int small(String name, int otherwise) {
        return value(name).isPresent() ? small(name) : otherwise;
    }

    double fraction(String name) {
        return value(name)
                .filter(JsonNode::isNumber)
                .orElseThrow(() -> wrong(name, "a number"))
                .doubleValue();
    }

    /// A missing one is false.
    boolean flag(String name) {
        return value(name)
                .map(value -> {
                    if (!value.isBoolean()) throw wrong(name, "true or false");
                    return value.booleanValue();
                })
                .orElse(false);
    }

    Instant instant(String name) {
        return maybeInstant(name).orElseThrow(() -> wrong(name, "a time"));
    }

    Optional<Instant> maybeInstant(String name) {
        try {
            return maybeText(name).map(Instant::parse);
        } catch (DateTimeException e) {
            throw wrong(name, "a time");
        }
    }

    /// Written in lower case.
    <E extends Enum<E>> E constant(String name, Class<E> type) {
        var text = text(name);
        return Arrays.stream(type.getEnumConstants())
                .filter(c -> c.name().toLowerCase(Locale.ROOT).equals(text))
                .findFirst()
                .orElseThrow(
                        () -> wrong(name, "one of " + Arrays.toString(type.getEnumConstants())));
    }

    Fields object(String name) {
        return maybeObject(name).orElseThrow(() -> wrong(name, "an object"));
    }

    Optional<Fields> maybeObject(String name) {
        return value(name)
                .map(value -> {
                    if (!value.isObject()) throw wrong(name, "an object");
                    return new Fields(value);
                });
    }

    private Optional<JsonNode> value(String name) {
        return Optional.ofNullable(node.get(name)).filter(value -> !value.isNull());
    }

    private static IllegalArgumentException wrong(String name, String what) {
        return new IllegalArgumentException("`%s` is not %s".formatted(name, what));
    }
}
