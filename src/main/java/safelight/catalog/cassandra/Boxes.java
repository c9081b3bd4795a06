package safelight.catalog.cassandra;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import safelight.catalog.Job;
import safelight.cql.Statements;

/// Which accounts have jobs in the outbox of a lane. Each has a row in a directory, written with
/// every job that comes, and removed a while after its line became empty, with a second look after
/// that. So nobody who waits is missing. A line that was found empty is not looked into again for
/// ten seconds unless its row was written meanwhile. Thread-safe.
final class Boxes {
    private static final Duration EMPTY_FOR = Duration.ofSeconds(10);
    private static final int KNOWN_MAX = 20_000;
    private static final int PAGE = 200;

    private final Lines lines;
    private final Clock clock;
    private final String dataCenter;
    private final Map<Lines.Line, Empty> empty = new ConcurrentHashMap<>();

    Boxes(Lines lines, Clock clock, String dataCenter) {
        this.lines = lines;
        this.clock = clock;
        this.dataCenter = dataCenter;
    }

    /// A line without jobs when its row had been written then.
    private record Empty(long writtenAt, Instant seen) {}

    private record Entry(String account, long writtenAt) {}

    /// Accounts above `after` that have jobs.
    List<String> with(Statements statements, Job.Priority lane, String after, int limit) {
        if (empty.size() > KNOWN_MAX) empty.clear();
        var found = new ArrayList<String>();
        var from = after;
        while (true) {
            var page = page(statements, directory(dataCenter, lane), from);
            for (var entry : page) {
                if (found.size() == limit) return found;
                if (hasJobs(statements, lane, entry)) found.add(entry.account);
            }
            if (page.size() < PAGE) return found;
            from = page.getLast().account;
        }
    }

    private static List<Entry> page(Statements statements, String directory, String after) {
        return statements.all(
                """
                SELECT account, WRITETIME(seen) AS at FROM waiting_account
                WHERE lane = ? AND account > ? LIMIT ?\
                """,
                row -> new Entry(row.text("account"), row.number("at")),
                directory,
                after,
                PAGE);
    }

    /// Accounts that have or lately had jobs in a lane of that data center.
    static List<String> listed(Statements statements, String dataCenter, Job.Priority lane) {
        var found = new ArrayList<String>();
        var from = "";
        while (found.size() < KNOWN_MAX) {
            var page = page(statements, directory(dataCenter, lane), from);
            for (var entry : page) found.add(entry.account);
            if (page.size() < PAGE) break;
            from = page.getLast().account;
        }
        return found;
    }

    /// The directory of those who wait in a lane.
    static String directory(String dataCenter, Job.Priority lane) {
        return dataCenter + "/" + lane;
    }

    private boolean hasJobs(Statements statements, Job.Priority lane, Entry entry) {
        var line = Lines.outbox(dataCenter, lane, entry.account);
        var now = clock.instant();
        var known = empty.get(line);
        if (known != null
                && known.writtenAt == entry.writtenAt
                && now.isBefore(known.seen.plus(EMPTY_FOR))
                && !now.isBefore(known.seen)) return false;
        if (!lines.scan(statements, line, Long.MIN_VALUE, 1).isEmpty()) {
            empty.remove(line);
            return true;
        }
        empty.put(line, new Empty(entry.writtenAt, now));
        if (lines.buckets(statements, line).isEmpty()) forget(statements, lane, entry, line);
        return false;
    }

    /// A bucket goes ten minutes after its last job, and with the last bucket the row, as it was
    /// seen: one that another server has written meanwhile stays, also if its clock is behind.
    private void forget(Statements statements, Job.Priority lane, Entry seen, Lines.Line line) {
        statements.change(
                "DELETE FROM waiting_account USING TIMESTAMP ? WHERE lane = ? AND account = ?",
                seen.writtenAt,
                directory(dataCenter, lane),
                seen.account);
        if (lines.buckets(statements, line).isEmpty()) {
            empty.remove(line);
            return;
        }
        statements.change(
                "INSERT INTO waiting_account (lane, account, seen) VALUES (?, ?, true)",
                directory(dataCenter, lane),
                seen.account);
    }
}
