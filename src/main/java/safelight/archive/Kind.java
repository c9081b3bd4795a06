package safelight.archive;

import java.util.Locale;

/// What an archive has a file of rows for, in the order in which they are imported.
enum Kind {
    ACCOUNTS,
    TOKENS,
    PHOTOS,
    JOBS;

    /// As the manifest calls it.
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// One line of JSON for each row.
    String fileName() {
        return word() + ".jsonl";
    }
}
