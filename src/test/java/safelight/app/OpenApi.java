package safelight.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/// The server's own description of its API, held against what it answers.
final class OpenApi {
    private static final SchemaRegistry SCHEMAS =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    private final JsonNode document;
    private final Set<String> succeeded = new TreeSet<>();
    private final Set<String> refused = new TreeSet<>();

    OpenApi(JsonNode document) {
        this.document = document;
    }

    /// Checks status, content type and body of an answer to `method` at the described `path`.
    TestClient.Answer check(String method, String path, TestClient.Answer answer) {
        var call = method.toLowerCase(Locale.ROOT) + " " + path;
        var described = described(call, answer.status());
        assertThat(described.isMissingNode())
                .as("%s answers %d, which is not described", call, answer.status())
                .isFalse();
        for (var header : described.path("headers").properties())
            if (resolved(header.getValue()).path("required").asBoolean(true))
                assertThat(answer.header(header.getKey()))
                        .as("%s of %s", header.getKey(), call)
                        .isPresent();
        checkBody(call, described.path("content"), answer);
        (answer.status() < 300 ? succeeded : refused).add(call);
        return answer;
    }

    /// Notes that an answer without an end began well.
    void begins(String method, String path, String type) {
        var call = method.toLowerCase(Locale.ROOT) + " " + path;
        assertThat(described(call, 200).path("content").has(type))
                .as("%s: %s", call, type)
                .isTrue();
        succeeded.add(call);
    }

    /// Every call that is described.
    Set<String> calls() {
        var all = new TreeSet<String>();
        document.path("paths")
                .properties()
                .forEach(path ->
                        path.getValue()
                                .fieldNames()
                                .forEachRemaining(m -> all.add(m + " " + path.getKey())));
        return all;
    }

    /// Those of them that were answered with success.
    Set<String> succeeded() {
        return succeeded;
    }

    /// Those of them that were refused.
    Set<String> refused() {
        return refused;
    }

    private JsonNode described(String call, int status) {
        var parts = call.split(" ", 2);
        var response =
                document.path("paths")
                        .path(parts[1])
                        .path(parts[0])
                        .path("responses")
                        .path(Integer.toString(status));
        return resolved(response);
    }

    private JsonNode resolved(JsonNode node) {
        var elsewhere = node.path("$ref").asText();
        return elsewhere.isEmpty() ? node : document.at(elsewhere.substring(1));
    }

    private void checkBody(String call, JsonNode content, TestClient.Answer answer) {
        if (content.isMissingNode()) {
            assertThat(answer.bytes()).as(call).isEmpty();
            return;
        }
        var type = answer.header("Content-Type").orElse("").replaceFirst(";.*", "");
        assertThat(content.has(type)).as("%s answers %s", call, type).isTrue();
        if (type.endsWith("json"))
            assertThat(faults(content.path(type).path("schema"), answer.text()))
                    .as("%s: %s", call, answer.text())
                    .isEmpty();
    }

    /// A schema may refer to others in the document, so that is its frame.
    Iterable<?> faults(JsonNode schema, String json) {
        var framed = TestClient.JSON.createObjectNode();
        framed.putObject("$defs").setAll((ObjectNode) document.at("/components/schemas"));
        framed.setAll((ObjectNode) schema);
        var text = framed.toString().replace("#/components/schemas/", "#/$defs/");
        return SCHEMAS.getSchema(text).validate(json, InputFormat.JSON);
    }
}
