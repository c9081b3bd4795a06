package safelight.catalog.sql;

import java.util.Optional;
import safelight.base.Ulids;

/// Where a page of rows ended: the last id behind a mark, so that nobody takes it for an id.
final class Cursor {
    private static final String MARK = "after.";

    /// Above every id, for the first page.
    private static final String TOP = "~";

    private Cursor() {}

    static String after(String id) {
        return MARK + id;
    }

    /// The id below which the next page begins.
    static String below(Optional<String> cursor) {
        return cursor.map(Cursor::read).orElse(TOP);
    }

    /// The id above which the next page of a rising list begins.
    static String above(Optional<String> cursor) {
        return cursor.map(Cursor::read).orElse("");
    }

    private static String read(String cursor) {
        var id = cursor.startsWith(MARK) ? cursor.substring(MARK.length()) : "";
        if (!Ulids.isUlid(id))
            throw new IllegalArgumentException(
                    "This cursor did not come from a list here. Ask again without a cursor.");
        return id;
    }
}
