package safelight.web;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import safelight.base.Bytes;
import safelight.base.Problem;

/// A JSON object from a request, read field by field. Everything wrong is collected, so that the
/// client learns of all of it at once from {@link #check()}.
final class JsonBody {
    /// What `curl -d` says of any body unless told otherwise.
    private static final String CURL_TYPE = "application/x-www-form-urlencoded";

    private static final Duration READ_MOST = Duration.ofSeconds(30);
    private static final int CHUNK_BYTES = 8192;

    private final JsonNode node;
    private final List<Problem.Fault> faults = new ArrayList<>();

    private JsonBody(JsonNode node) {
        this.node = node;
    }

    /// Reads the request's body: a JSON object with no fields but `known`.
    static JsonBody read(Exchange exchange, Bytes most, String... known) throws IOException {
        var type = exchange.header("Content-Type").orElse("").toLowerCase(Locale.ROOT);
        if (!type.isEmpty() && !type.contains("json") && !type.startsWith(CURL_TYPE))
            throw new WebFailure.WrongMediaType("a JSON object as application/json");
        try (var in = exchange.body()) {
            var bytes = readInTime(in, (int) Math.min(most.count() + 1, Integer.MAX_VALUE));
            if (bytes.length > most.count()) throw new WebFailure.BodyTooLarge(most);
            var node = Json.parse(bytes);
            if (!node.isObject()) throw new WebFailure.WrongBody("", "The body is a JSON object.");
            var body = new JsonBody(node);
            body.refuseUnknown(Set.of(known));
            return body;
        }
    }

    /// A body that drips in byte by byte would hold its place for ever: Jetty's idle timeout begins
    /// anew with each.
    private static byte[] readInTime(InputStream in, int most) throws IOException {
        var body = new ByteArrayOutputStream();
        var chunk = new byte[CHUNK_BYTES];
        long deadline = System.nanoTime() + READ_MOST.toNanos();
        while (body.size() < most) {
            int read = in.read(chunk, 0, Math.min(chunk.length, most - body.size()));
            if (read < 0) break;
            body.write(chunk, 0, read);
            if (System.nanoTime() > deadline) throw new WebFailure.TooSlow();
        }
        return body.toByteArray();
    }

    /// A text that has to be there.
    String text(String name) {
        var value = node.get(name);
        if (value != null && value.isTextual()) return value.textValue();
        return fault(name, value == null ? "This is missing." : "This is a text.", "");
    }

    /// A text that may be missing.
    String text(String name, String otherwise) {
        return has(name) ? text(name) : otherwise;
    }

    /// One of the names of an enum, in lower case.
    <E extends Enum<E>> E choice(String name, E otherwise) {
        if (!has(name)) return otherwise;
        var given = node.get(name).asText();
        var all = otherwise.getDeclaringClass().getEnumConstants();
        return Arrays.stream(all)
                .filter(e -> Json.lower(e).equals(given))
                .findFirst()
                .orElseGet(() ->
                        fault(
                                name,
                                "This is one of "
                                        + Arrays.stream(all)
                                                .map(Json::lower)
                                                .collect(Collectors.joining(", "))
                                        + ".",
                                otherwise));
    }

    /// The value itself, if there is one and it is not null.
    Optional<JsonNode> get(String name) {
        return has(name) ? Optional.of(node.get(name)) : Optional.empty();
    }

    /// Notes that something is wrong at this pointer.
    void wrong(String pointer, String detail) {
        faults.add(new Problem.Fault(pointer, detail));
    }

    /// Everything was read.
    ///
    /// @throws WebFailure.WrongBody if anything was wrong
    void check() {
        if (!faults.isEmpty()) throw new WebFailure.WrongBody(faults);
    }

    /// An object's fields as numbers, texts, or other JSON nodes.
    static Map<String, Object> values(JsonNode object) {
        var values = new LinkedHashMap<String, Object>();
        object.properties().forEach(e -> values.put(e.getKey(), value(e.getValue())));
        return values;
    }

    private static Object value(JsonNode node) {
        if (node.isNumber()) return node.decimalValue();
        return node.isTextual() ? node.textValue() : node;
    }

    private boolean has(String name) {
        return node.hasNonNull(name);
    }

    private void refuseUnknown(Set<String> known) {
        node.fieldNames()
                .forEachRemaining(name -> {
                    if (!known.contains(name))
                        wrong(
                                "/" + name.replace("~", "~0").replace("/", "~1"),
                                "There is no such field; there are "
                                        + String.join(", ", new TreeSet<>(known))
                                        + ".");
                });
    }

    private <T> T fault(String name, String detail, T otherwise) {
        wrong("/" + name, detail);
        return otherwise;
    }
}
