package safelight.catalog.cassandra;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import safelight.base.AccountId;
import safelight.base.JobId;
import safelight.catalog.Job;
import safelight.catalog.JobEvent;
import safelight.cql.Change;
import safelight.cql.Row;
import safelight.cql.Statements;

/// The log of changes. Many servers write it, by clocks that differ, and a reader that has seen a
/// number never looks below it. Two rules make that safe without a condition:
///
/// 1. *Write, then look above.* A writer takes a number from its clock, writes the line, and only
///    then looks for one at least as large. If there is one, a reader may have passed already, so
///    the line moves above it, and the writer looks again. A line with nothing above it has not
///    been passed: whoever reads later sees it, since reads and writes are both of a quorum.
/// 2. *The line comes before the change.* It says which version of the job it announces. A reader
///    stops at a line whose version is not there yet; when the line is older than any writer waits,
///    by the nodes' clocks, its change did not happen, and it counts like any other.
///
/// So a line has its place before anybody sees it, and no change is lost to a reader. A crash may
/// leave a line without a change, which costs the client a look at an unchanged job. Lines end by
/// themselves after 25 hours.
final class Events {
    private static final Logger LOG = LoggerFactory.getLogger(Events.class);
    private static final Duration SETTLED = Duration.ofSeconds(15);
    private static final Duration KEPT = Duration.ofHours(26);
    private static final int MOVES_MAX = 50;
    private static final int RECENT_MAX = 50;
    // Below the microseconds, so that two servers seldom choose the same number.
    private static final int SPREAD_BITS = 10;
    // Of them, so that a job's next change cannot take the place of its last one's line.
    private static final int VERSION_BITS = 3;
    // Clocks tick in milliseconds, so servers choose different microseconds too. Of two that race
    // for one version of one job, the loser must not remove the line of the winner.
    private static final int AHEAD_BITS = 9;

    private final Clock clock;
    private final AtomicLong last = new AtomicLong();
    private final int spread = System.identityHashCode(this);

    Events(Clock clock) {
        this.clock = clock;
    }

    /// A line: job `job` gets version `version`.
    record Entry(AccountId account, long sequence, JobId job, long version) {
        Entry at(long other) {
            return new Entry(account, other, job, version);
        }

        Change added() {
            return Change.of(
                    """
                    INSERT INTO job_event (account, sequence, job, version) VALUES (?, ?, ?, ?)\
                    """,
                    account,
                    sequence,
                    job,
                    version);
        }

        Change removed() {
            return Change.of(
                    "DELETE FROM job_event WHERE account = ? AND sequence = ? AND job = ?",
                    account,
                    sequence,
                    job);
        }
    }

    /// What a reader finds; `isYoung` if its writer may still be at it.
    private record Line(long sequence, JobId job, long version, boolean isYoung) {
        static Line of(Row row) {
            long ageMicros = row.number("told_ms") * 1_000 - row.number("written");
            return new Line(
                    row.number("sequence"),
                    new JobId(row.text("job")),
                    row.number("version"),
                    ageMicros < SETTLED.toNanos() / 1_000);
        }
    }

    /// The next line for this job, to be written and then settled.
    Entry next(Job job, long version) {
        return new Entry(job.order().account(), number(job.id(), version, 0), job.id(), version);
    }

    private long number(JobId job, long version, long above) {
        long ahead = low(spread >>> SPREAD_BITS, AHEAD_BITS);
        long least =
                Math.max(Statements.micros(clock.instant()), (above >> SPREAD_BITS) + 1) + ahead;
        long next = last.updateAndGet(before -> Math.max(before + 1, least));
        return next << SPREAD_BITS
                | low(spread ^ job.hashCode(), SPREAD_BITS - VERSION_BITS) << VERSION_BITS
                | low(version, VERSION_BITS);
    }

    private static long low(long number, int bits) {
        return number & ((1 << bits) - 1);
    }

    /// Moves the line that was just written above all others; returns it as it stands then.
    Entry settle(Statements statements, Entry written) {
        var entry = written;
        for (int i = 0; i < MOVES_MAX; i++) {
            long top = topOther(statements, entry);
            if (top < entry.sequence()) return entry;
            var moved = entry.at(number(entry.job(), entry.version(), top));
            statements.together(List.of(moved.added(), entry.removed()));
            entry = moved;
        }
        // A client may hear of this change only with the next one of the same job.
        LOG.atWarn().addKeyValue("job", entry.job()).log("log of changes is crowded");
        return entry;
    }

    /// The largest number of another line at or above this one, or -1. Of two lines with one number
    /// both move: a reader may have seen one before the other was there.
    private static long topOther(Statements statements, Entry entry) {
        var mine = new JobEvent(entry.sequence(), entry.job());
        return statements
                .all(
                        """
                        SELECT sequence, job FROM job_event WHERE account = ? AND sequence >= ?
                        ORDER BY sequence DESC, job DESC LIMIT 2\
                        """,
                        row -> new JobEvent(row.number("sequence"), new JobId(row.text("job"))),
                        entry.account(),
                        entry.sequence())
                .stream()
                .filter(line -> !line.equals(mine))
                .mapToLong(JobEvent::sequence)
                .max()
                .orElse(-1);
    }

    /// The account's lines after `sequence`, up to the first whose change is still to come. Young
    /// ones are read again after the jobs: a line that is there when its change is has its place.
    List<JobEvent> after(Statements statements, AccountId account, long sequence, int limit) {
        var first = lines(statements, account, sequence, limit);
        var versions = versions(statements, first);
        var lines = versions.isEmpty() ? first : lines(statements, account, sequence, limit);
        var events = new ArrayList<JobEvent>();
        for (var line : lines) {
            if (isToCome(line, versions)) break;
            events.add(new JobEvent(line.sequence(), line.job()));
        }
        return events;
    }

    private List<Line> lines(Statements statements, AccountId account, long sequence, int limit) {
        long oldest = Statements.micros(clock.instant().minus(KEPT)) << SPREAD_BITS;
        return statements.all(
                """
                SELECT sequence, job, version, WRITETIME(version) AS written,
                    toUnixTimestamp(now()) AS told_ms
                FROM job_event WHERE account = ? AND sequence > ? LIMIT ?\
                """,
                Line::of,
                account,
                Math.max(sequence, oldest),
                limit);
    }

    /// The number of the latest line before any whose change is still to come.
    long latest(Statements statements, AccountId account) {
        var lines =
                statements.all(
                        """
                        SELECT sequence, job, version, WRITETIME(version) AS written,
                            toUnixTimestamp(now()) AS told_ms
                        FROM job_event WHERE account = ? ORDER BY sequence DESC, job DESC LIMIT ?\
                        """,
                        Line::of,
                        account,
                        RECENT_MAX);
        if (lines.isEmpty()) return 0;
        var versions = versions(statements, lines);
        return lines.stream()
                .filter(line -> isToCome(line, versions))
                .mapToLong(line -> line.sequence() - 1)
                .min()
                .orElse(lines.getFirst().sequence());
    }

    private static boolean isToCome(Line line, Map<JobId, Long> versions) {
        return line.isYoung() && versions.getOrDefault(line.job(), -1L) < line.version();
    }

    private static Map<JobId, Long> versions(Statements statements, List<Line> lines) {
        var ids =
                lines.stream().filter(Line::isYoung).map(l -> l.job().value()).distinct().toList();
        return JobTable.find(statements, ids).stream()
                .map(JobTable.Found::job)
                .collect(Collectors.toMap(Job::id, Job::version));
    }
}
