package safelight.web;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Finds the route of a request. Immutable; a list is walked, since there are few routes.
record Router(List<Route> routes) {
    Router {
        routes = List.copyOf(routes);
    }

    /// A route and the values of its pattern's `{names}`.
    record Match(Route route, Map<String, String> parameters) {}

    /// The match for a path, with GET answering HEAD too.
    ///
    /// @throws WebFailure.NotFound if no route has this path
    /// @throws WebFailure.WrongMethod if one has, but not with this method
    Match find(String method, String path) {
        var parts = List.of(path.substring(path.startsWith("/") ? 1 : 0).split("/", -1));
        var wanted = method.equals("HEAD") ? "GET" : method;
        var allowed = new ArrayList<String>();
        for (var route : routes) {
            var parameters = match(route.parts(), parts);
            if (parameters.isEmpty()) continue;
            if (route.method().equals(wanted)) return new Match(route, parameters.get());
            allowed.add(route.method());
        }
        if (allowed.isEmpty()) throw new WebFailure.NotFound();
        throw new WebFailure.WrongMethod(method, allowed);
    }

    private static Optional<Map<String, String>> match(List<String> pattern, List<String> parts) {
        boolean open = pattern.getLast().equals("**");
        if (open ? parts.size() < pattern.size() : parts.size() != pattern.size())
            return Optional.empty();
        Map<String, String> values = Map.of();
        for (int i = 0; i < pattern.size(); i++) {
            var piece = pattern.get(i);
            if (!isOpen(piece)) {
                if (piece.equals(parts.get(i))) continue;
                return Optional.empty();
            }
            if (values.isEmpty()) values = new HashMap<>();
            if (piece.equals("**"))
                values.put("**", String.join("/", parts.subList(i, parts.size())));
            else values.put(piece.substring(1, piece.length() - 1), parts.get(i));
        }
        return Optional.of(values);
    }

    private static boolean isOpen(String piece) {
        return piece.startsWith("{") || piece.equals("**");
    }
}
