package safelight.catalog.sql;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import safelight.base.Ulids;

/// Where a page of rows ended: the last id, wrapped so that nobody builds on what is inside.
final class Cursor {
    /// Above every id, for the first page.
    private static final String TOP = "~";

    private Cursor() {}

    static String after(String id) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(id.getBytes(StandardCharsets.US_ASCII));
    }

    /// The id below which the next page begins.
    static String below(Optional<String> cursor) {
        return cursor.map(Cursor::read).orElse(TOP);
    }

    private static String read(String cursor) {
        var id = decoded(cursor);
        if (!Ulids.isUlid(id)) throw unknown();
        return id;
    }

    private static String decoded(String cursor) {
        try {
            return new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.US_ASCII);
        } catch (IllegalArgumentException _) {
            throw unknown();
        }
    }

    private static IllegalArgumentException unknown() {
        return new IllegalArgumentException(
                "This cursor did not come from a list here. Ask again without a cursor.");
    }
}
