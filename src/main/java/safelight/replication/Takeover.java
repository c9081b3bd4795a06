package safelight.replication;

import java.time.Duration;

/// Whether another data center is lost, so that its unfinished jobs become this one's: a pure
/// decision. Whoever cannot be sure leaves everything as it is. Of two data centers that are cut
/// off from each other, each may take the other for lost: a job that both run has one result all
/// the same. Of three and more, only a majority may.
final class Takeover {
    private static final int SILENT_PART = 3;

    private Takeover() {}

    /// So long even one that a person has given up must have been silent; whoever was heard more
    /// lately than that works.
    static Duration silence(Duration lostAfter) {
        return lostAfter.dividedBy(SILENT_PART);
    }

    /// What is seen of another data center. `silent`: for how long its pulse has not moved, by the
    /// watcher's own clock; `answers`: its replicator does; `isGivenUp`: a person said so;
    /// `isWriting`: this data center's own storage takes writes; `heard`: how many of `all` data
    /// centers work, this one among them.
    record Sight(
            Duration silent,
            boolean answers,
            boolean isGivenUp,
            boolean isWriting,
            int heard,
            int all) {}

    /// What to make of it.
    sealed interface Verdict {
        /// It works.
        record Alive() implements Verdict {}

        /// It may be lost, or not; `why` is for the log.
        record Unsure(String why) implements Verdict {}

        /// It is lost.
        record Lost() implements Verdict {}
    }

    static Verdict of(Sight sight, Duration lostAfter) {
        if (sight.silent.compareTo(silence(lostAfter)) < 0) return new Verdict.Alive();
        if (!sight.isWriting) return new Verdict.Unsure("own storage does not take writes");
        if (sight.answers) return new Verdict.Unsure("its replicator answers");
        if (sight.isGivenUp) return new Verdict.Lost();
        if (sight.silent.compareTo(lostAfter) < 0) return new Verdict.Unsure("silent, not long");
        if (sight.all > 2 && sight.heard * 2 <= sight.all)
            return new Verdict.Unsure(
                    "only %d of %d data centers are heard".formatted(sight.heard, sight.all));
        return new Verdict.Lost();
    }
}
