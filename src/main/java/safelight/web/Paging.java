package safelight.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Function;
import java.util.function.Supplier;
import safelight.base.Page;

/// `?limit&cursor` in, `{items, next}` out.
final class Paging {
    private static final int LIMIT_DEFAULT = 50;

    private Paging() {}

    static Page.Request request(Exchange exchange) {
        try {
            int limit = exchange.query("limit").map(Integer::parseInt).orElse(LIMIT_DEFAULT);
            return new Page.Request(limit, exchange.query("cursor"));
        } catch (IllegalArgumentException e) {
            throw new WebFailure.WrongParameter("'limit' is a whole number from 1 to 200.");
        }
    }

    /// The page as JSON; an unreadable cursor is the client's fault.
    static <T> ObjectNode json(
            Supplier<Page<T>> page, String name, Function<T, ? extends JsonNode> item) {
        var node = Json.object();
        var read = read(page);
        var items = node.putArray(name);
        for (var each : read.items()) items.add(item.apply(each));
        read.next().ifPresent(c -> node.put("next", c));
        return node;
    }

    private static <T> Page<T> read(Supplier<Page<T>> page) {
        try {
            return page.get();
        } catch (IllegalArgumentException e) {
            throw new WebFailure.WrongParameter("'cursor' is what an earlier page's 'next' said.");
        }
    }
}
