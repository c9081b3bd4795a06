package safelight.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import safelight.base.Bytes;
import safelight.base.InstanceId;

/// `openapi.json` tells of the routes that there are, and of no others. What they answer is checked
/// against a running server in `OpenApiIT`.
class OpenApiTest {
    /// For people, not for programs.
    private static final Set<String> PAGES = Set.of("/", "/operations", "/ui/**", "/errors/{code}");

    @Test
    void everyRouteIsDescribedAndNothingElse() throws IOException {
        var described = new TreeSet<String>();
        document()
                .path("paths")
                .properties()
                .forEach(path ->
                        path.getValue()
                                .fieldNames()
                                .forEachRemaining(m -> described.add(m + " " + path.getKey())));

        assertThat(described)
                .isEqualTo(routes().map(OpenApiTest::name).collect(Collectors.toSet()));
    }

    @Test
    void callsForEverybodyAreDescribedAsSuch() throws IOException {
        var paths = document().path("paths");

        assertThat(routes())
                .allSatisfy(route -> {
                    var call = paths.path(route.pattern()).path(method(route));
                    boolean open = call.has("security") && call.path("security").isEmpty();
                    assertThat(open)
                            .as(name(route))
                            .isEqualTo(route.access() == Route.Access.EVERYBODY);
                });
    }

    @Test
    void everyReferenceLeadsSomewhere() throws IOException {
        var document = document();

        assertThat(document.findValuesAsText("$ref"))
                .isNotEmpty()
                .allSatisfy(
                        ref -> assertThat(document.at(ref.substring(1)).isMissingNode()).isFalse());
    }

    /// Nothing is called, so nothing has to be there.
    private static Stream<Route> routes() {
        var settings =
                new WebSettings(
                        "localhost",
                        0,
                        Set.of(),
                        1,
                        Bytes.mebi(1),
                        Bytes.mebi(1),
                        Duration.ofSeconds(1));
        var parts =
                new HttpServer.Parts(
                        settings,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        new InstanceId("web-1"),
                        "local",
                        Path.of("tmp"),
                        Clock.systemUTC(),
                        null);
        return Stream.concat(
                        HttpServer.routes(parts).stream(),
                        HttpServer.unboundedRoutes(parts).stream())
                .filter(r -> !PAGES.contains(r.pattern()));
    }

    private static String name(Route route) {
        return method(route) + " " + route.pattern();
    }

    private static String method(Route route) {
        return route.method().toLowerCase(Locale.ROOT);
    }

    private static JsonNode document() throws IOException {
        try (var in = OpenApiTest.class.getResourceAsStream("/safelight/openapi.json")) {
            return new ObjectMapper().readTree(in);
        }
    }
}
