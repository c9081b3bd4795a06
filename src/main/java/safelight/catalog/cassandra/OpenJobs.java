package safelight.catalog.cassandra;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import safelight.base.AccountId;
import safelight.base.Ulids;
import safelight.catalog.Burden;
import safelight.catalog.Job;
import safelight.cql.Statements;

/// The signs of an account's open jobs: those that came alone, and those that came in batches.
enum OpenJobs {
    ALONE("job_open"),
    IN_BATCHES("job_open_in_batch");

    private static final int CHECKED_MAX = 100;
    private static final Duration LONG_AGO = Duration.ofMinutes(15);
    private static final int TIDY_EVERY = 64;

    private final String read;
    private final String below;
    private final String added;
    private final String removed;
    private final String tidied;

    OpenJobs(String table) {
        var one = " WHERE account = ? AND id = ?";
        read = "SELECT id, cost, bytes FROM " + table + " WHERE account = ? LIMIT ?";
        below =
                "SELECT id FROM "
                        + table
                        + " WHERE account = ? AND id < ? ORDER BY id DESC LIMIT ?";
        added = "INSERT INTO " + table + " (account, id, cost, bytes) VALUES (?, ?, ?, ?)";
        removed = "DELETE FROM " + table + one;
        tidied = "DELETE FROM " + table + " USING TIMESTAMP ? WHERE account = ? AND id < ?";
    }

    static OpenJobs of(Job job) {
        return job.order().batch().isPresent() ? IN_BATCHES : ALONE;
    }

    /// The statement that adds a job's sign: account, id, cost, bytes.
    String added() {
        return added;
    }

    /// The statement that removes a job's sign: account, id.
    String removed() {
        return removed;
    }

    /// Ids below one, largest first.
    List<String> below(Statements statements, AccountId account, String id, int most) {
        return statements.all(below, row -> row.text("id"), account, id, most);
    }

    /// What comes, and how much there may be with it.
    record Room(Burden more, Burden most) {}

    private record Sign(String id, Job.Weight weight) {}

    /// How much there is, up to the number of `most` jobs; looked at more closely if `more` would
    /// be too much. `newest` is the id of what comes now.
    Burden counted(
            Statements statements, AccountId account, String newest, Instant now, Room room) {
        // Where there is no room, it does not matter how much there is; Cassandra knows no LIMIT 0.
        if (room.most.jobs() == 0) return Burden.NONE;
        var open =
                statements.all(
                        read,
                        row -> new Sign(row.text("id"), JobTable.weight(row)),
                        account,
                        Math.toIntExact(room.most.jobs()));
        if (Math.floorMod(newest.hashCode(), TIDY_EVERY) == 0)
            tidy(statements, account, open.isEmpty() ? newest : open.getFirst().id, now);
        var burden = Burden.NONE;
        for (var sign : open) burden = burden.plus(Burden.of(sign.weight));
        if (burden.plus(room.more).isWithin(room.most)) return burden;
        return burden.above(dropOver(statements, account, open, now));
    }

    /// One tombstone instead of many for the jobs that are over, from before the oldest open one.
    /// It is dated back, so that it cannot hit what another server is just adding.
    private void tidy(Statements statements, AccountId account, String oldest, Instant now) {
        statements.change(tidied, Statements.micros(now.minus(LONG_AGO)), account, oldest);
    }

    /// A crash may have left signs of jobs that are over or never came; looked for only if they
    /// would refuse a job. Returns how much was dropped.
    private Burden dropOver(
            Statements statements, AccountId account, List<Sign> open, Instant now) {
        var oldest = open.subList(0, Math.min(CHECKED_MAX, open.size()));
        var alive =
                JobTable.find(statements, oldest.stream().map(Sign::id).toList()).stream()
                        .map(JobTable.Found::job)
                        .filter(job -> !job.status().state().isFinal())
                        .map(job -> job.id().value())
                        .toList();
        var settled = now.minus(LONG_AGO);
        var dropped = Burden.NONE;
        for (var sign : oldest) {
            if (alive.contains(sign.id) || Ulids.time(sign.id).isAfter(settled)) continue;
            statements.change(removed, account, sign.id);
            dropped = dropped.plus(Burden.of(sign.weight));
        }
        return dropped;
    }
}
