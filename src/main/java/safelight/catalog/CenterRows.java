package safelight.catalog;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What data centers tell each other through the catalog, and the jobs that move between them.
/// Thread-safe; every write is durable here when its method returns, and in the other data centers
/// as soon as they can be reached; every method throws {@link CatalogUnavailable} if storage does
/// not answer.
public interface CenterRows {
    /// Says that this data center works, with a number larger than before, and why it should not be
    /// given traffic, if so.
    void beat(String name, long pulse, Instant at, Optional<String> waitsFor);

    /// All data centers that ever told something, by name.
    List<Center> centers();

    /// Notes that others have this data center's jobs from now on, or, when it is empty, that the
    /// data center has caught up.
    void noteLost(String name, Optional<Instant> since);

    /// Notes that a person has given this data center up, or has not any more.
    void giveUp(String name, boolean isGivenUp);

    /// Makes open jobs of another data center jobs of this one, in its outbox; those that somebody
    /// there had in hand are queued again. Returns how many, at most `limit`; a job that has moved
    /// or ended meanwhile is left alone.
    int takeOver(String from, int limit);

    /// How much this data center's storage still keeps for that one, in files of missed writes; 0
    /// if it has told all.
    int owed(String name);
}
