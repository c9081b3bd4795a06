package safelight.web;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import safelight.base.Digest;
import safelight.web.Route.Access;

/// The page and what belongs to it: files from the class path, and the pages that explain errors.
final class PageCalls {
    private static final Pattern FILE =
            Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*");
    private static final Pattern CODE = Pattern.compile("SL-[A-Z]+-\\d{2}");

    private PageCalls() {}

    static List<Route> routes() {
        return List.of(
                new Route("GET", "/", Access.EVERYBODY, e -> file(e, "ui/index.html")),
                new Route(
                        "GET", "/operations", Access.EVERYBODY, e -> file(e, "ui/operations.html")),
                new Route("GET", "/ui/**", Access.EVERYBODY, e -> file(e, "ui/" + name(e))),
                new Route("GET", "/errors/{code}", Access.EVERYBODY, PageCalls::error),
                new Route("GET", "/openapi.json", Access.EVERYBODY, e -> file(e, "openapi.json")));
    }

    private static void error(Exchange exchange) throws IOException {
        var code = exchange.parameter("code");
        if (!CODE.matcher(code).matches()) throw new WebFailure.NotFound();
        file(exchange, "errors/" + code + ".md");
    }

    private static String name(Exchange exchange) {
        var name = exchange.parameter("**");
        if (!FILE.matcher(name).matches()) throw new WebFailure.NotFound();
        return name;
    }

    private static void file(Exchange exchange, String name) throws IOException {
        try (var in = PageCalls.class.getResourceAsStream("/safelight/" + name)) {
            if (in == null) throw new WebFailure.NotFound();
            var bytes = in.readAllBytes();
            var tag = '"' + Digest.of(bytes).hex().substring(0, 16) + '"';
            exchange.set("ETag", tag);
            exchange.set("Cache-Control", "no-cache");
            var known = exchange.header("If-None-Match").orElse("");
            if (known.contains(tag)) exchange.empty(304);
            else exchange.send(200, type(name), bytes);
        }
    }

    private static String type(String name) {
        var types =
                Map.of(
                        "html", "text/html; charset=utf-8",
                        "css", "text/css; charset=utf-8",
                        "js", "text/javascript; charset=utf-8",
                        "json", "application/json",
                        "svg", "image/svg+xml",
                        "png", "image/png",
                        "md", "text/plain; charset=utf-8");
        return types.getOrDefault(
                name.substring(name.lastIndexOf('.') + 1), "application/octet-stream");
    }
}
