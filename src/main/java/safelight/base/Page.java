package safelight.base;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Some items of a longer list, and the cursor that gets the next ones, if there are more. A cursor
/// is opaque to callers.
public record Page<T>(List<T> items, Optional<String> next) {
    /// Copies the items.
    public Page {
        items = List.copyOf(items);
    }

    /// Which part of a list is wanted: at most `limit` items (1 to 200) after `cursor`.
    public record Request(int limit, Optional<String> cursor) {
        /// The largest page.
        public static final int LIMIT_MAX = 200;

        /// Refuses a limit outside 1 to 200.
        public Request {
            if (limit < 1 || limit > LIMIT_MAX)
                throw new IllegalArgumentException("a page has 1 to 200 items, not " + limit);
        }
    }

    /// Makes a page from `limit + 1` or fewer items that were read to fill a page of `limit`.
    public static <T> Page<T> cut(List<T> read, int limit, Function<T, String> cursor) {
        if (read.size() <= limit) return new Page<>(read, Optional.empty());
        var items = read.subList(0, limit);
        return new Page<>(items, Optional.of(cursor.apply(items.getLast())));
    }
}
