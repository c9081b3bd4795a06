package safelight.archive;

/// How much an archive holds. `photos` includes the `hidden` ones, `jobs` the `open` ones; `bytes`
/// are those of the blobs; `missing` and `damaged` count the photos and profile pictures whose
/// bytes could not be exported.
public record Totals(
        long accounts,
        long tokens,
        long photos,
        long hidden,
        long jobs,
        long open,
        long blobs,
        long bytes,
        long missing,
        long damaged) {
    /// Whether all bytes are there that rows name.
    public boolean isComplete() {
        return missing == 0 && damaged == 0;
    }

    long rows(Kind kind) {
        return switch (kind) {
            case ACCOUNTS -> accounts;
            case TOKENS -> tokens;
            case PHOTOS -> photos;
            case JOBS -> jobs;
        };
    }
}
